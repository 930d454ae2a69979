"""What an approver reads about the change against last time: traits, columns, who has grown and who has shrunk."""

from typing import Any

import pytest
from django.urls import reverse

from ingest.models import Batch, Workspace
from ingest.services import again, deliver
from tests import factories
from tests.services import working
from tests.web.history_pages import signed_in
from tests.web.journey import words

pytestmark = pytest.mark.django_db
GIVES = {"gold": {"add": [1001]}, "silver": {"add": [1002], "remove": [1003]}, "bronze": {"add": [1004]}}
MAPPING: dict[str, Any] = {
    **factories.MAPPING,
    "columns": [
        {"column": "tier", "action": "trait_if", "values": GIVES},
        {"column": "city", "action": "signal", "key": "city"},
    ],
}


def _file(gold: int, silver: int, bronze: int = 0) -> bytes:
    tiers = ["gold"] * gold + ["silver"] * silver + ["bronze"] * bronze
    rows = [f"A-{number},{tier},{'Lyon' if tier == 'gold' else ''}" for number, tier in enumerate(tiers)]
    return "\n".join(["crm_id,tier,city", *rows, ""]).encode()


def _sent(where: Workspace, content: bytes) -> Batch:
    batch = _checked(where, content)
    delivery = deliver.begin(working.decide(batch), actor=None, now=factories.NOW)
    assert delivery is not None
    working.end(delivery)
    Batch.objects.filter(pk=batch.pk).update(state="sent")
    batch.refresh_from_db()
    return batch


def _checked(where: Workspace, content: bytes) -> Batch:
    batch = working.draft(content, workspace=where, mapping=MAPPING, destination=factories.destination(where))
    working.checked_by_a_worker(batch)
    return batch


def _dossier(batch: Batch) -> Any:
    Batch.objects.filter(pk=batch.pk).update(state="waiting")
    wei = factories.member(batch.workspace, "Wei", roles=("approver",))
    return signed_in(wei).get(reverse("approval", args=[batch.workspace.slug, batch.number]))


def test_an_approver_reads_who_grew_and_shrank_what_is_new_and_what_is_gone() -> None:
    where = factories.workspace()
    for sid, name in ((1001, "Gold"), (1002, "Silver"), (1004, "Bronze")):
        factories.trait(where, sid, name)
    earlier = _sent(where, _file(10, 5, 2))
    batch = _checked(where, _file(15, 0, 0))
    page = _dossier(batch)
    text = words(page)
    assert "What changes against last time" in text
    assert "Traits that nobody gets any more Silver (1002), trait 1003 – taken away, Bronze (1004)" in text
    assert "Gold (1001)" in text
    assert "5 more (+50 %)" in text
    assert "column tier" in text
    assert "2 fewer (−12 %)" in text
    link = f"{reverse('compare', args=[where.slug])}?of={earlier.number}&amp;of={batch.number}"
    assert f'href="{link}"' in page.content.decode()


def test_the_first_of_its_kind_shows_how_many_lines_each_trait_gets() -> None:
    where = factories.workspace()
    factories.trait(where, 1001, "Gold")
    text = words(_dossier(_checked(where, _file(3, 1))))
    assert "How many lines each trait gets" in text
    assert "Gold (1001) 3" in text
    assert "trait 1003 – taken away 1" in text
    assert "What changes against last time" not in text


def test_what_was_checked_before_traits_were_counted_is_not_called_new() -> None:
    where = factories.workspace()
    earlier = _sent(where, _file(3, 1))
    working.result_of(earlier).trait_lines.all().delete()
    text = words(_dossier(_checked(where, _file(3, 1))))
    assert "New traits" not in text
    assert "The earlier transfer was checked by a version that did not count traits." in text


def test_the_same_file_once_more_changes_nothing() -> None:
    where = factories.workspace()
    _sent(where, _file(3, 1))
    text = words(_dossier(_checked(where, _file(3, 1))))
    assert "The same columns and traits, in the same numbers." in text
    assert "Grown most" not in text


def test_counted_traits_go_along_with_the_very_bytes_to_production() -> None:
    where = factories.workspace()
    rehearsed = _sent(where, _file(3, 1))
    production = factories.destination(where, "production")
    copy = again.to_production(rehearsed, production, actor=rehearsed.maker, now=factories.NOW)
    counts = [(one.sid, one.is_taken, one.lines) for one in working.result_of(copy).trait_lines.all()]
    assert counts == [(1001, False, 3), (1002, False, 1), (1003, True, 1)]


def test_numbers_in_cells_are_counted_only_where_the_catalogue_knows_them() -> None:
    where = factories.workspace()
    factories.trait(where, 1001, "Gold")
    mapping = {**factories.MAPPING, "columns": [{"column": "sids", "action": "add_traits"}]}
    batch = working.draft(b"crm_id,sids\nA-1,1001\nA-2,447700900123\n", workspace=where, mapping=mapping)
    check = working.checked_by_a_worker(batch)
    assert check.records == 2
    assert [(one.sid, one.lines) for one in check.trait_lines.all()] == [(1001, 1)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_file(1, 0), "Ada wants to send 1 person to Beta"),
        (_file(2, 0), "Ada wants to send 2 people to Beta"),
        (_file(0, 1), "Ada wants to send 1 person to Beta and to take away"),
    ],
)
def test_one_person_is_one_person(content: bytes, sentence: str) -> None:
    text = words(_dossier(_checked(factories.workspace(), content)))
    assert sentence in text
    assert "1 people" not in text

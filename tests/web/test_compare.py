"""Two transfers beside each other: chosen in the history, from a transfer, or in the address."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, Workspace
from tests import factories
from tests.services import working
from tests.web.history_pages import signed_in
from tests.web.journey import check_of, title, words

pytestmark = pytest.mark.django_db
NOW = factories.NOW
TIERS: dict[str, Any] = {
    **factories.MAPPING,
    "columns": [
        {"column": "tier", "action": "trait_if", "values": {"gold": {"add": [1001]}, "silver": {"add": [1002]}}},
        {"column": "city", "action": "signal", "key": "city"},
    ],
}
OCTOBER = b"crm_id,tier,city\nA-1,gold,Bristol\nA-2,gold,Lyon\nA-3,gold,Oslo\n,gold,Oslo\n"
NOVEMBER = b"crm_id,tier,city\nA-1,gold,Bristol\nA-2,silver,Lyon\n"
OTHERWISE = {**TIERS, "columns": [TIERS["columns"][0], {"column": "city", "action": "signal", "key": "town"}]}


@pytest.fixture
def where() -> Workspace:
    """A workspace that knows one of the two traits."""
    made = factories.workspace()
    factories.trait(made, 1001, "Loyalty gold")
    return made


def _checked(where: Workspace, content: bytes, name: str, days: int, mapping: dict[str, Any] = TIERS) -> Batch:
    """A transfer that a worker has checked."""
    batch = working.draft(content, workspace=where, mapping=mapping, name=name)
    working.checked_by_a_worker(batch)
    Batch.objects.filter(pk=batch.pk).update(created_at=NOW + timedelta(days=days))
    batch.refresh_from_db()
    return batch


def _two(where: Workspace) -> tuple[Batch, Batch]:
    return _checked(where, OCTOBER, "October", 0), _checked(where, NOVEMBER, "November", 31, OTHERWISE)


def _get(where: Workspace, *numbers: object, client: Client | None = None) -> Any:
    viewer = client or signed_in(factories.member(where, "Vic", roles=()))
    return viewer.get(reverse("compare", args=[where.slug]), {"of": [str(number) for number in numbers]})


def test_two_transfers_stand_beside_each_other_the_earlier_one_first(where: Workspace) -> None:
    october, november = _two(where)
    page = _get(where, november.number, october.number)
    text = words(page)
    assert page.status_code == 200
    assert title(page) == f"{october.reference} and {november.reference} compared – amportal"
    assert text.index("October") < text.index("November")
    assert "People 3 2 1 fewer (−33 %)" in text
    assert "Left out 1 0 1 fewer, none any more" in text


def test_what_each_trait_has_and_what_is_new_is_told_by_name(where: Workspace) -> None:
    page = words(_get(where, *(batch.number for batch in _two(where))))
    assert "New traits trait 1002" in page
    assert "Loyalty gold (1001) 3 1 2 fewer (−67 %)" in page
    assert "trait 1002 0 1 1 more, none before" in page


def test_reasons_and_the_matching_are_compared_in_words(where: Workspace) -> None:
    october, november = _two(where)
    page = words(_get(where, october.number, november.number))
    assert "1 other column is sent in the same way." in page
    assert page.index("city = value") < page.index("town = value")
    assert "No row is left out of either." not in page


def test_nobody_reads_a_whole_id(where: Workspace) -> None:
    longer = OCTOBER.replace(b"A-1", b"customer-0001")
    one, other = _checked(where, longer, "October", 0), _checked(where, longer, "November", 31)
    page = _get(where, one.number, other.number, client=signed_in(one.maker)).content.decode()
    assert "customer-0001" not in page
    assert "cu…01" in page


def test_who_chose_one_is_offered_those_of_its_data_source(where: Workspace) -> None:
    october, november = _two(where)
    page = _get(where, november.number)
    assert title(page) == "Compare two transfers – amportal"
    assert f"?of={november.number}&amp;of={october.number}" in page.content.decode()
    assert f'value="{november.number}"' in page.content.decode()
    answer = _get(where, november.number, f"t-{october.number}")
    assert title(answer).startswith(october.reference)


@pytest.mark.parametrize("chosen", [0, 3])
def test_who_chose_none_or_three_reads_that_two_are_compared(where: Workspace, chosen: int) -> None:
    batches = [factories.batch(where, factories.member(where)) for _ in range(chosen)]
    page = _get(where, *(batch.number for batch in batches))
    assert page.status_code == 200
    assert "Choose two of them in the history, then press Compare." in words(page)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("T-999", "There is no transfer with this reference here"),
        ("last one", "Enter a reference such as T-42"),
        ("", "Enter a reference such as T-42"),
        ("T-99999999999999999999", "Enter a reference such as T-42"),
    ],
)
def test_a_reference_that_finds_nothing_is_said(where: Workspace, typed: str, told: str) -> None:
    october, _november = _two(where)
    page = _get(where, october.number, typed)
    assert page.status_code == 422
    assert title(page).startswith("Error:")
    assert told in words(page)


def test_transfers_of_another_workspace_are_not_there(where: Workspace) -> None:
    october, _november = _two(where)
    elsewhere = factories.workspace()
    others = [factories.batch(elsewhere, factories.member(elsewhere)) for _ in range(9)]
    page = _get(where, october.number, others[-1].number)
    assert page.status_code == 422
    assert "There is no transfer with this reference here" in words(page)


def test_a_transfer_that_was_never_checked_is_compared_as_far_as_it_goes(where: Workspace) -> None:
    october, november = _two(where)
    draft = factories.batch(where, november.maker, name="December")
    page = words(_get(where, october.number, draft.number))
    assert "Not both of them were checked" in page
    assert "Made by" in page


def test_reports_that_are_gone_are_said_and_figures_stay(where: Workspace) -> None:
    october, november = _two(where)
    check = check_of(october)
    check.files_deleted_at = NOW
    check.save()
    page = words(_get(where, october.number, november.number))
    assert "One of the two reports was deleted at the end of its time; the figures above stay." in page
    assert "Loyalty gold (1001) 3 1" in page


def test_files_of_another_kind_are_not_compared_column_by_column(where: Workspace) -> None:
    october = _checked(where, OCTOBER, "October", 0)
    other = {**TIERS, "columns": [{"column": "plan", "action": "signal", "key": "plan"}]}
    strange = _checked(where, b"crm_id,plan\nA-1,flat\n", "Plans", 31, other)
    assert "These files have mostly other columns" in words(_get(where, october.number, strange.number))


def test_the_history_has_a_box_for_each_transfer_and_a_button(where: Workspace) -> None:
    october, november = _two(where)
    viewer = signed_in(factories.member(where, "Vic", roles=()))
    page = viewer.get(reverse("history", args=[where.slug])).content.decode()
    for batch in (october, november):
        assert f'name="of" value="{batch.number}"' in " ".join(page.split())
    assert "Compare the two that are ticked" in page
    transfer = viewer.get(reverse("transfer", args=[where.slug, november.number])).content.decode()
    assert f'href="{reverse("compare", args=[where.slug])}?of={november.number}"' in transfer

"""A file with the same columns as last time: one button answers who people are, and says before what it takes."""

import pytest
from django.test import Client

from ingest.models import DataSource
from tests import factories
from tests.web.columns import FILE, IDENTITY
from tests.web.journey import Maker, maker_with, words

pytestmark = pytest.mark.django_db
BUTTON = "Use the same answers as T-"


def _two(client: Client, *, content: bytes = FILE, **second: object) -> tuple[Maker, Maker]:
    where = factories.workspace()
    factories.data_source(where, IDENTITY["dpid"], name="CRM customers")
    first = maker_with(client, FILE, where=where, mapping=IDENTITY, name="October")
    return first, maker_with(client, content, where=where, person=first.batch.maker, **second)


def test_one_button_answers_who_people_are_and_leads_to_the_columns(client: Client) -> None:
    first, second = _two(client)
    text = words(second.get("step_file"))
    for said in ("Same columns as October", f"{BUTTON}{first.batch.number}", "Send traits of people",
                 f"column {IDENTITY['id']['column']}", "CRM customers", "Add and keep",
                 "go through the questions one by one"):  # fmt: skip
        assert said in text
    answer = second.post("same_answers", {"from": str(first.batch.number)})
    assert (answer.status_code, answer.url) == (302, second.url("step_columns"))
    taken = second.mapping()
    assert {name: taken[name] for name in IDENTITY} == IDENTITY
    assert "columns" not in taken
    assert second.batch.events.filter(kind="batch.answers", actor=second.batch.maker).exists()
    page = words(client.get(answer.url))
    assert f"The answers about people are those of T-{first.batch.number}." in page
    assert BUTTON not in words(second.get("step_file")), "they are answered by now"


def test_nothing_is_offered_where_it_would_not_fit(client: Client) -> None:
    first, second = _two(client)
    DataSource.objects.filter(workspace=first.batch.workspace).update(is_active=False)
    assert BUTTON not in words(second.get("step_file"))
    second.post("same_answers", {"from": str(first.batch.number)})
    assert "kind" not in second.mapping()


def test_other_columns_and_other_transfers_offer_nothing(client: Client) -> None:
    first, second = _two(client, content=b"other,columns\n1,2\n")
    assert BUTTON not in words(second.get("step_file"))
    again = maker_with(client, FILE, where=first.batch.workspace, person=first.batch.maker)
    again.post("same_answers", {"from": "999"})
    assert "kind" not in again.mapping(), "what was not shown is not taken"


def test_a_column_that_holds_addresses_this_time_is_asked_about(client: Client) -> None:
    header = FILE.split(b"\n", 1)[0]
    column = header.split(b",").index(IDENTITY["id"]["column"].encode())
    cells = [b"x"] * (header.count(b",") + 1)
    rows = []
    for number in range(9):
        cells[column] = b"p%d@example.com" % number
        rows.append(b",".join(cells))
    first, second = _two(client, content=header + b"\n" + b"\n".join(rows) + b"\n")
    answer = second.post("same_answers", {"from": str(first.batch.number)})
    assert answer.url == second.url("step_people")
    assert "kind" not in second.mapping()


def test_a_second_tab_overwrites_nothing(client: Client) -> None:
    first, second = _two(client)
    stale = {"from": str(first.batch.number), "version": str(second.batch.version + 7)}
    answer = client.post(second.url("same_answers"), stale, follow=True)
    assert "in another tab perhaps" in words(answer)
    assert "kind" not in second.mapping()

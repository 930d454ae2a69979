"""The history as a table to take along, and what the first page costs."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ingest.models import Batch, Upload, Workspace
from ingest.services import history
from tests import factories
from tests.services import working
from tests.web.history_pages import many, shown, signed_in, url
from tests.web.journey import words

pytestmark = pytest.mark.django_db


def _rows(response: Any) -> list[list[str]]:
    assert response.streaming
    text = b"".join(response.streaming_content)
    assert text.startswith(b"\xef\xbb\xbf"), "spreadsheets know by this that it is UTF-8"
    assert text.count(b"\n") == text.count(b"\r\n")
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def _csv(client: Client, where: Workspace, query: str = "") -> list[list[str]]:
    return _rows(client.get(url(where, query, page="history_csv")))


def _sent(where: Workspace, **fields: Any) -> Batch:
    batch = working.sending(workspace=where).batch
    Batch.objects.filter(pk=batch.pk).update(state="sent", created_at="2026-11-02T23:30Z", **fields)
    batch.refresh_from_db()
    return batch


def test_a_row_has_everything_that_the_page_shows() -> None:
    where = factories.workspace()
    batch = _sent(where, name="Loyalität 忠诚度")
    header, row = _csv(signed_in(batch.maker), where)
    told = dict(zip(header, row, strict=True))
    assert told == {
        "Reference": batch.reference, "Name": "Loyalität 忠诚度", "Status": "Sent", "Environment": "Beta",
        "Destination": batch.destination.name if batch.destination else "", "Made by": "Ada",
        "Customer file": "customers.csv", "Rows": "3", "Rows sent": "2", "Left out": "1", "People": "2",
        "Started (UTC)": "2026-11-02 23:30:00", "Last change (UTC)": "2026-11-23 12:00:00",
    }  # fmt: skip


def test_the_table_says_that_it_is_a_file_and_no_cache_keeps_it() -> None:
    where = factories.workspace()
    answer = signed_in(factories.member(where)).get(url(where, page="history_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="transfers.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert len(_rows(answer)) == 1, "a header only"


FORMULAS = ["=HYPERLINK(1)", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_runs_as_a_formula(formula: str) -> None:
    where = factories.workspace()
    batch = _sent(where, name=formula)
    Upload.objects.filter(batches=batch).update(name=formula)
    batch.maker.name = formula
    batch.maker.save()
    row = _csv(signed_in(batch.maker), where)[1]
    assert [cell for cell in row if cell[:1] in "=+-@\t\r" and cell] == []
    assert row.count(f"'{formula}") == 3


def test_names_with_separators_and_quotes_stay_one_cell() -> None:
    where = factories.workspace()
    batch = _sent(where, name='a,"b";c')
    assert _csv(signed_in(batch.maker), where)[1][1] == 'a,"b";c'


def test_it_holds_no_address_no_cell_and_no_id_of_a_person() -> None:
    where = factories.workspace()
    batch = _sent(where)
    text = str(_csv(signed_in(batch.maker), where))
    for secret in (batch.maker.email, "example.com", "A-1", "gold", "Bristol"):
        assert secret not in text


@pytest.mark.parametrize(
    "query", ["", "?q=loyalty+1", "?state=sent", "?since=2026-11-24", "?q=T-42", "?state=nonsense"]
)
def test_the_same_filters_leave_the_same_transfers(query: str) -> None:
    where = factories.workspace()
    maker = factories.member(where)
    _sent(where)
    many(where, maker, 24)
    client = signed_in(maker)
    numbers = [int(row[0].removeprefix("T-")) for row in _csv(client, where, query)[1:]]
    assert numbers == shown(client.get(url(where, query)))


def test_a_place_in_the_address_leaves_nothing_out() -> None:
    where = factories.workspace()
    maker = factories.member(where)
    many(where, maker, 3)
    assert len(_csv(signed_in(maker), where, "?before=0.000000-1")) == 4


def test_more_than_a_chunk_comes_whole_and_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    where = factories.workspace()
    maker = factories.member(where)
    many(where, maker, 23)
    monkeypatch.setattr(history, "EXPORT_CHUNK", 5)
    answer: Any = signed_in(maker).get(url(where, page="history_csv"))
    pieces: Iterator[bytes] = iter(answer.streaming_content)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(4):
            next(pieces)
    asked = [query["sql"] for query in queries if '"ingest_batch"' in query["sql"]]
    assert len(asked) == 2, "the places of one chunk and what is there were read, not the table"
    assert len(list(pieces)) == 24 - 4


def _queries(client: Client, where: Workspace, query: str = "") -> list[str]:
    client.get(url(where, query))  # whatever is asked for only once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url(where, query)).status_code == 200
    return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("query", ["", "?state=sent&environment=beta"])
def test_the_first_page_asks_as_much_of_3000_transfers_as_of_30(query: str) -> None:
    where = factories.workspace()
    batch = _sent(where)
    client = signed_in(batch.maker)
    fields = {"upload": batch.upload, "result": batch.result, "destination": batch.destination}
    with_rows = {**fields, "state": "sent", "delivery": batch.delivery, "decision": batch.decision}
    many(where, batch.maker, 29, **with_rows)
    few = _queries(client, where, query)
    many(where, batch.maker, 2970, **with_rows)
    assert len(_queries(client, where, query)) == len(few)


@pytest.mark.parametrize("analysed", [False, True], ids=["no statistics", "statistics"])
@pytest.mark.parametrize("query", ["", "?state=draft", "?maker={maker}", "?environment=beta", "?since=2026-11-02",
                                   "?state=draft&environment=beta&since=2026-11-02", "?q=T-42",
                                   "?source=4", "?source=4&state=draft"])  # fmt: skip
def test_what_is_sorted_is_read_from_an_index(query: str, analysed: bool) -> None:
    where, other = factories.workspace(), factories.workspace()
    maker = factories.member(where)
    place = factories.destination(where)
    values = {"state_at": factories.NOW, "destination": place}
    for workspace, person in ((where, maker), (other, factories.member(other))):
        Batch.objects.bulk_create(
            Batch(workspace=workspace, maker=person, number=number, state=("draft", "cancelled")[number % 2], **values)
            for number in range(1, 301)
        )
    if analysed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    asked = [sql for sql in _queries(signed_in(maker), where, query.format(maker=maker.pk)) if "LIMIT 26" in sql]
    assert len(asked) == 1
    plan = _plan(asked[0])
    assert all(line.startswith("SEARCH") for line in plan), plan


def _plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def test_totals_count_what_was_sent_this_month_what_waits_and_what_failed() -> None:
    where = factories.workspace()
    now = timezone.now()
    for state, moment in (("sent", now), ("sent", now - timedelta(days=40)), ("failed", now - timedelta(days=40))):
        delivery = working.sending(workspace=where)
        working.end(delivery)
        Batch.objects.filter(pk=delivery.batch_id).update(state=state, state_at=moment)
    waiting = working.checked(workspace=where)
    Batch.objects.filter(pk=waiting.pk).update(state="waiting")
    client = signed_in(factories.member(where, "Vic", roles=()))
    assert "Sent this month 1 Waiting for approval 1 Failed 1" in words(client.get(url(where)))
    assert "Sent this month" not in words(client.get(url(where), headers={"HX-Request": "true"}))


def test_totals_stop_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    where = factories.workspace()
    monkeypatch.setattr(history, "MOST_COUNTED", 2)
    for _ in range(3):
        batch = working.checked(workspace=where)
        Batch.objects.filter(pk=batch.pk).update(state="waiting")
    client = signed_in(factories.member(where, "Vic", roles=()))
    assert "Waiting for approval 2 or more" in words(client.get(url(where)))

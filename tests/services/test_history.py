"""The history: every transfer once, newest first, however many there are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ingest.models import Batch, Upload, Workspace
from ingest.services import history
from ingest.services.export import csv_line
from ingest.services.history import Filters, page
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def _many(count: int, **fields: Any) -> Workspace:
    """A workspace with batches, several of them at the same moment."""
    where = factories.workspace()
    maker = factories.member(where)
    values = {"workspace": where, "maker": maker, "state_at": NOW, **fields}
    Batch.objects.bulk_create(
        Batch(number=number, name=f"Loyalty {number}", **values) for number in range(1, count + 1)
    )
    for batch in Batch.objects.of(where):
        Batch.objects.filter(pk=batch.pk).update(created_at=NOW + timedelta(minutes=batch.number // 7))
    return where


def _numbers(batches: list[Batch]) -> list[int]:
    return [batch.number for batch in batches]


@pytest.mark.parametrize("count", [0, 1, 24, 25, 26, 50, 77])
def test_paging_shows_every_transfer_once_in_both_directions(count: int) -> None:
    where = _many(count)
    there: list[int] = []
    found = page(where, Filters(), before=None, after=None)
    pages = [found]
    while found.older is not None:
        found = page(where, Filters(), before=found.older, after=None)
        pages.append(found)
    for one in pages:
        there += _numbers(one.batches)
    assert there == list(range(count, 0, -1))
    back = [_numbers(found.batches)]
    while found.newer is not None:
        found = page(where, Filters(), before=None, after=found.newer)
        back.append(_numbers(found.batches))
    assert [number for numbers in reversed(back) for number in numbers] == there


def test_a_cursor_survives_its_address_and_nonsense_is_none() -> None:
    cursor = history.Cursor(NOW, 7)
    assert history.parse_cursor(str(cursor)) == cursor
    for text in ("", "x", "1-2", "9" * 40, "1.000000-", "-1.000000-3", "999999999999.000000-1"):
        assert history.parse_cursor(text) is None


def test_filters_narrow_and_searches_find() -> None:
    where = factories.workspace()
    delivery = working.sending(workspace=where)
    sent = delivery.batch
    Batch.objects.filter(pk=sent.pk).update(name="Spring loyalty", state="sent")
    Upload.objects.filter(batches=sent).update(name="crm-may.csv")
    factories.batch(where, factories.member(where, "Ben"), name="Lapsed")
    name = delivery.parts.get(part__number=1).name
    for filters in (
        Filters(search=sent.reference), Filters(search=sent.reference.lower()), Filters(search="SPRING"),
        Filters(search="crm-may"), Filters(search=name), Filters(states=("sent",)), Filters(environment="beta"),
        Filters(maker=sent.maker_id),
    ):  # fmt: skip
        found = page(where, filters, before=None, after=None)
        assert _numbers(found.batches) == [sent.number], filters
    assert not page(where, Filters(search="nothing like it"), before=None, after=None).batches
    assert Filters(search="x").narrows
    assert not Filters().narrows


def test_another_workspace_is_never_in_it() -> None:
    where, other = _many(3), _many(4)
    assert len(page(where, Filters(), before=None, after=None).batches) == 3
    assert len(list(history.export(other, Filters()))) == 4


def test_the_first_page_costs_the_same_whatever_the_number() -> None:
    few, many = _many(30), _many(600)
    with CaptureQueriesContext(connection) as small:
        page(few, Filters(), before=None, after=None)
    with CaptureQueriesContext(connection) as large:
        page(many, Filters(), before=None, after=None)
    assert len(small) == len(large)


@pytest.mark.parametrize("filters", [Filters(), Filters(states=("sent",)), Filters(maker=1)])
def test_a_page_is_read_from_an_index_and_sorted_by_nobody(filters: Filters) -> None:
    where = _many(40)
    chosen = history._chosen(where, filters).order_by("-created_at", "-id")[:26]
    plan = chosen.explain()
    assert "USING INDEX batch_" in plan
    assert "TEMP B-TREE" not in plan


def test_a_cell_that_a_spreadsheet_would_run_is_protected() -> None:
    assert csv_line(["=HYPERLINK(1)", "+1", "plain", "a,b"]) == "'=HYPERLINK(1),'+1,plain,\"a,b\"\r\n"

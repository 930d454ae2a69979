"""Files of very many columns: no page grows with them, and each of them can be looked at."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from ingest.services import check as checks
from tests.services import working
from tests.web.columns import IDENTITY, at_columns, elements, wide
from tests.web.journey import Maker, words

pytestmark = pytest.mark.django_db
COLUMNS = {"columns": [{"column": "attr_1", "action": "signal", "key": "attr"}]}


@pytest.fixture
def maker(client: Client) -> Maker:
    return at_columns(client, wide(300, rows=12), mapping={**IDENTITY, **COLUMNS})


def _checked(maker: Maker) -> Maker:
    working.work(checks.start(maker.batch, actor=maker.batch.maker, now=timezone.now()))
    return maker


def _seen(maker: Maker, page: str, cell: str) -> list[str]:
    """The columns on all its pages, as its links lead from one to the next."""
    seen: list[str] = []
    address: str | None = "?"
    while address is not None:
        response = maker.get(page, address)
        assert elements(response) <= 1500
        text = response.content.decode()
        seen += re.findall(cell, text)
        onward = re.search(r'rel="next"\s+href="([^"#]+)#', text)
        address = onward[1].replace("&amp;", "&") if onward else None
    return seen


EVERY = ["crm_id", *(f"attr_{number}" for number in range(1, 300))]


def test_the_page_about_a_wide_file_shows_its_columns_in_pages(maker: Maker) -> None:
    assert "Columns 1 to 40 of 300" in words(maker.get("step_file"))
    assert _seen(maker, "step_file", r'<th scope="col">(\w+)</th>') == EVERY


def test_the_page_about_how_it_is_read_stays_small(maker: Maker) -> None:
    page = maker.get("reading")
    assert elements(page) <= 1500
    assert "Columns 1 to 40 of 300" in words(page)


def test_the_results_of_a_wide_file_show_its_columns_in_pages(maker: Maker) -> None:
    _checked(maker)
    assert _seen(maker, "results", r'<th scope="row" data-label="Column">(\w+)</th>') == EVERY


def test_whatever_the_address_asks_for_there_is_a_page(maker: Maker) -> None:
    assert "Columns 281 to 300 of 300" in words(maker.get("step_file", "?columns=99"))
    assert "Columns 1 to 40 of 300" in words(maker.get("step_file", "?columns=-1"))


def test_few_columns_are_on_one_page(client: Client) -> None:
    narrow = at_columns(client, wide(40), mapping={**IDENTITY, **COLUMNS})
    assert "Columns 1 to" not in words(narrow.get("step_file"))
    assert "Columns 1 to" not in words(_checked(narrow).get("results"))


def test_the_results_stay_small_where_the_values_of_every_column_give_traits(client: Client) -> None:
    table = {f"v{at}": {"add": [at + 1]} for at in range(12)}
    columns = [{"column": f"attr_{number}", "action": "trait_if", "values": table} for number in range(1, 40)]
    names = ["crm_id", *(f"attr_{number}" for number in range(1, 40))]
    rows = [",".join([f"A-{row}", *[f"v{row % 12}"] * 39]) for row in range(36)]
    content = "\n".join([",".join(names), *rows, ""]).encode()
    page = _checked(at_columns(client, content, mapping={**IDENTITY, "columns": columns})).get("results")
    assert words(page).count("and 7 others") == 39
    assert elements(page) <= 1500

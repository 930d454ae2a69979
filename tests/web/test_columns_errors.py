"""What the first 1,000 rows show about each column, before all rows are checked."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.web.columns import FILE, IDENTITY, at_columns, editor, elements, wide
from tests.web.journey import words

pytestmark = pytest.mark.django_db
SIGNALS = [{"column": name, "action": "signal", "key": name} for name in ("tier", "note")]
QUOTED = '"a""b"'
MAPPED: dict[str, Any] = {"mapping": {**IDENTITY, "columns": SIGNALS}}


def _file(rows: int) -> bytes:
    """Every tenth note has a quotation mark, which is taken out, and the ID of every fiftieth row has a colon."""
    lines = [
        f"{'A:' if row % 50 == 0 else 'A-'}{row},gold,{QUOTED if row % 10 == 0 else 'short'}"
        for row in range(1, rows + 1)
    ]
    return "\n".join(["crm_id,tier,note", *lines]).encode() + b"\n"


def _marks(page: Any) -> dict[str, str]:
    found = re.findall(r'<span class="so-far"\s+id="n(\d+)"[^>]*>(.*?)</span>', page.content.decode(), re.DOTALL)
    return {place: re.sub(r"<[^>]+>", "", text).strip() for place, text in found}


def test_each_column_says_how_many_of_the_first_thousand_rows_are_touched(client: Client) -> None:
    page = at_columns(client, _file(1500), **MAPPED).post("columns_errors", {"c1": "now", "c2": "now"})
    assert _marks(page)["1"] == ""
    assert re.fullmatch(r"100 changes so far in the first 1,000 rows", _marks(page)["2"])
    assert 'hx-swap-oob="true"' in page.content.decode()
    assert "20 of the first 1,000 rows would be left out" in words(page)


def test_the_panel_of_a_column_says_what_is_wrong_with_which_values_and_what_to_do(client: Client) -> None:
    text = words(at_columns(client, _file(1500), **MAPPED).post("columns_errors", {"c1": "now", "c2": "now"}))
    assert "crm_id: 20 errors in the first 1,000 rows." in text
    assert "A:50 in 1 row" in text
    assert 'a"b in 100 rows' in text
    assert "Change what note becomes" in text
    assert "Rows further down may hold more." in text


def test_a_page_has_the_first_thousand_rows_in_it_where_few_have_errors(client: Client) -> None:
    maker = at_columns(client, _file(1500), **MAPPED)
    for address in (maker.url("step_columns") + "?show=", editor(maker, 2)):
        page = client.get(address)
        assert "in the first 1,000 rows" in words(page)
        assert "columns/errors" not in page.content.decode(), "nothing is left to be asked for"


def test_where_many_have_errors_they_are_counted_after_the_page_or_with_a_button(client: Client) -> None:
    names = [f"attr_{number}" for number in range(1, 12)]
    mapping = {**IDENTITY, "columns": [{"column": name, "action": "signal", "key": name} for name in names]}
    maker = at_columns(client, re.sub(rb"(?<=,)a(?=[,\n])", QUOTED.encode(), wide(12, 1500)), mapping=mapping)
    first = maker.get("step_columns", "?show=")
    assert "Look at the first 1,000 rows" in words(first)
    assert "in the first 200 rows" in words(first)
    assert re.search(r'columns/errors"\s+hx-trigger="load"', first.content.decode())
    page = maker.post("step_columns", {"do": "errors"})
    assert "Look at the first 1,000 rows" not in words(page)
    assert "in the first 1,000 rows" in _marks(page)["2"]


def test_a_mark_leads_to_the_panel_on_the_same_page(client: Client) -> None:
    page = at_columns(client, _file(30), **MAPPED).get("step_columns", "?show=").content.decode()
    assert re.search(r'id="n2"[^>]*><a href="#t2"', page)
    assert 'id="t2"' in page


def test_a_file_whose_rows_were_all_looked_at_is_not_asked_for_again(client: Client) -> None:
    page = at_columns(client, _file(30), **MAPPED).get("step_columns", "?show=")
    assert "columns/errors" not in page.content.decode()


def test_the_editor_of_a_column_shows_its_own_errors(client: Client) -> None:
    maker = at_columns(client, _file(1500), **MAPPED)
    answer = maker.post("columns_errors", {"position": "2", "action": "signal", "key": "note"})
    text = words(answer)
    assert "note: 100" in text
    assert "crm_id:" not in text
    assert client.get(editor(maker, 2)).status_code == 200


def test_sixty_columns_with_errors_stay_within_the_budget_of_elements(client: Client) -> None:
    names = [f"attr_{number}" for number in range(1, 60)]
    entries = [{"column": name, "action": "signal", "key": name} for name in names]
    content = re.sub(rb"(?<=,)a(?=[,\n])", QUOTED.encode(), wide(60))
    maker = at_columns(client, content, mapping={**IDENTITY, "columns": entries})
    page = maker.get("step_columns", "?show=")
    assert len([text for text in _marks(page).values() if text]) == 59
    assert elements(page) <= 1500


def test_the_list_says_how_many_more_columns_have_errors_and_their_own_pages_tell_them(client: Client) -> None:
    names = [f"attr_{number}" for number in range(1, 9)]
    entries = [{"column": name, "action": "signal", "key": name} for name in names]
    content = re.sub(rb"(?<=,)a(?=[,\n])", QUOTED.encode(), wide(9))
    maker = at_columns(client, content, mapping={**IDENTITY, "columns": entries})
    page = maker.get("step_columns", "?show=")
    assert "and 2 more columns" in words(page)
    assert "Rows further down may hold more." not in words(page), "the file has no other rows"
    untold = re.findall(r'id="n(\d)"[^>]*><a href="([^"#]+)#troubles"', page.content.decode())
    assert len(untold) == 2
    place, address = untold[0]
    own = words(client.get(address))
    assert f"attr_{place}: {_marks(page)[place].replace(' so far', '')}." in own
    assert "more column" not in own


def test_the_page_of_a_column_counts_as_the_table_does_what_that_column_leaves_out(client: Client) -> None:
    content = b"crm_id,joins,leaves\n" + b"".join(b"A-%d,7001,%d\n" % (row, 7001 + row % 2) for row in range(1, 11))
    content += b"A:11,7001,7002\n"
    entries = [
        {"column": "joins", "action": "add_traits"},
        {"column": "leaves", "action": "remove_traits"},
    ]
    maker = at_columns(client, content, mapping={**IDENTITY, "columns": entries})
    table = maker.get("step_columns", "?show=")
    (place,) = [place for place, text in _marks(table).items() if "5 errors so far" in text]
    assert "6 of the first 11 rows would be left out" in words(table)
    own = words(client.get(editor(maker, int(place))))
    assert "5 of the first 11 rows would be left out" in own
    assert "5 errors in the first 11 rows." in own


def test_the_caption_counts_the_rows_of_the_file_and_says_which_of_them_do_not_count(client: Client) -> None:
    assert "those of the first 3 rows." in words(at_columns(client).get("step_columns"))
    broken = at_columns(client, FILE + b"A-4,gold\nA-5,gold,Rome\n")
    assert "counted in the first 5 rows, without the 2 that are broken." in words(broken.get("step_columns"))
    one = at_columns(client, FILE + b"A-4,gold\n")
    assert "counted in the first 4 rows, without the one that is broken." in words(one.get("step_columns"))

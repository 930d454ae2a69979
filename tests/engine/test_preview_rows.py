"""What a preview shows of each row: its lines, its cells, what was found in it and in its columns."""

from pathlib import Path
from typing import Any

import pytest

from ingest.aam.findings import FINDINGS, Severity
from ingest.crm.mapping import parse_mapping
from ingest.engine import preview as module
from ingest.engine.preview import ColumnErrors, Preview, RowFinding, preview
from tests.reference.example import add_traits, remove_traits, signal, traits


def _preview(folder: Path, text: bytes | str, mapping: dict[str, Any], **how: Any) -> Preview:
    path = folder / "customers.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return preview(path, parse_mapping(mapping), **how)


def test_rows_of_one_id_show_the_line_they_share(tmp_path: Path) -> None:
    text = "id,city,t,left\nA,Rome,1,\nB,Oslo,,\nA,Bari,2,\nA,Ulm,,1\n"
    mapping = traits(signal("city"), add_traits("t"), remove_traits("left"), repeated_ids="merge")
    found = _preview(tmp_path, text, mapping)
    shared = 'A\t"city"="Rome",d_sid=1,"city"="Bari",d_sid=2'
    assert [row.line for row in found.rows] == [shared, 'B\t"city"="Oslo"', shared, None]
    assert found.rows[3].findings == (
        RowFinding("trait.conflict", Severity.REFUSED, "left", "1", FINDINGS["trait.conflict"].expected),
    )
    assert (found.accepted, found.refused, found.distinct_ids) == (3, 1, 2)


def test_an_id_whose_items_need_several_lines_shows_them_all(tmp_path: Path) -> None:
    text = "id,note\n" + "".join(f"A,{n} {'w' * 60_000}\n" for n in range(3))
    found = _preview(tmp_path, text, traits(signal("note"), repeated_ids="merge"))
    assert [len(row.lines) for row in found.rows] == [3, 3, 3]
    assert found.rows[0].lines == found.lines


def test_a_row_is_shown_with_its_cells_and_everything_found_in_it(tmp_path: Path) -> None:
    text = 'id,city,mail,note\n A1 ," ""x"", y",a@example.com,b@example.com\nA2,Rome,,\n'
    found = _preview(tmp_path, text, traits(signal("city"), signal("mail"), signal("note")))
    assert found.header == ("id", "city", "mail", "note")
    assert found.rows[0].number == 2
    assert found.rows[0].cells == (" A1 ", ' "x", y', "a@example.com", "b@example.com")
    assert [(one.code, one.column, one.value) for one in found.rows[0].findings] == [
        ("value.unsafe_characters", "city", '"x", y'),
        ("value.email", "mail", "a@example.com"),
        ("value.email", "note", "b@example.com"),
    ]
    second = found.rows[1]
    assert (second.number, second.cells, second.findings) == (3, ("A2", "Rome", "", ""), ())
    assert second.lines == ('A2\t"city"="Rome"',)


def test_errors_are_counted_for_each_column_with_the_values_behind_them(tmp_path: Path) -> None:
    rows = ["A1,x|x,Rome", "A2,x|7,a@example.com", "A3,y,Rome", "a:4,1,Oslo", ",1,"]
    mapping = traits(add_traits("t", split="|"), signal("city"))
    found = _preview(tmp_path, "id,t,city\n" + "\n".join(rows) + "\n", mapping)
    refused = Severity.REFUSED
    assert found.columns == (
        ColumnErrors("id", "id.missing", refused, 1, (("", 1),)),
        ColumnErrors("id", "id.colon", refused, 1, (("a:4", 1),)),
        ColumnErrors("t", "trait.not_a_number", refused, 3, (("x", 2), ("y", 1))),
        ColumnErrors("city", "value.email", refused, 1, (("a@example.com", 1),)),
    )


def test_only_the_most_frequent_values_are_kept(tmp_path: Path) -> None:
    text = "id,t\n" + "".join(f"A{n},x{n % 25}\n" for n in range(60)) + "B,x24\nC,x24\n"
    (errors,) = _preview(tmp_path, text, traits(add_traits("t"))).columns
    assert (errors.rows, len(errors.values)) == (62, 10)
    assert errors.values[0] == ("x24", 4)


def test_rows_that_cannot_be_read_are_shown_as_far_as_they_can(tmp_path: Path) -> None:
    found = _preview(tmp_path, b'id,a\n1,"x"y\n2\n3,caf\xe9\n4,x\n', traits(signal("a")))
    assert [(row.number, row.cells, row.line) for row in found.rows] == [
        (2, ('1,"x"y',), None), (3, ("2",), None), (4, ("3", "caf\ufffd"), None), (5, ("4", "x"), '4\t"a"="x"'),
    ]  # fmt: skip
    assert [one.value for row in found.rows for one in row.findings] == ['1,"x"y', "1 fields", "3,caf\ufffd"]


def test_ids_in_other_case_and_too_many_records_are_noticed_among_the_rows(tmp_path: Path) -> None:
    text = "id,a\n" + "A,x\n" * 202 + "a,x\n"
    found = _preview(tmp_path, text, traits(signal("a")), limit=1000)
    assert {one.code: one.rows for one in found.findings} == {"id.too_many_lines": 2, "id.case_variant": 203}
    assert [row.number for row in found.rows if row.line is None] == [202, 203]


def test_the_order_of_day_and_month_is_looked_for_further_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "id,when\n" + "A,5/6/2024\n" * 30 + "B,25/12/2024\n"
    mapping = traits(signal("when", transforms=["date_iso"]))
    assert _preview(tmp_path, text, mapping, limit=5).lines == ('A\t"when"="2024-06-05"',) * 5
    monkeypatch.setattr(module, "ROWS_FOR_DATES", 0)
    assert _preview(tmp_path, text, mapping, limit=5).lines == ()


def test_notices_about_traits_come_from_the_catalogue_that_is_given(tmp_path: Path) -> None:
    found = _preview(
        tmp_path,
        "id,t\nA,24\nB,25\n",
        traits(add_traits("t")),
        judge_trait=lambda trait: ("trait.unknown",) if trait == "25" else (),
    )
    assert [[one.code for one in row.findings] for row in found.rows] == [[], ["trait.unknown"]]
    assert found.lines == ("A\td_sid=24", "B\td_sid=25")


@pytest.mark.parametrize("rows", [1, 4, 5, 6])
def test_it_says_whether_more_rows_follow(tmp_path: Path, rows: int) -> None:
    text = "id,a\n" + "".join(f"A{n},x\n" for n in range(rows))
    found = _preview(tmp_path, text, traits(signal("a")), limit=5)
    assert (len(found.rows), found.more_rows) == (min(rows, 5), rows > 5)

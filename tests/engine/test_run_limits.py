"""At the limits: the longest record, the last line of an ID, rows too large for compiled code, IDs with many rows."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.blocks import Block
from ingest.engine.judge import Judge
from ingest.engine.kernels.assemble import ROOM_PER_ROW
from ingest.engine.run import onboard
from tests.reference.example import add_traits, hashed_emails, ic, id_sync, remove_traits, signal, trait_if, traits
from tests.strategies.engine_side import Way, judge

TIMESTAMP = 1_700_000_000
LONGEST = 102_400
LINES = 200
TWO_CUSTOMER_IDS = id_sync(
    {"column": "id", "type": "customer_id", "dpid": 478},
    {"column": "a", "type": "customer_id", "dpid": 9},
    allow_customer_id_first=True,
)
WAYS = (Way(), Way(2, 4096), Way(1, 64))
EVERY_WAY = pytest.mark.parametrize("way", WAYS, ids=str)


def _agrees(text: str, mapping: dict[str, Any], folder: Path, way: Way | None = None) -> dict[str, Any]:
    """The report, once engine and reference agree about the file."""
    assert judge(text.encode(), mapping, limit=None, way=way or Way(), folder=folder) == []
    report: dict[str, Any] = json.loads((folder / "out" / "report.json").read_bytes())
    return report


def _codes(report: dict[str, Any]) -> dict[str, int]:
    return {finding["code"]: finding["rows"] for finding in report["findings"]}


def _refused(folder: Path) -> list[list[str]]:
    text = (folder / "out" / "refused.csv").read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def _filling(around: str, size: int, letter: str = "x") -> str:
    """As many letters as make a record of `size` bytes out of what stands around them, with the LF."""
    free = size - len(around.encode()) - 1
    whole, rest = divmod(free, len(letter.encode()))
    return letter * whole + "x" * rest


@EVERY_WAY
@pytest.mark.parametrize("letter", ["x", "é", "😀"])
@pytest.mark.parametrize("repeated_ids", ["keep", "merge"])
def test_a_record_of_exactly_102400_bytes_is_sent_and_one_byte_more_is_not(
    tmp_path: Path, repeated_ids: str, letter: str, way: Way
) -> None:
    around = 'A1\t"a"=""'
    fits, over = (_filling(around, size, letter) for size in (LONGEST, LONGEST + 1))
    mapping = traits(signal("a"), repeated_ids=repeated_ids)
    report = _agrees(f"id,a\nA1,{fits}\nB1,{over}\nC1,x\n", mapping, tmp_path, way)
    assert (report["accepted"], _codes(report)) == (2, {"record.too_long": 1})
    assert report["parts"][0]["bytes"] == LONGEST + len('C1\t"a"="x"\n')


@EVERY_WAY
def test_a_record_of_several_items_is_as_long_as_all_of_it(tmp_path: Path, way: Way) -> None:
    around = 'A1\t"a"="",d_sid=24,ic=c'
    fits, over = (_filling(around, size) for size in (LONGEST, LONGEST + 1))
    report = _agrees(
        f"id,a,b,c\nA1,{fits},24,c\nB1,{over},24,c\n", traits(signal("a"), add_traits("b"), ic("c")), tmp_path, way
    )
    assert (report["accepted"], _codes(report)) == (1, {"record.too_long": 1})


@EVERY_WAY
def test_ids_count_for_the_length_of_id_sync_records_too(tmp_path: Path, way: Way) -> None:
    mapping = id_sync(
        {"column": "a", "type": "customer_id", "dpid": 478}, {"column": "b", "type": "customer_id", "dpid": 479},
        allow_customer_id_first=True,
    )  # fmt: skip
    fits, over = (_filling("A1\t", size) for size in (LONGEST, LONGEST + 1))
    report = _agrees(f"a,b\nA1,{fits}\nA1,{over}\n", mapping, tmp_path, way)
    assert (report["accepted"], _codes(report)) == (1, {"record.too_long": 1})


@pytest.mark.parametrize("size", [LONGEST, LONGEST + 1])
def test_a_merged_record_goes_on_in_a_next_line_from_102401_bytes_on(tmp_path: Path, size: int) -> None:
    rest = _filling(f'A1\t"a"="{"y" * 60_000}","a"=""', size)
    report = _agrees(f"id,a\nA1,{'y' * 60_000}\nB1,x\nA1,{rest}\n", traits(signal("a"), repeated_ids="merge"), tmp_path)
    assert (report["accepted"], report["records"]) == (3, 2 + (size > LONGEST))


def test_a_single_row_of_merged_records_is_wrapped_too(tmp_path: Path) -> None:
    cell = "|".join(f"{number:05}" + "w" * 50_000 for number in range(7))
    report = _agrees(f"id,a\nA1,{cell}\n", traits(signal("a", split="|"), repeated_ids="merge"), tmp_path)
    assert (report["accepted"], report["records"], report["items"]["signal"]) == (1, 4, 7), "two items fill a line"


@EVERY_WAY
@pytest.mark.parametrize(
    ("mapping", "cells"),
    [
        (traits(signal("a")), "x"),
        (TWO_CUSTOMER_IDS, "x"),
        (hashed_emails({"column": "a", "hashed": False}), "someone@example.com"),
    ],
    ids=["traits", "id sync", "hashed e-mails"],
)  # fmt: skip
def test_the_200th_record_of_an_id_is_sent_and_the_201st_is_not(
    tmp_path: Path, mapping: dict[str, Any], cells: str, way: Way
) -> None:
    rows = "".join(f"A1,{cells}\nB1,{cells}\n" for _ in range(LINES))
    report = _agrees(f"id,a\n{rows}A1,{cells}\nC1,{cells}\nB1,{cells}\nA1,{cells}\n", mapping, tmp_path, way)
    assert (report["accepted"], _codes(report)) == (2 * LINES + 1, {"id.too_many_lines": 3})
    assert [row[0] for row in _refused(tmp_path)] == [str(2 * LINES + number) for number in (2, 4, 5)]


def test_refused_rows_take_no_line_of_their_id(tmp_path: Path) -> None:
    rows = "A1,\n" * 50 + "A1,x\n" * LINES + "A1,\nA1,y\n"
    report = _agrees(f"id,a\n{rows}", traits(signal("a")), tmp_path)
    assert _codes(report) == {"id.too_many_lines": 1, "record.nothing_to_send": 51}


def test_ids_in_other_case_have_lines_of_their_own(tmp_path: Path) -> None:
    rows = "ab,x\nAB,x\n" * LINES
    report = _agrees(f"id,a\n{rows}Ab,x\nab,x\n", traits(signal("a")), tmp_path)
    assert _codes(report) == {"id.too_many_lines": 1, "id.case_variant": 2 * LINES + 2}


LARGE_ITEMS = "|".join(f"{number} {'w' * 2000}" for number in range(300))
TOO_LARGE_ROWS = [
    ("items that repeat", traits(add_traits("a", split="|")), "1|2|3|" * 20_000 + "4"),
    (
        "items that repeat in two columns",
        traits(add_traits("a", split="|"), add_traits("b", split="|")),
        "1|2|" * 28_000,
    ),
    ("a conflict", traits(add_traits("a", split="|"), remove_traits("b", split="|")), "1|2|" * 28_000),
    ("a signal", traits(signal("a")), "x" * (ROOM_PER_ROW + 10)),
    ("signals that repeat", traits(signal("a", split="|"), add_traits("b")), "yes|no|" * 27_000),
    ("too many items", traits(signal("a", split="|"), add_traits("b")), LARGE_ITEMS),
    ("too many items, merged", traits(signal("a", split="|"), add_traits("b"), repeated_ids="merge"), LARGE_ITEMS),
    ("something unsafe", traits(signal("a", split="|"), unsafe_values="skip"), 'a""b|c|' * 27_000),
    ("unsafe and refused", traits(signal("a", split="|"), unsafe_values="reject"), 'a""b|c|' * 27_000),
    ("codes", traits(ic("a", split="|"), trait_if("b", values={"7": {"add": [9]}})), "m|n|" * 40_000),
]  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "cell"), [row[1:] for row in TOO_LARGE_ROWS], ids=[row[0] for row in TOO_LARGE_ROWS]
)
def test_a_row_too_large_for_compiled_code_is_written_as_the_rules_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapping: dict[str, Any], cell: str
) -> None:
    by_the_rules: list[int] = []
    write = Judge._write_exactly

    def noted(judge: Judge, block: Block, row: int, at: int) -> int:
        by_the_rules.append(row)
        return write(judge, block, row, at)

    monkeypatch.setattr(Judge, "_write_exactly", noted)
    text = f'id,a,b\nA0,5,5\nA1,"{cell}",7\n,"{cell}",7\nA2,5,7\nA3,6,1\n'
    report = _agrees(text, mapping, tmp_path, Way(2, 4096 if len(cell) % 2 else None))
    assert report["rows"] == 5
    assert "unsafe" in str(mapping) or by_the_rules, "the row is not as large as it was meant to be"


GROWN = [{"replace": ["#", "w" * 50_000]}]


def _many_large(rows: str, **members: Any) -> tuple[str, dict[str, Any]]:
    return f"id,a\n{rows}", traits(signal("a", split="|", transforms=GROWN), repeated_ids="merge", **members)


def test_an_id_whose_items_fill_more_than_200_lines_keeps_200(tmp_path: Path) -> None:
    """Two items of 50,000 bytes fill a line; the ones that still fit into a last line are taken."""
    rows = "".join(f"A1,{number}#\nB1,{number % 3}\n" for number in range(2 * LINES + 3)) + "A1,small\nA1,0#\nB1,#\n"
    text, mapping = _many_large(rows)
    report = _agrees(text, mapping, tmp_path)
    assert _codes(report) == {"id.too_many_lines": 3}
    assert report["findings"][0]["samples"][0] | {"expected": ""} == {
        "row": 2 + 2 * 2 * LINES, "column": "id", "value": "A1", "expected": ""
    }  # fmt: skip


def test_a_row_that_would_need_a_201st_line_adds_nothing(tmp_path: Path) -> None:
    rows = "".join(f"A1,{number}#|{number}b#\n" for number in range(LINES - 1)) + "A1,x#|y#|z#\nA1,x#\nA1,y#\nA1,z#\n"
    text, mapping = _many_large(rows)
    assert _codes(_agrees(text, mapping, tmp_path)) == {"id.too_many_lines": 2}


def test_rows_that_contradict_earlier_ones_are_refused_late_in_order_with_their_samples(tmp_path: Path) -> None:
    rows = [
        "A1,24,,x", ",1,,x", "A1,25,26,", "B:1,1,,", "A1,,24,x", "B2,7,8,y", "A1,26,,z", "B2,8,,y", "A1,27|24,,",
        "A1,,,", "B2,9,9,", "C3,1,,\u00e9", "A1,,27|24,late", "few", "B2,,7,", "c3,,1,",
    ]  # fmt: skip
    mapping = traits(add_traits("add", split="|"), remove_traits("del", split="|"), signal("s"), repeated_ids="merge")
    report = _agrees("id,add,del,s\n" + "\n".join(rows) + "\n", mapping, tmp_path)
    numbers = [int(row[0]) for row in _refused(tmp_path)]
    assert numbers == sorted(numbers)
    assert _codes(report)["trait.conflict"] == 6
    samples = next(finding for finding in report["findings"] if finding["code"] == "trait.conflict")["samples"]
    assert [(sample["row"], sample["column"], sample["value"]) for sample in samples] == [
        (6, "del", "24"), (8, "add", "26"), (9, "add", "8"), (12, "del", "9"), (14, "del", "27"), (16, "del", "7")
    ]  # fmt: skip


def test_more_than_ten_late_refusals_show_the_first_ten(tmp_path: Path) -> None:
    rows = "".join(f"u{number},5,\nu{number},,5\n" for number in range(40))
    report = _agrees(
        f"id,a,b\n{rows}", traits(add_traits("a"), remove_traits("b"), repeated_ids="merge"), tmp_path, Way(2, 64)
    )
    (finding,) = report["findings"]
    assert (finding["code"], finding["rows"]) == ("trait.conflict", 40)
    assert [sample["row"] for sample in finding["samples"]] == list(range(3, 23, 2))
    assert len(_refused(tmp_path)) == 40


def test_late_refusals_stand_among_thousands_of_rows_in_order(tmp_path: Path) -> None:
    rows = "".join(
        f"u{number * 7919 % 1500},{number % 5 + 1},{number % 3 + 1},v{number % 4}\n" for number in range(6000)
    )
    mapping = traits(add_traits("a"), remove_traits("b"), signal("c"), repeated_ids="merge")
    report = _agrees(f"id,a,b,c\n{rows}", mapping, tmp_path, Way(2, 8192))
    assert _codes(report)["trait.conflict"] > 1000


VARIANTS = [
    ("small and capital", ["ab", "AB", "aB", "cd", "x"]),
    ("the Kelvin sign", ["10k", "10\u212a", "10K", "11\u212a", "12k"]),
    ("accents", ["\u00c9mile", "\u00e9mile", "\u00c9MILE", "emile", "e\u0301mile"]),
    ("a dotted I", ["\u0130x", "i\u0307x", "ix", "Ix", "\u0131x"]),
    ("sigma", ["\u03a3\u03a3", "\u03c3\u03c3", "\u03c3\u03c2", "\u03c2\u03c2"]),
    ("sharp s", ["stra\u00dfe", "STRA\u1e9eE", "STRASSE", "strasse"]),
    ("other letters", ["\u0416\u0430", "\u0436\u0430", "\u0416\u0410", "\U00010400", "\U00010428"]),
    ("refused ones count", ["A:1", "a:1", "B%C3", "b%c3", "Some@example.com", "some@example.com"]),
]


@EVERY_WAY
@pytest.mark.parametrize("ids", [row[1] for row in VARIANTS], ids=[row[0] for row in VARIANTS])
def test_ids_that_differ_in_case_only_are_noticed(tmp_path: Path, ids: list[str], way: Way) -> None:
    rows = "".join(f"{one},{place}\n" for place, one in enumerate([*ids, *ids[::-1], "lonely"]))
    report = _agrees(f"id,a\n{rows}", traits(signal("a")), tmp_path, way)
    folded = [one.lower() for one in ids]
    wanted = 2 * sum(folded.count(one) > 1 for one in folded)
    assert _codes(report).get("id.case_variant", 0) == wanted


def test_many_ids_are_kept_apart(tmp_path: Path) -> None:
    """Tables grow several times; what they say about the first rows stays."""
    count = 120_000
    rows = "".join(f"user-{number},x\n" for number in range(count)) + "USER-5,x\nuser-7,x\nUSER-5,x\n"
    folder = tmp_path / "out"
    (tmp_path / "customers.csv").write_text(f"id,a\n{rows}", encoding="utf-8")
    for repeated_ids, records in (("keep", count + 3), ("merge", count + 1)):
        document = parse_mapping(traits(signal("a"), repeated_ids=repeated_ids))
        report = onboard(tmp_path / "customers.csv", document, folder, timestamp=TIMESTAMP)
        assert (report["distinct_ids"], report["records"]) == (count + 1, records)
        assert _codes(report) == {"id.case_variant": 3}
        assert [sample["row"] for sample in report["findings"][0]["samples"]] == [7, count + 2, count + 4]

"""The fixed file: the customer's own bytes without the rows that are left out, tidied where that is safe twice."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crm.mapping import parse_mapping
from ingest.engine.errors import Cancelled
from ingest.engine.fixed import fixed_file
from ingest.engine.run import onboard

UPPER = "6D92078A-8246-4BA4-AE5B-76104861E7DC"
TRAITS: dict[str, Any] = {
    "version": 1, "kind": "traits", "mode": "sync", "dpid": 478, "id": {"column": "id", "type": "customer_id"},
    "columns": [{"column": "tier", "action": "signal", "key": "tier"}],
}  # fmt: skip
DEVICES = {**TRAITS, "dpid": 20915, "target_dpid": 478, "id": {"column": "id", "type": "idfa"}}


def _sent(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("*.gz")))


def _made(content: bytes, mapping: dict[str, Any], folder: Path) -> tuple[bytes, bytes]:
    """The fixed file of what was really checked, and what is sent."""
    document, source, out = parse_mapping(mapping), folder / "customers.csv", folder / "out"
    source.write_bytes(content)
    out.mkdir()
    report = onboard(source, document, out, timestamp=1700000000, workers=1)
    refused = out / "refused.csv" if report["refused"] else None
    return b"".join(fixed_file(source, document, refused)), _sent(out)


def test_rows_that_are_left_out_are_gone_and_the_others_keep_their_bytes(tmp_path: Path) -> None:
    content = b'id,tier,"no te"\nA-1,gold,"a ""b"",\nc"\n,gold,x\n\nada@example.com,gold,x\nA-2,"silver",\n'
    made, _ = _made(content, TRAITS, tmp_path)
    assert made == b'\xef\xbb\xbfid,tier,no te\r\nA-1,gold,"a ""b"",\nc"\r\nA-2,"silver",\r\n'


@pytest.mark.parametrize(
    ("row", "fixed"),
    [
        (f"{UPPER.lower()},gold", f"{UPPER},gold"),
        (f" {UPPER} ,\u00a0gold\u200b", f"{UPPER},gold"),
        (f'"{UPPER}"," a,b "', f'{UPPER},"a,b"'),
        (f"{UPPER},à", f"{UPPER},à"),
        (f"{UPPER},=1+1", f"{UPPER},=1+1"),
    ],
    ids=["case", "white space", "quotes", "a letter whose last byte is that of a blank", "no guard"],
)
def test_ids_stand_as_they_are_sent_and_cells_lose_the_white_space_around_them(
    row: str, fixed: str, tmp_path: Path
) -> None:
    made, _ = _made(f"id,tier\n{row}\n".encode(), DEVICES, tmp_path)
    assert made.decode("utf-8-sig").splitlines()[1] == fixed


@pytest.mark.parametrize(
    ("transforms", "fixed"),
    [
        ([{"replace": [" ", ""]}], UPPER),
        (["sha256"], "A 1"),
        ([{"prefix": "x"}], "A 1"),
        (["date_iso"], "1.2.2020"),
    ],
    ids=["blanks", "a hash", "a prefix", "a date"],
)
def test_what_would_be_changed_twice_by_the_same_mapping_stays_as_it_is(
    transforms: list[Any], fixed: str, tmp_path: Path
) -> None:
    cell = {UPPER: UPPER.replace("-", " -", 1)}.get(fixed, fixed)
    base = DEVICES if fixed == UPPER else TRAITS
    mapping = {**base, "id": {**base["id"], "transforms": transforms}}
    source = tmp_path / "customers.csv"
    source.write_text(f"id,tier\n{cell},gold\n", encoding="utf-8")
    made = b"".join(fixed_file(source, parse_mapping(mapping), None))
    assert made.decode("utf-8-sig") == f"id,tier\r\n{fixed},gold\r\n"


def test_a_file_of_corrections_loses_what_the_portal_had_added(tmp_path: Path) -> None:
    content = b"row,codes,what to do,id,tier\n4,id.missing,Fill in,A-1,'=gold\n"
    made, _ = _made(content, TRAITS, tmp_path)
    assert made == b"\xef\xbb\xbfid,tier\r\nA-1,=gold\r\n"


def test_another_separator_and_encoding_are_read_and_the_separator_stays(tmp_path: Path) -> None:
    made, _ = _made('id;tier\nA-1;Köln\n;x\nA-2;"a;b"\n'.encode("latin-1"), TRAITS, tmp_path)
    assert made.decode("utf-8-sig") == 'id;tier\r\nA-1;Köln\r\nA-2;"a;b"\r\n'


def test_a_short_row_that_is_sent_keeps_its_place(tmp_path: Path) -> None:
    mapping = {**TRAITS, "reader": {"short_rows": "pad"}}
    made, _ = _made(b"id,tier,x\nA-1, gold\nA-2,silver,y\n", mapping, tmp_path)
    assert made == b"\xef\xbb\xbfid,tier,x\r\nA-1,gold\r\nA-2,silver,y\r\n"


def test_whoever_stops_gets_no_more(tmp_path: Path) -> None:
    source = tmp_path / "customers.csv"
    source.write_bytes(b"id,tier\nA-1,gold\n")
    rows: Iterator[bytes] = fixed_file(source, parse_mapping(TRAITS), None, stop=lambda: True)
    next(rows)
    with pytest.raises(Cancelled):
        next(rows)


CELLS = st.text(st.sampled_from('aB1 \u00a0\u200bé"\n;=-'), max_size=6)


@settings(deadline=None, max_examples=40)  # each writes and reads four files
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_the_fixed_file_gives_the_same_again(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    quoted = ("{};{}".format(*(f'"{cell.replace(chr(34), 2 * chr(34))}"' for cell in row)) for row in rows)
    content = "id;tier\n" + "\n".join(quoted) + "\nA-1;gold\n"
    mapping = {**TRAITS, "reader": {"encoding": "utf-8", "delimiter": ";", "quote": '"'}}
    made, sent = _made(content.encode(), mapping, tmp_path_factory.mktemp("first"))
    again, sent_again = _made(made, mapping, tmp_path_factory.mktemp("second"))
    assert (again, sent_again) == (made, sent)

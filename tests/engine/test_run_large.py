"""Large things: many columns, large cells, records and lines beyond what is read at all, many different values."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.run import onboard
from tests.reference.example import add_traits, signal, traits
from tests.strategies.engine_side import Way, judge

TIMESTAMP = 1_700_000_000
NAME = f"ftp_dpm_478_{TIMESTAMP}.sync"
MIB = 1024 * 1024
RECORD_LIMIT = 16 * MIB
# None: the size that it runs with in earnest. The others are no powers of two, so blocks end elsewhere when they grow.
BLOCKS = (None, 64 * 1024, 100_003, 1_100_000, 3 * MIB)


def _onboard(
    data: bytes, mapping: dict[str, Any], folder: Path, **ways: Any
) -> tuple[dict[str, bytes], dict[str, Any]]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "customers.csv"
    file.write_bytes(data)
    onboard(file, parse_mapping(mapping), folder / "out", timestamp=TIMESTAMP, **ways)
    results = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    return results, json.loads(results["report.json"])


def _blocks(size: int | None) -> dict[str, int]:
    return {} if size is None else {"block_bytes": size}


def _refused(results: dict[str, bytes]) -> list[list[str]]:
    csv.field_size_limit(1 << 30)
    return list(csv.reader(io.StringIO(results["refused.csv"].decode("utf-8-sig"), newline="")))[1:]


@pytest.mark.parametrize("way", [Way(), Way(2, 512), Way(1, 64)], ids=str)
def test_three_hundred_columns_are_read(tmp_path: Path, way: Way) -> None:
    names = [f"c{number}" for number in range(300)]
    rows = [",".join(["id", *names])]
    rows += [",".join([f"user-{row}", *(f"v{row % 7} {column}" for column in range(300))]) for row in range(40)]
    rows += [",".join(["short", *names[:-1]]), ",".join(["long", *names, "more"])]
    mapping = traits(*(signal(name) for name in names))
    assert judge("\n".join(rows).encode(), mapping, limit=None, way=way, folder=tmp_path) == []


@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_cells_of_a_megabyte_pass_through(tmp_path: Path, block_bytes: int | None) -> None:
    wide, quoted = "x" * MIB, "y" * (MIB - 2) + '""' + "\r\n" * 10
    data = f'id,a,b\nA1,{wide},short\nA2,"{quoted}",\nA3,{wide},{wide}\nA4,small,{wide}\nA5,small,last\n'.encode()
    mapping = traits(signal("a", values={wide: "wide", "small": "small"}, otherwise="skip"))
    results, report = _onboard(data, mapping, tmp_path, **_blocks(block_bytes))
    assert results[NAME] == b'A1\t"a"="wide"\nA3\t"a"="wide"\nA4\t"a"="small"\nA5\t"a"="small"\n'
    assert [finding["code"] for finding in report["findings"]] == ["record.nothing_to_send"]
    (row,) = _refused(results)
    assert (row[0], row[4]) == ("3", quoted.replace('""', '"'))


def test_a_signal_of_a_megabyte_is_too_long_and_its_row_is_handed_back_whole(tmp_path: Path) -> None:
    wide = "é" * (MIB // 2)
    results, report = _onboard(f"id,a\nA1,{wide}\nA2,x\n".encode(), traits(signal("a")), tmp_path)
    assert results[NAME] == b'A2\t"a"="x"\n'
    assert report["findings"][0]["code"] == "record.too_long"
    assert _refused(results)[0][3:] == ["A1", wide]


def test_the_sample_of_a_finding_about_a_large_cell_is_cut(tmp_path: Path) -> None:
    mapping = traits(signal("a"), add_traits("b"), unsafe_values="reject")
    wide = "x" * MIB + ","
    _, report = _onboard(f'id,a,b\nA1,"{wide}","{wide}"\n"{wide}:",x,1\n'.encode(), mapping, tmp_path)
    samples = {finding["code"]: finding["samples"][0]["value"] for finding in report["findings"]}
    for code in ("value.unsafe_characters", "trait.not_a_number", "id.colon"):
        assert wide.startswith(samples[code])
        assert 0 < len(samples[code]) <= 200


def _with_long(long: bytes) -> bytes:
    return b"id,a\nA2,x\n" + long + b"\nA4,x\r\nA5,x\n\nA7,x\n"


LONG: dict[str, tuple[bytes, list[int]]] = {
    "a line of 20 MiB": (b"L," + b"z" * (20 * MIB), [3]),
    "a line of 35 MiB": (b"L," + b"z" * (35 * MIB), [3]),
    "a line just over 16 MiB": (b"L," + b"z" * (RECORD_LIMIT + 1), [3]),
    "many fields in 20 MiB": (b"L" + b"," * (20 * MIB), [3]),
    "a quote open for 20 MiB": (b'L,"' + b"z" * (20 * MIB) + b'"', [3]),
}


@pytest.mark.parametrize("block_bytes", BLOCKS)
@pytest.mark.parametrize("name", LONG)
def test_rows_behind_a_record_that_is_too_large_to_be_read_keep_their_numbers(
    tmp_path: Path, name: str, block_bytes: int | None
) -> None:
    long, refused = LONG[name]
    results, report = _onboard(_with_long(long), traits(signal("a")), tmp_path, **_blocks(block_bytes))
    assert results[NAME] == b"".join(b'%s\t"a"="x"\n' % user for user in (b"A2", b"A4", b"A5", b"A7"))
    (finding,) = report["findings"]
    assert (finding["code"], finding["rows"]) == ("row.unreadable", 1)
    assert [sample["row"] for sample in finding["samples"]] == refused
    assert [int(row[0]) for row in _refused(results)] == refused


@pytest.mark.parametrize("name", LONG)
def test_what_is_said_about_a_record_that_is_too_large_does_not_depend_on_blocks(tmp_path: Path, name: str) -> None:
    data, mapping = _with_long(LONG[name][0]), traits(signal("a"))
    runs = [_onboard(data, mapping, tmp_path / str(size), **_blocks(size))[0] for size in BLOCKS]
    sizes = [[len(run[file]) for file in sorted(run)] for run in runs]
    assert all(run == runs[0] for run in runs), sizes


@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_an_open_quote_over_many_lines_costs_one_row_not_the_file(tmp_path: Path, block_bytes: int | None) -> None:
    lines = 17 * MIB // 10
    data = b'id,a\nA2,"x\n' + b"A123456,y\n" * lines
    results, report = _onboard(data, traits(signal("a")), tmp_path, **_blocks(block_bytes))
    assert (report["rows"], report["accepted"]) == (lines + 1, 200), "then the ID has all the lines that it may have"
    assert report["findings"][0] | {"samples": []} == {
        "code": "row.unreadable", "severity": "refused", "rows": 1, "samples": []
    }  # fmt: skip
    assert report["findings"][0]["samples"][0]["value"] == 'A2,"x'
    assert results[NAME] == b'A123456\t"a"="y"\n' * 200


@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_a_record_of_nearly_16_mib_is_read(tmp_path: Path, block_bytes: int | None) -> None:
    cell = "z" * (RECORD_LIMIT - 10)
    data = f'id,a,b\nA2,x,"{cell}"\nA3,x,\n'.encode()
    results, report = _onboard(data, traits(signal("a")), tmp_path, **_blocks(block_bytes))
    assert results[NAME] == b'A2\t"a"="x"\nA3\t"a"="x"\n'
    assert report["columns"][2]["filled"] == 1


@pytest.mark.parametrize("count", [9_999, 10_000, 10_001, 12_000, 30_000, 100_000])
def test_different_values_are_counted_up_to_10_000_and_estimated_within_5_percent_above(
    tmp_path: Path, count: int
) -> None:
    names = ["id", "a", "b", "c", "d"]
    rows = "".join(f"u{n},{n},x{n}y,{n:09},{n * 7919 % 1_000_003} é\n" for n in range(count))
    _, report = _onboard((",".join(names) + "\n" + rows).encode(), traits(signal("a")), tmp_path)
    for column in report["columns"]:
        assert column.get("distinct_estimated", False) is (count > 10_000)
        assert column["distinct"] == pytest.approx(count, rel=0.05 if count > 10_000 else 0)


def test_an_estimate_does_not_grow_when_values_come_again(tmp_path: Path) -> None:
    rows = "".join(f"u{n},{n}\n" for n in range(20_000))
    once = _onboard(f"id,a\n{rows}".encode(), traits(signal("a")), tmp_path / "once")[1]
    again = _onboard(f"id,a\n{rows * 4}".encode(), traits(signal("a")), tmp_path / "again")[1]
    assert [column["distinct"] for column in again["columns"]] == [column["distinct"] for column in once["columns"]]
    assert [column["filled"] for column in again["columns"]] == [80_000, 80_000]


def test_many_different_cells_that_only_the_exact_rules_decide_stay_right(tmp_path: Path) -> None:
    """More answers than are remembered at a time."""
    rows = "".join(f"u{n},{n} Ähre é,{n}|{n}\n" for n in range(1, 150_001))
    mapping = traits(signal("a", transforms=["upper"]), add_traits("b", split="|"))
    results, report = _onboard(f"id,a,b\n{rows}".encode(), mapping, tmp_path)
    assert report["accepted"] == 150_000
    wanted = "".join(f'u{n}\t"a"="{n} ÄHRE É",d_sid={n}\n' for n in range(1, 150_001))
    assert results[NAME] == wanted.encode()

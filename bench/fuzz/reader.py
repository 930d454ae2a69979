"""Any bytes as customer file through the complete path: `python -m bench.fuzz.reader` (started by the driver).

The engine may refuse a file with `FileProblem` and then leaves nothing behind. Otherwise every row is accounted for
and every record is one that can be read back.
"""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.fuzz.harness import instrumented, start

if TYPE_CHECKING:
    from collections.abc import Mapping

with instrumented():
    from ingest.aam.records import parse_record
    from ingest.crm.mapping import MappingDocument, load_mapping
    from ingest.engine.errors import FileProblem
    from ingest.engine.run import onboard

TIMESTAMP = 1_700_000_000
# Small blocks are quick to set up, and put a block's end into the middle of nearly every file.
BLOCK_BYTES = 1024
COLUMNS = [
    {"column": "a", "action": "signal", "key": "a", "transforms": ["lower"], "split": "|"},
    {"column": "b", "action": "add_traits", "split": "|"},
    {"column": "c", "action": "signal", "key": "c", "transforms": ["date_iso"]},
    {"column": "d", "action": "trait_if", "values": {"y": {"add": [7]}, "n": {"remove": [7]}}},
]


def make_mapping(repeated_ids: str, short_rows: str, unsafe_values: str) -> MappingDocument:
    """A small mapping with one of the settings that change the path through the engine."""
    document = {
        "version": 1,
        "kind": "traits",
        "mode": "sync",
        "dpid": 478,
        "id": {"column": "i", "type": "customer_id"},
        "columns": COLUMNS,
        "repeated_ids": repeated_ids,
        "unsafe_values": unsafe_values,
        "reader": {"short_rows": short_rows},
        "output": {"compression": "none"},
    }
    return load_mapping(json.dumps(document).encode())


SETTINGS = itertools.product(("keep", "merge"), ("refuse", "pad"), ("clean", "reject"))
MAPPINGS = tuple(make_mapping(*setting) for setting in SETTINGS)
FOLDER = Path(tempfile.mkdtemp())
SHEET_PART = b"xl/worksheets"


def file_name(data: bytes) -> str:
    """The name that such bytes would come with."""
    if data.startswith(b"\x1f\x8b"):
        return "customers.csv.gz"
    if data.startswith(b"PK"):
        return "customers.xlsx" if SHEET_PART in data else "customers.zip"
    return "customers.csv"


def test_one_input(data: bytes) -> None:
    """One file; its length chooses the mapping."""
    source, out = FOLDER / file_name(data), FOLDER / "out"
    source.write_bytes(data)
    try:
        mapping = MAPPINGS[len(data) % len(MAPPINGS)]
        report = onboard(source, mapping, out, timestamp=TIMESTAMP, workers=1, block_bytes=BLOCK_BYTES)
    except FileProblem:
        assert not out.exists() or not any(out.iterdir()), "a refused file left something behind"
    else:
        check(report, out)
    finally:
        shutil.rmtree(out, ignore_errors=True)
        source.unlink()


def check(report: Mapping[str, object], out: Path) -> None:
    """The promises that hold for every file."""
    accepted, refused, parts = report["accepted"], report["refused"], report["parts"]
    assert isinstance(accepted, int)
    assert isinstance(refused, int)
    assert isinstance(parts, list)
    assert report["rows"] == accepted + refused, "a row is neither accepted nor refused"
    records = 0
    for part in parts:
        content = (out / part["name"]).read_bytes().decode()
        assert content.endswith("\n"), "a part without a last line end"
        lines = content.split("\n")[:-1]
        for line in lines:
            parse_record(f"{line}\n")
        assert part["records"] == len(lines), "a part with more or fewer records than reported"
        records += len(lines)
    assert report["records"] == records, "more or fewer records than reported"


if __name__ == "__main__":
    start(test_one_input)

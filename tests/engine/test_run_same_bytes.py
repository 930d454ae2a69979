"""The same file and mapping give the same bytes: on any number of cores, in blocks of any size, today and tomorrow."""

import gzip
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.run import onboard
from tests.reference.example import add_traits, hashed_emails, id_sync, remove_traits, signal, trait_if, traits

TIMESTAMP = 1_700_000_000
WAYS = [
    (1, 1 << 20), (2, 1 << 20), (16, 1 << 20), (1, 64), (16, 100), (2, 997), (16, 4096), (1, 65_536), (2, 100_000),
    (16, 77_777),
]  # fmt: skip


def _customers(seed: int, rows: int) -> bytes:
    rng = random.Random(seed)
    cities = [
        "Rome",
        "Oslo, NO",
        "São Paulo",
        "東京",
        'the "Hague"',
        "",
        " Bari ",
        "NULL",
        "a@example.com",
        "+39 333 1234567",
    ]
    lines = ["id,city,segments,left,when,mail\r\n"]
    for number in range(rows):
        ids = [
            f"user-{rng.randrange(rows)}",
            f"USER-{rng.randrange(50)}",
            f"user-{rng.randrange(3)}",
            "",
            "b:1",
            "1.2E+10",
        ]
        user = rng.choices(ids, (70, 10, 10, 3, 3, 3))[0]
        city = rng.choice([*cities, f"{rng.randrange(10_000)} town"]).replace('"', '""')
        traits_in = "|".join(str(rng.randrange(1, 40)) for _ in range(rng.randrange(4))) or rng.choice(["", "x", "0"])
        when = rng.choice(["2024-05-01", "25/12/2024", f"{rng.randrange(1, 13)}/2/2024", "never"])
        lines.append(f'{user},"{city}",{traits_in},{rng.randrange(1, 40)},{when},p{rng.randrange(99)}@example.com\r\n')
        if rng.random() < 0.04:
            lines.append(
                rng.choice(['broken,"x"y,1\n', "few\n", "a,b,c,d,e,f,g\r", "\n", f"caf\udce9,{number},1,2,3,4\n"])
            )
    return "".join(lines).encode("utf-8", "surrogateescape")


COLUMNS = (
    signal("city"),
    signal("city", key="town", transforms=["lower"], values={"rome": "Roma"}),
    add_traits("segments", split="|"),
    remove_traits("left"),
    trait_if("city", values={"Rome": {"add": [77]}, "Bari": {"remove": [78]}}),
    signal("when", transforms=["date_iso"]),
)
PLAIN = (signal("city"), add_traits("segments", split="|"))
MAPPINGS: dict[str, dict[str, Any]] = {
    "keep": traits(*COLUMNS),
    "merge": traits(*COLUMNS, repeated_ids="merge"),
    "id sync": id_sync(
        {"column": "id", "type": "customer_id", "dpid": 478}, {"column": "city", "type": "customer_id", "dpid": 479},
        allow_customer_id_first=True,
    ),
    "hashed e-mails": hashed_emails({"column": "mail", "hashed": False}),
}  # fmt: skip


def _results(file: Path, mapping: dict[str, Any], out: Path, **ways: Any) -> dict[str, bytes]:
    onboard(file, parse_mapping(mapping), out, timestamp=TIMESTAMP, **ways)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


@pytest.fixture(autouse=True)
def _blocks_are_as_small_as_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read together with the header would be a block of 64 KiB."""
    monkeypatch.setattr("ingest.engine.opened._HEADER_ROOM", 64)


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("same") / "customers.csv"
    file.write_bytes(_customers(1, 3000))
    return file


@pytest.mark.parametrize("kind", MAPPINGS)
def test_neither_workers_nor_blocks_change_a_byte_of_any_file(customers: Path, tmp_path: Path, kind: str) -> None:
    mapping = {**MAPPINGS[kind], "output": {"compression": "none", "max_part_bytes": 10_000}}
    first = _results(customers, mapping, tmp_path / "first", workers=1)
    assert len(first) > 4
    assert len(first["refused.csv"]) > 5000
    for workers, block_bytes in WAYS:
        out = tmp_path / f"{workers}-{block_bytes}"
        found = _results(customers, mapping, out, workers=workers, block_bytes=block_bytes)
        assert _unlike(first, found) == [], f"{workers} workers, blocks of {block_bytes} bytes"


@pytest.mark.parametrize("kind", MAPPINGS)
def test_packed_parts_are_the_same_on_every_number_of_cores(customers: Path, tmp_path: Path, kind: str) -> None:
    mapping = {**MAPPINGS[kind], "output": {"compression": "gzip", "max_part_bytes": 10_000}}
    runs = [_results(customers, mapping, tmp_path / str(workers), workers=workers) for workers in (1, 2, 3, 16)]
    assert all(_unlike(runs[0], run) == [] for run in runs)


def _unlike(first: dict[str, bytes], found: dict[str, bytes]) -> list[str]:
    return [name for name in sorted(first.keys() | found.keys()) if first.get(name) != found.get(name)]


def test_the_same_run_again_gives_the_same_bytes(customers: Path, tmp_path: Path) -> None:
    mapping = {**MAPPINGS["keep"], "output": {"compression": "gzip"}}
    first = _results(customers, mapping, tmp_path / "a")
    assert all(_unlike(first, _results(customers, mapping, tmp_path / f"b{time}")) == [] for time in range(3))


@pytest.mark.parametrize("seed", range(4))
def test_more_than_one_block_of_a_million_bytes_is_the_same_on_every_number_of_cores(tmp_path: Path, seed: int) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(_customers(seed, 30_000))
    mapping = MAPPINGS["merge" if seed % 2 else "keep"]
    runs = [_results(file, mapping, tmp_path / str(workers), workers=workers) for workers in (1, 2, 16)]
    assert _unlike(runs[0], runs[1]) == _unlike(runs[0], runs[2]) == []


def test_packing_changes_neither_the_lines_nor_their_checksums(customers: Path, tmp_path: Path) -> None:
    def build(compression: str) -> tuple[bytes, Any]:
        mapping = {**MAPPINGS["keep"], "output": {"compression": compression}}
        results = _results(customers, mapping, tmp_path / compression)
        (part,) = json.loads(results["report.json"])["parts"]
        return results[part["name"]], part

    (plain, one), (packed, other) = build("none"), build("gzip")
    assert gzip.decompress(packed) == plain
    assert (one["sha256"], one["bytes"]) == (other["sha256"], other["bytes"])
    assert one["sha256"] == hashlib.sha256(plain).hexdigest()


@pytest.mark.parametrize("limit", [1, 2, 17, 1000, 2999, 5000, 10**12])
def test_a_preview_is_the_beginning_of_the_whole_run(customers: Path, tmp_path: Path, limit: int) -> None:
    mapping = traits(*PLAIN)
    name = f"ftp_dpm_478_{TIMESTAMP}.sync"
    whole = _results(customers, mapping, tmp_path / "whole")
    preview = _results(customers, mapping, tmp_path / "preview", limit=limit)
    report, all_rows = json.loads(preview["report.json"]), json.loads(whole["report.json"])["rows"]
    assert report["rows"] == min(limit, all_rows)
    lines = preview.get(name, b"")
    assert whole[name].startswith(lines)
    assert lines.count(b"\n") == report["accepted"]
    assert whole["refused.csv"].startswith(preview["refused.csv"])
    if limit >= all_rows:
        assert _unlike(whole, preview) == []


@pytest.mark.parametrize(("workers", "block_bytes"), [(1, 64), (2, 4096), (16, 1000)])
def test_a_preview_does_not_depend_on_workers_or_blocks(
    customers: Path, tmp_path: Path, workers: int, block_bytes: int
) -> None:
    for kind in ("keep", "merge"):
        first = _results(customers, MAPPINGS[kind], tmp_path / kind, limit=500)
        way = {"workers": workers, "block_bytes": block_bytes}
        assert _unlike(first, _results(customers, MAPPINGS[kind], tmp_path / f"{kind}2", limit=500, **way)) == []

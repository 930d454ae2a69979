"""Input that ends or fails in the middle: exit 1 with a sentence, and nothing left."""

import gzip
import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.containers import PlainBytes
from ingest.engine.run import onboard
from tests.commands.command_line import TIMESTAMP, Desk, traits_mapping
from tests.faults.processes import everything_in

ROWS = 300_000


@pytest.fixture(scope="module")
def customers() -> bytes:
    rng = random.Random(2)
    block = "".join(f"user-{rng.randrange(10**9)},town {rng.randrange(10**6)},24\n" for _ in range(20_000))
    return ("id,city,segments\n" + block * (ROWS // 20_000)).encode()


def _zipped(data: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("customers.csv", data)
    return packed.getvalue()


def _damaged(packed: bytes, place: float) -> bytes:
    at = int(len(packed) * place)
    return packed[:at] + bytes(byte ^ 0xFF for byte in packed[at : at + 64]) + packed[at + 64 :]


def _assert_refused(desk: Desk) -> None:
    ran = desk.onboard("--timestamp", TIMESTAMP)
    assert (ran.code, ran.out) == (1, "")
    assert "file.not_text: " in ran.err
    assert "Traceback" not in ran.err
    assert everything_in(desk.out) == []


@pytest.mark.parametrize("repeated_ids", ["keep", "merge"])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_gzip_file_that_was_cut_off_is_refused_whole(
    tmp_path: Path, customers: bytes, share: float, repeated_ids: str
) -> None:
    packed = gzip.compress(customers, 1)
    _assert_refused(Desk(tmp_path).lay(packed[: int(len(packed) * share)], traits_mapping(repeated_ids=repeated_ids)))


@pytest.mark.parametrize("place", [0.6, 0.9])
def test_a_gzip_file_that_was_damaged_is_refused_whole(tmp_path: Path, customers: bytes, place: float) -> None:
    _assert_refused(Desk(tmp_path).lay(_damaged(gzip.compress(customers, 1), place)))


def test_a_gzip_file_with_a_wrong_checksum_is_refused_whole(tmp_path: Path, customers: bytes) -> None:
    packed = gzip.compress(customers, 1)
    _assert_refused(Desk(tmp_path).lay(packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]))


@pytest.mark.parametrize("place", [0.6, 0.9])
def test_a_zip_archive_that_was_damaged_is_refused_whole(tmp_path: Path, customers: bytes, place: float) -> None:
    _assert_refused(Desk(tmp_path).lay(_damaged(_zipped(customers), place)))


def test_a_zip_archive_that_was_cut_off_is_refused(tmp_path: Path, customers: bytes) -> None:
    packed = _zipped(customers)
    _assert_refused(Desk(tmp_path).lay(packed[: len(packed) // 2]))


def test_a_disk_that_fails_while_the_file_is_read_is_said(
    tmp_path: Path, customers: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path).lay(customers)
    read = PlainBytes.readinto
    got = 0

    def fails(self: PlainBytes, view: memoryview, /) -> int:
        nonlocal got
        got += (length := read(self, view))
        if got > 2 * len(customers) - 2_000_000:  # the first look at the file went well
            raise OSError(5, "Input/output error")
        return length

    monkeypatch.setattr(PlainBytes, "readinto", fails)
    ran = desk.onboard("--timestamp", TIMESTAMP)
    assert (ran.code, ran.out) == (1, "")
    assert "Nothing was written: Input/output error." in ran.err
    assert everything_in(desk.out) == []


def test_a_mistake_in_the_program_leaves_nothing_either(
    tmp_path: Path, customers: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path).lay(customers)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ingest.engine.judge.hash_ids", fails)
    with pytest.raises(ZeroDivisionError):
        onboard(desk.customers, parse_mapping(traits_mapping()), desk.out, timestamp=TIMESTAMP)
    assert everything_in(desk.out) == []

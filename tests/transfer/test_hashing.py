"""A hash beside the work: the same digest, one piece at a time, and no thread that stays."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from ingest.transfer.base import Source
from ingest.transfer.errors import Permanent
from ingest.transfer.hashing import SideHash
from ingest.transfer.sending import PlannedFile
from tests.transfer.receivers import source_of

CONTENT = os.urandom(5 * 1024 * 1024 + 3)


def _threads() -> int:
    return sum(thread.name.startswith("side-hash") for thread in threading.enumerate())


@pytest.mark.parametrize("size", [1000, 64 * 1024, 1024 * 1024, len(CONTENT)])
def test_pieces_of_any_size_give_the_hash_of_the_whole(size: int) -> None:
    with SideHash() as digest:
        for start in range(0, len(CONTENT), size):
            digest.update(CONTENT[start : start + size])
        assert digest.hexdigest() == hashlib.sha256(CONTENT).hexdigest()
        assert digest.hexdigest() == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("place", [0, 3_000_000, len(CONTENT) - 1])
def test_a_changed_part_is_never_sent_to_its_end_and_no_thread_stays(tmp_path: Path, place: int) -> None:
    source = source_of(tmp_path / "part", CONTENT)
    changed = bytearray(CONTENT)
    changed[place] ^= 1
    source.path.write_bytes(changed)
    sent: list[int] = []
    with pytest.raises(Permanent) as caught:
        _send(source, sent)
    assert caught.value.code == "artifact.changed"
    assert sum(sent) < len(CONTENT)
    assert _threads() == 0


def _send(source: Source, sent: list[int]) -> None:
    with PlannedFile(source) as planned:
        for piece in planned.pieces():
            sent.append(len(piece))
            assert _threads() <= 1


def test_whoever_stops_in_the_middle_leaves_no_thread(tmp_path: Path) -> None:
    with PlannedFile(source_of(tmp_path / "part", CONTENT)) as planned:
        planned.read()
        assert _threads() == 1
    assert _threads() == 0

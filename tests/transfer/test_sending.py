"""The last piece of a part is handed out only when the whole is what was approved."""

import os
from pathlib import Path

import pytest

from ingest.transfer.base import Source
from ingest.transfer.errors import Permanent
from ingest.transfer.sending import PlannedFile
from tests.transfer.receivers import source_of

CONTENT = os.urandom(1000)


def _sent(source: Source, piece: int) -> tuple[bytes, str]:
    """What left the house, and the code with which it ended."""
    sent = b""
    try:
        with PlannedFile(source) as planned:
            while part := planned.read(piece):
                sent += part
    except Permanent as failed:
        return sent, failed.code
    return sent, ""


@pytest.mark.parametrize("piece", [1, 7, 500, 999, 1000, 1001, -1])
def test_pieces_of_any_size_give_the_same_bytes(tmp_path: Path, piece: int) -> None:
    assert _sent(source_of(tmp_path / "part", CONTENT), piece) == (CONTENT, "")


def test_an_empty_part_is_checked_too(tmp_path: Path) -> None:
    assert _sent(source_of(tmp_path / "part", b""), 100) == (b"", "")
    wrong = Source(tmp_path / "part", 0, "0" * 64)
    assert _sent(wrong, 100) == (b"", "artifact.changed")


@pytest.mark.parametrize("piece", [1, 300, 999, 1000, -1])
@pytest.mark.parametrize("place", [0, 500, 999])
def test_a_receiver_never_gets_all_bytes_of_a_changed_part(tmp_path: Path, piece: int, place: int) -> None:
    source = source_of(tmp_path / "part", CONTENT)
    changed = bytearray(CONTENT)
    changed[place] ^= 1
    source.path.write_bytes(changed)
    sent, code = _sent(source, piece)
    assert code == "artifact.changed"
    assert len(sent) < len(CONTENT)


@pytest.mark.parametrize("piece", [300, 1000, -1])
def test_a_part_that_grows_while_it_is_read_is_noticed_before_its_last_piece(tmp_path: Path, piece: int) -> None:
    source = source_of(tmp_path / "part", CONTENT)
    with PlannedFile(source) as planned:
        source.path.write_bytes(CONTENT + b"x")
        with pytest.raises(Permanent) as caught:
            list(planned.pieces(piece))
    assert caught.value.code == "artifact.changed"


def test_a_wrong_size_is_said_before_anything_is_read(tmp_path: Path) -> None:
    source = source_of(tmp_path / "part", CONTENT)
    source.path.write_bytes(CONTENT[:-1])
    with pytest.raises(Permanent) as caught:
        PlannedFile(source)
    assert caught.value.code == "artifact.changed"


def test_a_folder_in_the_parts_place_is_no_part(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="could not read the file"):
        PlannedFile(Source(tmp_path, 1, "0" * 64))

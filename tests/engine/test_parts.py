"""Parts: where one ends and the next begins, what is in them, what is known about them."""

import gzip
import hashlib
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.engine import parts as parts_module
from ingest.engine.parts import BuiltPart, PartWriter, sealed

Line = bytes
# What a compressor may hold back: the size is an estimate from what came out of it so far.
HELD_BACK = 64 * 1024


def _ends(lines: list[Line]) -> npt.NDArray[np.int64]:
    return np.cumsum([len(line) for line in lines], dtype=np.int64)


def _write(writer: PartWriter, lines: list[Line]) -> None:
    writer.write(np.frombuffer(bytearray(b"".join(lines)), np.uint8), _ends(lines))


def _build(folder: Path, blocks: list[list[Line]], *, most: int, gzipped: bool = False) -> list[BuiltPart]:
    with PartWriter(folder, gzipped=gzipped, max_part_bytes=most) as writer:
        for lines in blocks:
            _write(writer, lines)
        return writer.finish()


def _content(part: BuiltPart, *, gzipped: bool = False) -> bytes:
    raw = part.path.read_bytes()
    return gzip.decompress(raw) if gzipped else raw


def _random_lines(seed: int, count: int, length: int) -> list[Line]:
    rng = random.Random(seed)
    return [f"{rng.randbytes(length // 2).hex()}\n".encode() for _ in range(count)]


@given(
    blocks=st.lists(st.lists(st.binary(max_size=30).map(lambda text: text.replace(b"\n", b" ") + b"\n"), max_size=20)),
    most=st.integers(31, 200),
    gzipped=st.booleans(),
)
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_parts_are_whole_lines_within_the_limit_and_together_all_that_was_written(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[list[Line]], most: int, gzipped: bool
) -> None:
    built = _build(tmp_path_factory.mktemp("parts"), blocks, most=most, gzipped=gzipped)
    contents = [_content(part, gzipped=gzipped) for part in built]
    assert b"".join(contents) == b"".join(line for lines in blocks for line in lines)
    for part, content in zip(built, contents, strict=True):
        assert 0 < len(content) <= most
        assert content.endswith(b"\n")
        assert (part.bytes, part.records) == (len(content), content.count(b"\n"))
        assert part.sha256 == hashlib.sha256(content).hexdigest()
        assert part.compressed_bytes == part.path.stat().st_size
    for content, following in pairwise(contents):
        assert len(content) + following.index(b"\n") + 1 > most, "a part ends only where the next line does not fit"


def test_a_part_may_be_exactly_as_large_as_is_allowed(tmp_path: Path) -> None:
    lines = [b"12345\n"] * 4
    (tmp_path / "a").mkdir()
    assert [part.bytes for part in _build(tmp_path / "a", [lines], most=24)] == [24]
    (tmp_path / "b").mkdir()
    assert [part.bytes for part in _build(tmp_path / "b", [lines], most=23)] == [18, 6]


def test_where_parts_end_does_not_depend_on_how_lines_arrive(tmp_path: Path) -> None:
    lines = _random_lines(1, 500, 60)
    whole, single = tmp_path / "whole", tmp_path / "single"
    whole.mkdir()
    single.mkdir()
    at_once = _build(whole, [lines], most=1000)
    one_by_one = _build(single, [[line] for line in lines], most=1000)
    assert [part.sha256 for part in at_once] == [part.sha256 for part in one_by_one]


@pytest.mark.parametrize("blocks", [[], [[]], [[], []]], ids=str)
def test_without_a_line_there_is_no_part(tmp_path: Path, blocks: list[list[Line]]) -> None:
    assert _build(tmp_path, blocks, most=100) == []
    assert list(tmp_path.iterdir()) == []


def test_a_part_ends_before_its_compressed_size_passes_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 400_000
    monkeypatch.setattr(parts_module, "MAX_COMPRESSED_PART_BYTES", limit)
    blocks = [_random_lines(seed, 200, 100) for seed in range(150)]
    built = _build(tmp_path, blocks, most=1_000_000_000, gzipped=True)
    assert len(built) > 3
    assert all(part.compressed_bytes <= limit + HELD_BACK for part in built)
    assert min(part.compressed_bytes for part in built[:-1]) > 0.8 * limit, "and not much earlier"
    whole = b"".join(_content(part, gzipped=True) for part in built)
    assert whole == b"".join(line for lines in blocks for line in lines)


def test_lines_that_compress_badly_behind_lines_that_compress_well_stay_near_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 400_000
    monkeypatch.setattr(parts_module, "MAX_COMPRESSED_PART_BYTES", limit)
    easy, hard = [[b"A1\td_sid=24\n"] * 5000] * 20, [_random_lines(seed, 400, 100) for seed in range(60)]
    built = _build(tmp_path, [*easy, *hard], most=1_000_000_000, gzipped=True)
    block = len(gzip.compress(b"".join(hard[0])))
    assert all(part.compressed_bytes <= limit + 2 * block for part in built)


def test_the_compressed_size_does_not_matter_where_nothing_is_compressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_module, "MAX_COMPRESSED_PART_BYTES", 10)
    assert len(_build(tmp_path, [_random_lines(1, 50, 100)] * 3, most=1_000_000)) == 1


def test_a_part_that_is_not_finished_can_be_abandoned(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, gzipped=True, max_part_bytes=100)
    with pytest.raises(RuntimeError, match="stop"):
        _write_and_fail(writer)
    assert writer.finished == []


def _write_and_fail(writer: PartWriter) -> None:
    with writer:
        _write(writer, [b"line\n"])
        raise RuntimeError("stop")


def _mark_as_sealed(source: Path, target: Path) -> None:
    target.write_bytes(b"sealed:" + source.read_bytes())


def test_a_sealed_part_takes_the_place_of_the_plain_one(tmp_path: Path) -> None:
    (part,) = _build(tmp_path, [[b"line\n"]], most=100)
    done = sealed(part, _mark_as_sealed)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"sealed:line\n"]
    assert (done.bytes, done.compressed_bytes, done.sha256) == (5, 12, part.sha256)

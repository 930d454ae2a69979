"""Whatever a customer file comes in, the engine reads the same UTF-8 bytes from it, or says why it cannot."""

import gzip
import hashlib
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam.text import trim
from ingest.crm.dialect_records import read_records
from ingest.crm.mapping_types import ReaderOptions
from ingest.engine import containers
from ingest.engine.containers import Container, PlainBytes
from ingest.engine.decoding import Transcoder
from ingest.engine.errors import FileProblem
from ingest.engine.sampling import take_sample
from ingest.engine.source import CustomerSource, open_customer_file
from tests.fixtures.crm.hostile import HostileFile, hostile_files, zipped
from tests.fixtures.crm.hostile_texts import Expected

FILES: list[HostileFile] = list(hostile_files())


def _open(path: Path, max_bytes: int = 1 << 40, **reader: str) -> CustomerSource:
    return open_customer_file(path, reader=ReaderOptions(**reader), wanted_columns=(), max_bytes=max_bytes)  # type: ignore[arg-type]


def _read(source: CustomerSource, step: int = 70_000) -> bytes:
    out, buffer = bytearray(), memoryview(bytearray(step))
    while length := source.readinto(buffer):
        out += buffer[:length]
    return bytes(out)


def _file(tmp_path: Path, data: bytes, name: str = "customers.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_there_are_enough_hostile_files_and_no_name_twice() -> None:
    assert len(FILES) >= 150
    assert len({name for name, _, _ in FILES}) == len(FILES)


@pytest.mark.parametrize(("name", "data", "expected"), FILES, ids=[name for name, _, _ in FILES])
def test_a_hostile_file_is_read_as_its_author_meant_or_refused(
    tmp_path: Path, name: str, data: bytes, expected: Expected
) -> None:
    path = _file(tmp_path, data, name)
    if expected.problem:
        with pytest.raises(FileProblem) as caught, _open(path) as source:
            _read(source)
        assert caught.value.code == expected.problem
        assert len(caught.value.sentence.split()) > 8
        return
    with _open(path) as source:
        _check(source, data, expected)


def _check(source: CustomerSource, data: bytes, expected: Expected) -> None:
    if expected.encoding:
        assert source.encoding == expected.encoding
    content = _read(source)
    if expected.text is not None:
        assert content.decode("utf-8") == expected.text
    assert source.sha256() == hashlib.sha256(data).hexdigest()
    dialect = source.dialect
    if expected.delimiter:
        assert dialect.delimiter == expected.delimiter
        assert (dialect.escape, dialect.skip_blanks_before_quote) == (expected.escape, expected.skip_blanks)
    if expected.quote is not None:
        assert dialect.quote == (expected.quote or None)
    if expected.header:
        first = read_records(content.decode("utf-8", "replace"), dialect, 1).records[0]
        assert tuple(trim(cell) for cell in first) == expected.header


ENCODED = [
    ("utf-8", "id,größe\n1,Zoë 😀\n"),
    ("utf-16-le", "id,größe\n1,😀 東京\n"),
    ("utf-16-be", "id,größe\n1,😀\n"),
    ("utf-32-le", "a,😀\n"),
    ("cp1252", "id,größe\n1,€ “x”\n"),
    ("cp1253", "α,Ά\n"),
    ("koi8-r", "Москва\n"),
    ("mac-roman", "Köln\n"),
    ("ascii", "abc\n"),
    ("gb18030", "姓名,城市\n王,😀ü\n"),
    ("cp932", "氏名,ﾀﾅｶ 東京ー\n"),
    ("euc_jp", "氏名,東京\n"),
    ("iso2022_jp", "氏名,東京\nab\n"),
    ("cp950", "姓名,臺北\n"),
    ("cp949", "이름,서울\n"),
    ("iso8859-2", "Łódź\n"),
    ("cp1255", "שלום\n"),
    ("utf-7", "Köln\n"),
    ("big5hkscs", "臺北\n"),
]


def _transcoded(data: bytes, encoding: str, sizes: list[int], out_size: int) -> bytes:
    position, turn = 0, 0

    def fill(view: memoryview) -> int:
        nonlocal position, turn
        length = min(sizes[turn % len(sizes)], len(view), len(data) - position)
        view[:length] = data[position : position + length]
        position, turn = position + length, turn + 1
        return length

    transcoder = Transcoder(fill, encoding)
    out, buffer = bytearray(), memoryview(bytearray(out_size))
    while length := transcoder.readinto(buffer):
        out += buffer[:length]
    return bytes(out)


@pytest.mark.parametrize(("encoding", "text"), ENCODED, ids=[name for name, _ in ENCODED])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096])
def test_blocks_of_any_size_give_the_same_text(encoding: str, text: str, size: int) -> None:
    text *= 5
    assert _transcoded(text.encode(encoding), encoding, [size], 5).decode("utf-8") == text


@pytest.mark.parametrize("encoding", [name for name, _ in ENCODED if name not in {"utf-8", "utf-7", "iso2022_jp"}])
@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=60), sizes=st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_broken_bytes_become_the_same_marks_wherever_blocks_end(encoding: str, data: bytes, sizes: list[int]) -> None:
    whole = _transcoded(data, encoding, [len(data) + 1], 1000)
    assert _transcoded(data, encoding, sizes, 3) == whole
    strict = data.decode(encoding, "replace").replace("\ufffd", "")
    assert whole.replace(b"\xff", b"").decode("utf-8").replace("\ufffd", "") == strict


@pytest.mark.parametrize(
    ("encoding", "data", "expected"),
    [
        ("ascii", b"id,K\xf6ln\n", b"id,K\xffln\n"),
        ("cp1252", b"a\x81b\n", b"a\xffb\n"),
        ("cp932", b"a\x81\n", b"a\xff\n"),
        ("utf-16-le", b"a\0\n\0\x3d\xd8b\0", b"a\n\xffb"),
        ("utf-16-le", b"a\0\n\0\x3d", b"a\n\xff"),
        ("utf-8", b"a\xf6\xc3\n", b"a\xf6\xc3\n"),
    ],
)
def test_a_byte_that_the_encoding_does_not_allow_arrives_as_ff_and_broken_utf8_untouched(
    tmp_path: Path, encoding: str, data: bytes, expected: bytes
) -> None:
    with _open(_file(tmp_path, data), encoding=encoding) as source:
        assert _read(source, 1) == expected


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("utf-8-sig", b"\xef\xbb\xbfid\n", b"id\n"),
        ("UTF8", b"\xef\xbb\xbfid\n", b"id\n"),
        ("utf-16", b"\xfe\xff\0i\0d", b"id"),
        ("utf-16", b"\xff\xfei\0d\0", b"id"),
        ("utf-16", b"\0i\0d\0\n", b"id\n"),
        ("utf-16", b"i\0d\0\n\0", b"id\n"),
        ("cp1252", b"\xef\xbb\xbfid\n", "ï»¿id\n".encode()),
        ("latin-1", b"\x80\n", "\x80\n".encode()),
    ],
)
def test_a_confirmed_encoding_is_obeyed_and_only_its_own_mark_dropped(
    tmp_path: Path, name: str, data: bytes, expected: bytes
) -> None:
    with _open(_file(tmp_path, data), encoding=name) as source:
        assert _read(source) == expected


@pytest.mark.parametrize("name", ["no-such-encoding", "base64", "rot13"])
def test_an_encoding_that_nobody_knows_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileProblem) as caught:
        _open(_file(tmp_path, b"id\n1\n"), encoding=name)
    assert caught.value.code == "file.unknown_encoding"
    assert name in caught.value.sentence


def test_what_was_confirmed_about_the_dialect_is_kept(tmp_path: Path) -> None:
    with _open(_file(tmp_path, b"id,a;b\n1,2;3\n"), delimiter=";", quote="", escape="\\") as source:
        dialect = source.dialect
    assert (dialect.delimiter, dialect.quote, dialect.escape) == (";", None, "\\")


def test_the_checksum_is_of_the_whole_file_even_when_little_was_read(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfid,name\n" + b"1,Ann\n" * 100_000
    with _open(_file(tmp_path, data)) as source:
        start = bytearray(10)
        source.readinto(memoryview(start))
        assert source.sha256() == hashlib.sha256(data).hexdigest()
        assert bytes(start) + _read(source) == data[3:]
        assert source.sha256() == hashlib.sha256(data).hexdigest()
    assert (source.name, source.size) == ("customers.csv", len(data))


def test_plain_bytes_hash_each_byte_once(tmp_path: Path) -> None:
    data = random.Random(3).randbytes(300_000)
    stream = PlainBytes(_file(tmp_path, data))
    buffer = memoryview(bytearray(1000))
    stream.readinto(buffer)
    assert stream.sha256() == hashlib.sha256(data).hexdigest()
    while stream.readinto(buffer):
        assert stream.sha256() == hashlib.sha256(data).hexdigest()
    stream.close()


def test_a_gzip_bomb_is_stopped_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "BOMB_BYTES", 8 << 20)
    data = gzip.compress(b"id,name\n" + b"1,Ann\n" * 4_000_000, mtime=0)
    with pytest.raises(FileProblem) as caught, _open(_file(tmp_path, data, "bomb.gz")) as source:
        _read(source)
    assert caught.value.code == "file.compressed_bomb"


def test_a_dense_file_below_the_limit_is_no_bomb(tmp_path: Path) -> None:
    text = b"id,name\n" + b"1,Ann\n" * 1_000_000
    with _open(_file(tmp_path, gzip.compress(text, mtime=0), "dense.gz")) as source:
        assert _read(source) == text


@pytest.mark.parametrize("pack", [bytes, lambda data: gzip.compress(data, mtime=0), lambda data: zipped({"a": data})])
def test_too_much_is_refused_packed_or_not(tmp_path: Path, pack: object) -> None:
    data = pack(b"id,name\n" + b"1,Ann\n" * 5000)  # type: ignore[operator]
    with pytest.raises(FileProblem) as caught, _open(_file(tmp_path, data), max_bytes=10_000) as source:
        _read(source)
    assert caught.value.code == "file.too_large"


def test_several_members_are_named(tmp_path: Path) -> None:
    members = {f"{name}.csv": b"id\n" for name in "abcdefg"}
    with pytest.raises(FileProblem) as caught:
        _open(_file(tmp_path, zipped(members)))
    assert "a.csv, b.csv, c.csv, d.csv, e.csv and 2 more" in caught.value.sentence


def test_an_unusual_packing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="compression"):
        _open(_file(tmp_path, zipped({"a.csv": b"id\n1\n" * 99}, zipfile.ZIP_LZMA)))


def test_a_large_file_is_known_by_windows_over_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.engine.sampling.WHOLE_BYTES", 100_000)
    text = "id;name\n" + "".join(f"{n};Ann\n" for n in range(200_000)) + "1;Jörg\n" * 2000
    with _open(_file(tmp_path, text.encode("cp1252"))) as source:
        assert source.encoding == "cp1252"
        assert _read(source).decode() == text


def test_only_the_head_is_looked_at_when_the_encoding_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.engine.sampling.HEAD_BYTES", 1000)
    monkeypatch.setattr("ingest.engine.sampling.STEP_BYTES", 500)
    path = _file(tmp_path, b"id,name\n" + b"1,Ann\n" * 1_000)
    assert take_sample(path, Container.PLAIN, 1 << 40).whole
    assert not take_sample(path, Container.PLAIN, 1 << 40, head_only=True).whole
    with _open(path, encoding="cp1252") as source:
        assert _read(source) == path.read_bytes()


def test_a_blank_head_does_not_make_a_file_blank_when_the_encoding_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.engine.sampling.HEAD_BYTES", 1000)
    monkeypatch.setattr("ingest.engine.sampling.STEP_BYTES", 500)
    path = _file(tmp_path, b"\n" * 5_000 + b"id,name\n1,Ann\n")
    assert not take_sample(path, Container.PLAIN, 1 << 40, head_only=True).blank


def test_a_zip_whose_directory_points_before_the_file_is_told_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "customers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("customers.csv", "id,a\nA1,x\n")
    raw = bytearray(path.read_bytes())
    end = raw.rindex(b"PK\x05\x06")
    # The directory is said to begin 50 bytes later than it does, so that every member seems to lie 50 bytes earlier.
    begin = int.from_bytes(raw[end + 16 : end + 20], "little")
    raw[end + 16 : end + 20] = (begin + 50).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(FileProblem) as problem:
        open_customer_file(path, reader=ReaderOptions(), wanted_columns=())
    assert problem.value.code == "file.not_text"

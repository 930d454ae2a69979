"""What the command line says when it was started the wrong way: exit 2, a sentence, nothing written."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.commands.command_line import TIMESTAMP, Desk, manage, onboard_here, traits_mapping

CUSTOMERS = "id,city,segments\nA1,Rome,24\n"
NOBODY = 65_534


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path).lay(CUSTOMERS)


def _is_untouched(desk: Desk) -> bool:
    return not desk.out.exists() or list(desk.out.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--timestamp", "123456789"], "10 digits"),
        (["--timestamp", "17000000000"], "10 digits"),
        (["--timestamp", "0123456789"], "10 digits"),
        (["--timestamp", "170000000x"], "10 digits"),
        (["--timestamp", "１７００００００００"], "10 digits"),
        (["--timestamp", "-170000000"], "--timestamp"),
        (["--limit", "0"], "--limit"),
        (["--limit", "-1"], "--limit"),
        (["--limit", "ten"], "--limit"),
        (["--limit", "1.5"], "--limit"),
        (["--workers", "0"], "--workers"),
        (["--delimiter", ""], "delimiter"),
        (["--delimiter", ";;"], "delimiter"),
        (["--delimiter", "\u00a7"], "delimiter"),
        (["--delimiter", "a"], "delimiter"),
        (["--delimiter", '"'], "delimiter"),
        (["--delimiter", "\n"], "delimiter"),
        (["--encoding", "no-such-encoding"], "encoding"),
        (["--encoding", "undefined"], "encoding"),
        (["--encoding", "idna"], "encoding"),
        (["--encoding", "hex"], "encoding"),
        (["--no-such-option"], "--no-such-option"),
        (["another.csv"], "another.csv"),
    ],
)
def test_wrong_usage_ends_with_2_and_names_what_is_wrong(desk: Desk, arguments: list[str], said: str) -> None:
    ran = desk.onboard(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert _is_untouched(desk)


@pytest.mark.parametrize("left_out", ["--mapping", "--out", "CUSTOMERS"])
def test_a_missing_argument_ends_with_2_and_is_named(desk: Desk, left_out: str) -> None:
    given: dict[str, list[object]] = {
        "CUSTOMERS": [desk.customers],
        "--mapping": ["--mapping", desk.mapping],
        "--out": ["--out", desk.out],
    }
    ran = onboard_here(*(word for name, words in given.items() if name != left_out for word in words))
    assert ran.code == 2
    assert left_out in ran.err
    assert _is_untouched(desk)


def test_an_unknown_customer_file_ends_with_2_and_is_named(desk: Desk) -> None:
    desk.customers.unlink()
    ran = desk.onboard()
    assert (ran.code, ran.out) == (2, "")
    assert str(desk.customers) in ran.err
    assert _is_untouched(desk)


def test_a_folder_as_customer_file_ends_with_2(desk: Desk) -> None:
    desk.customers.unlink()
    desk.customers.mkdir()
    ran = desk.onboard()
    assert (ran.code, ran.out) == (2, "")
    assert str(desk.customers) in ran.err


def test_an_unknown_mapping_ends_with_2_and_is_named(desk: Desk) -> None:
    desk.mapping.unlink()
    ran = desk.onboard()
    assert (ran.code, ran.out) == (2, "")
    assert str(desk.mapping) in ran.err
    assert _is_untouched(desk)


WRONG: dict[str, Any] = {
    "version": 2,
    "kind": "traits",
    "mode": "sideways",
    "dpid": "478",
    "colour": "red",
    "id": {"column": "id", "type": "passport", "transforms": ["rot13"]},
    "columns": [
        {"column": "city", "action": "signal", "key": "-city"},
        {"column": "segments", "action": "add_traits", "split": ""},
        {"column": "vip", "action": "trait_if"},
    ],
    "reader": {"delimiter": ";;"},
    "output": {"max_part_bytes": 6_000_000_000},
    "repeated_ids": "drop",
}
WRONG_MEMBERS = (
    "version", "mode", "dpid", "colour", "id.type", "id.transforms[0]", "columns[0].key", "columns[1].split",
    "columns[2].values", "reader.delimiter", "output.max_part_bytes", "repeated_ids",
)  # fmt: skip


def test_every_wrong_member_of_a_mapping_is_named_at_once(desk: Desk) -> None:
    desk.lay(CUSTOMERS, WRONG)
    ran = desk.onboard()
    assert (ran.code, ran.out) == (2, "")
    named = {line.partition(":")[0].strip() for line in ran.err.splitlines()}
    assert [member for member in WRONG_MEMBERS if member not in named] == []
    assert _is_untouched(desk)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[]", "object"),
        (b'{"version": 1, "version": 1}', "version"),
        (b'{"kind": "\xff"}', "UTF-8"),
        (b"\x00" * 50, "JSON"),
    ],
)
def test_a_mapping_that_is_no_document_ends_with_2(desk: Desk, raw: bytes, said: str) -> None:
    desk.mapping.write_bytes(raw)
    ran = desk.onboard()
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_an_overwrite_that_removes_traits_is_a_wrong_mapping(desk: Desk) -> None:
    columns = [{"column": "segments", "action": "remove_traits"}]
    ran = desk.lay(CUSTOMERS, traits_mapping(mode="overwrite", columns=columns)).onboard()
    assert ran.code == 2
    assert "columns[0].action" in ran.err


def test_compression_pgp_without_a_key_ends_with_2(desk: Desk) -> None:
    ran = desk.lay(CUSTOMERS, traits_mapping(output={"compression": "pgp"})).onboard()
    assert (ran.code, ran.out) == (2, "")
    assert "--pgp-key" in ran.err
    assert _is_untouched(desk)


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_a_key_without_compression_pgp_ends_with_2(desk: Desk, compression: str) -> None:
    key = desk.folder / "public.asc"
    key.write_text("not looked at", encoding="utf-8")
    ran = desk.lay(CUSTOMERS, traits_mapping(output={"compression": compression})).onboard("--pgp-key", key)
    assert (ran.code, ran.out) == (2, "")
    assert "output.compression" in ran.err
    assert _is_untouched(desk)


@pytest.mark.parametrize("content", [None, b"", b"no key at all\n"], ids=["absent", "empty", "text"])
def test_a_key_file_that_holds_no_key_ends_with_2_and_is_named(desk: Desk, content: bytes | None) -> None:
    key = desk.folder / "public.asc"
    if content is not None:
        key.write_bytes(content)
    ran = desk.lay(CUSTOMERS, traits_mapping(output={"compression": "pgp"})).onboard("--pgp-key", key)
    assert (ran.code, ran.out) == (2, "")
    assert "public.asc" in ran.err
    assert "Traceback" not in ran.err
    assert _is_untouched(desk)


def test_a_folder_that_is_a_file_ends_with_1_and_a_sentence(desk: Desk) -> None:
    desk.out.write_text("mine", encoding="utf-8")
    ran = desk.onboard("--timestamp", TIMESTAMP)
    assert (ran.code, ran.out) == (1, "")
    assert "Nothing was written" in ran.err
    assert desk.out.read_text(encoding="utf-8") == "mine"


@pytest.fixture
def everybodys_desk() -> Iterator[Desk]:
    """A desk that every user may read, with a folder that only its owner may write to."""
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(Path(name)).lay(CUSTOMERS)
        desk.folder.chmod(0o755)
        desk.out.mkdir()
        desk.out.chmod(0o555)
        yield desk
        desk.out.chmod(0o755)


@contextmanager
def _a_plain_user() -> Iterator[None]:
    """Without the rights of root, who may read and write anywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize("more", [[], ["--timestamp", TIMESTAMP]], ids=["now", "given"])
def test_a_folder_that_cannot_be_written_to_ends_with_1_and_a_sentence(everybodys_desk: Desk, more: list[Any]) -> None:
    with _a_plain_user():
        ran = everybodys_desk.onboard(*more)
    assert (ran.code, ran.out) == (1, "")
    assert "Nothing was written: Permission denied" in ran.err
    assert list(everybodys_desk.out.iterdir()) == []


@pytest.mark.parametrize("more", [[], ["--timestamp", TIMESTAMP]], ids=["now", "given"])
def test_a_folder_that_cannot_be_looked_into_ends_with_1_and_a_sentence(everybodys_desk: Desk, more: list[Any]) -> None:
    everybodys_desk.out.chmod(0o300)
    with _a_plain_user():
        ran = everybodys_desk.onboard(*more)
    assert (ran.code, ran.out) == (1, "")
    assert "Permission denied" in ran.err


def test_a_customer_file_that_may_not_be_read_is_said(everybodys_desk: Desk) -> None:
    everybodys_desk.out.chmod(0o777)
    everybodys_desk.customers.chmod(0o000)
    with _a_plain_user():
        ran = everybodys_desk.onboard()
    assert ran.code in {1, 2}
    assert "Permission denied" in ran.err
    assert list(everybodys_desk.out.iterdir()) == []


def test_the_codes_are_those_of_the_process(desk: Desk) -> None:
    good = manage("onboard", *desk.arguments("--timestamp", TIMESTAMP))
    assert (good.code, good.err) == (0, "")
    wrong = manage("onboard", *desk.arguments("--limit", "0"))
    assert (wrong.code, wrong.out) == (2, "")
    nothing = manage("onboard", *desk.lay("id,city,segments\n").arguments())
    assert (nothing.code, nothing.out) == (1, "")
    assert "file.no_rows" in nothing.err
    assert json.loads((desk.out / "report.json").read_bytes())["rows"] == 1, "what an earlier run made stays"

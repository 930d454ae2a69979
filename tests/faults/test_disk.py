"""A disk that is full: exit 1, a sentence, and nothing left but what was there."""

import json
import os
import random
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.commands.command_line import TIMESTAMP, Desk, command, onboard_here, traits_mapping
from tests.faults.processes import everything_in
from tests.transfer.keys import Receiver

MIB = 1024 * 1024


def _rows(count: int) -> str:
    rng = random.Random(5)
    return "".join(
        f"{rng.randbytes(12).hex()},{rng.randbytes(20).hex()},{rng.randrange(1, 99)}\n" for _ in range(count)
    )


@pytest.fixture(scope="module")
def many_rows() -> str:
    return "id,city,segments\n" + _rows(60_000)


def _limited(desk: Desk, largest_file: int) -> tuple[int, str, str]:
    """Run the command where no file may grow beyond some bytes: the system says so as it says that a disk is full."""
    done = subprocess.run(
        command("onboard", *desk.arguments("--timestamp", TIMESTAMP)),
        capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


CASES: dict[str, dict[str, Any]] = {
    "gzip": {"output": {"compression": "gzip"}},
    "plain": {},
    "merge": {"repeated_ids": "merge"},
    "refused rows": {"columns": [{"column": "city", "action": "add_traits"}]},
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_that_cannot_grow_ends_the_run_with_a_sentence(tmp_path: Path, many_rows: str, case: str) -> None:
    desk = Desk(tmp_path).lay(many_rows, traits_mapping(**CASES[case]))
    code, out, err = _limited(desk, MIB)
    assert (code, out) == (1, "")
    assert "Nothing was written: File too large." in err
    assert "Traceback" not in err
    assert everything_in(desk.out) == []


def _mount(size: int, folder: Path) -> bool:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "amportal-test", folder],
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode == 0


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 2 MiB; only root may make one."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() != 0 or not _mount(2 * MIB, Path(name)):
            pytest.skip("no small disk can be mounted here; the tests that limit the size of files stand for it")
        yield Path(name)
        subprocess.run(["umount", name], capture_output=True, timeout=60, check=True)


@pytest.mark.parametrize("case", CASES)
def test_a_full_disk_ends_the_run_with_a_sentence(tmp_path: Path, small_disk: Path, many_rows: str, case: str) -> None:
    desk = Desk(tmp_path).lay(many_rows, traits_mapping(**CASES[case]))
    out = small_disk / "out"
    out.mkdir()
    (out / "mine.txt").write_text("stays", encoding="utf-8")
    ran = onboard_here(desk.customers, "--mapping", desk.mapping, "--out", out, "--timestamp", TIMESTAMP)
    assert (ran.code, ran.out) == (1, "")
    assert "Nothing was written: No space left on device." in ran.err
    assert everything_in(out) == ["mine.txt"]


def test_a_disk_that_is_full_from_the_start_is_said(tmp_path: Path, small_disk: Path) -> None:
    desk = Desk(tmp_path).lay("id,city,segments\nA1,Rome,24\n")
    with (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                filler.write(b"x" * 4096)
            except OSError:
                break
    ran = onboard_here(desk.customers, "--mapping", desk.mapping, "--out", small_disk / "out", "--timestamp", TIMESTAMP)
    assert (ran.code, ran.out) == (1, "")
    assert "No space left on device" in ran.err
    out = small_disk / "out"
    assert not out.exists() or everything_in(out) == []


def test_a_disk_that_is_full_when_parts_are_sealed_is_said(tmp_path: Path, small_disk: Path, many_rows: str) -> None:
    """The plain part fits, the sealed one beside it does not."""
    with tempfile.TemporaryDirectory(prefix="gpg") as name:
        receiver = replace(Receiver(Path(name)))
        receiver.home.chmod(0o700)
        key = receiver.export(tmp_path / "public.asc", receiver.make_key("environment"))
        receiver.close()
    mapping = traits_mapping(output={"compression": "pgp"})
    rows = "".join(many_rows.splitlines(keepends=True)[:14_000])
    desk = Desk(tmp_path).lay(rows, mapping)
    out = small_disk / "out"
    ran = onboard_here(
        desk.customers, "--mapping", desk.mapping, "--out", out, "--timestamp", TIMESTAMP, "--pgp-key", key
    )
    assert (ran.code, ran.out) == (1, "")
    assert everything_in(out) == []
    assert "No space left on device" in ran.err
    assert "key" not in ran.err, "the key is not to blame"


def test_what_an_earlier_run_made_stays_when_the_disk_is_full(tmp_path: Path, many_rows: str) -> None:
    desk = Desk(tmp_path).lay(many_rows)
    assert desk.onboard("--timestamp", TIMESTAMP, "--limit", 3).code == 0
    before = desk.results()
    assert _limited(desk, MIB)[0] == 1
    assert desk.results() == before
    assert json.loads(before["report.json"])["rows"] == 3

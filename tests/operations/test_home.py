"""The data folder, its key, and that one start at a time uses it."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from amportal.serve import home as room
from amportal.serve.errors import StartError
from amportal.serve.home import Home
from amportal.serve.portal import environment
from tests.house.tree import PROJECT


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_the_first_start_makes_a_folder_and_a_key_for_the_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "new" / "data")
    home.make()
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.secret_key.stat().st_mode) == 0o600
    assert len(home.secret_key.read_text(encoding="ascii").strip()) >= 50


def test_a_later_start_keeps_the_key(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    key = home.secret_key.read_bytes()
    home.make()
    assert home.secret_key.read_bytes() == key


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Home(tmp_path / name).make()
    assert (tmp_path / "one" / "secret.key").read_bytes() != (tmp_path / "two" / "secret.key").read_bytes()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(StartError, match=r"The data folder .*file/data cannot be written to .*AMPORTAL_DATA_DIR="):
        Home(tmp_path / "file" / "data").make()


def test_a_second_start_reads_where_the_first_one_answers(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    home.claim(print).tell("http://127.0.0.1:8000")
    with pytest.raises(StartError, match=rf"already runs .*http://127\.0\.0\.1:8000 \(process {os.getpid()}\)"):
        home.claim(print)


@pytest.fixture
def leftover(tmp_path: Path) -> Iterator[None]:
    """A child of an earlier start that was killed, and that still runs."""
    program = (
        "import os, subprocess, sys\n"
        "from pathlib import Path\n"
        "from amportal.serve.home import Home\n"
        "home = Home(Path(sys.argv[1])); home.make(); claim = home.claim(print)\n"
        "child = subprocess.Popen(['sleep', '600'], pass_fds=[claim.children], stdout=-3, stderr=-3)\n"
        "claim.note_children([child.pid]); print(child.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    child = int(answer.stdout)
    with subprocess.Popen(["sh", "-c", f"sleep 1; kill {child}"]):
        yield


@pytest.mark.usefixtures("leftover")
def test_a_start_waits_for_the_rest_of_an_earlier_one(tmp_path: Path) -> None:
    said: list[str] = []
    Home(tmp_path).claim(said.append)
    assert said == ["Waiting for the rest of an earlier start to end."]


@pytest.mark.usefixtures("leftover")
def test_a_rest_that_does_not_end_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LEFTOVERS_SECONDS", 0.2)
    with pytest.raises(StartError, match=r"Parts of an earlier start still run: processes \d+\. End them with kill"):
        Home(tmp_path).claim(print)


def test_programs_learn_where_people_find_the_portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    monkeypatch.delenv("AMPORTAL_ADDRESS", raising=False)
    assert environment(home, "http://127.0.0.1:8123")["AMPORTAL_ADDRESS"] == "http://127.0.0.1:8123"
    monkeypatch.setenv("AMPORTAL_ADDRESS", "https://portal.example.com")
    assert environment(home, "http://127.0.0.1:8123")["AMPORTAL_ADDRESS"] == "https://portal.example.com"

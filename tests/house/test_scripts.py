"""The helpers in scripts/: run from anywhere, set up once, and say what is wrong."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import PROJECT, walk

SCRIPTS = [*walk(PROJECT / "scripts"), PROJECT / ".ci" / "run"]
SHELL_TOOLS = [
    "basename",
    "cat",
    "chmod",
    "cksum",
    "cp",
    "cut",
    "dirname",
    "env",
    "find",
    "flock",
    "head",
    "id",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "sed",
    "sh",
    "touch",
    "xargs",
]

# Stands for Python: makes an environment with itself in it, and writes down what it was asked to do.
FAKE_PYTHON = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
*"version_info <"*) exit "${OLD:-0}" ;;
*"import ensurepip"*) exit "${NO_VENV:-0}" ;;
*"import pip"*) exit 0 ;;
*"print(sys"*) echo fake ;;
"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*"onboard "*" --out "*) for out; do :; done; mkdir -p "$out"; echo a line >"$out/ftp_dpm_1" ;;
*manage.py*) pwd >>"$CALLS" ;;
esac
"""


class Desk:
    """A copy of the scripts in a fresh folder, on a machine that has a fake Python and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.project, self.tools, self.calls = folder / "a project", folder / "tools", folder / "calls"
        shutil.copytree(PROJECT / "scripts", self.project / "scripts")
        for name in ("ingest/aam", "ingest/engine", "tests", "var"):
            (self.project / name).mkdir(parents=True)
        for name in ("requirements.txt", "tests/requirements.txt", "manage.py", "ingest/engine/plan.py"):
            (self.project / name).write_text("1", encoding="utf-8")
        self.tools.mkdir()
        for name in SHELL_TOOLS:
            if found := shutil.which(name):
                (self.tools / name).symlink_to(found)

    def add_python(self, name: str = "python3") -> None:
        python = self.tools / name
        python.write_text(FAKE_PYTHON, encoding="utf-8")
        python.chmod(0o755)

    def run(
        self, script: str, *arguments: str, cwd: Path | None = None, variables: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a script; `calls` then holds what Python was asked for in this run."""
        self.calls.write_text("", encoding="utf-8")
        environment = {"PATH": str(self.tools), "CALLS": str(self.calls)} | (variables or {})
        command = [str(self.project / "scripts" / script), *arguments]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    def asked(self) -> str:
        return self.calls.read_text(encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_posix_strict_and_can_be_started(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/bin/sh"
    assert "set -eu" in lines
    assert lines[1].startswith("# ")
    assert script.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_the_first_start_sets_up_and_the_second_does_nothing(desk: Desk) -> None:
    desk.add_python()
    first = desk.run("run", "onboard", "a b.csv")
    assert first.returncode == 0, first.stderr
    assert "--require-hashes -r requirements.txt" in desk.asked()
    assert "tests/requirements.txt" not in desk.asked()
    assert "manage.py warm_engine" in desk.asked()
    second = desk.run("run", "onboard", "a b.csv")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert "pip install" not in desk.asked()
    assert "warm_engine" not in desk.asked()


def test_a_command_runs_in_the_folder_of_its_caller(desk: Desk, tmp_path: Path) -> None:
    desk.add_python()
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    assert desk.run("run", "onboard", "customers.csv", cwd=elsewhere).returncode == 0
    assert desk.asked().endswith(f"{desk.project}/manage.py onboard customers.csv\n{elsewhere}\n")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], "serve"),
        (["--port", "8001"], "serve --port 8001"),
        (["--no-demo"], "serve --no-demo"),
        (["worker", "validate"], "worker validate"),
    ],
)
def test_without_a_command_the_portal_is_served(desk: Desk, arguments: list[str], command: str) -> None:
    desk.add_python()
    assert desk.run("run", *arguments).returncode == 0
    assert f"{desk.project}/manage.py {command}\n" in desk.asked()


def test_the_practice_file_runs_on_the_command_line(desk: Desk) -> None:
    desk.add_python()
    answer = desk.run("run", "practice")
    assert answer.returncode == 0, answer.stderr
    assert f"{desk.project}/manage.py onboard {desk.project}/docs/practice/customers.csv" in desk.asked()
    assert "serve" not in desk.asked()
    assert "The first lines of ftp_dpm_1:\na line\n" in answer.stdout


def test_a_changed_requirement_is_installed(desk: Desk) -> None:
    desk.add_python()
    desk.run("setup")
    (desk.project / "requirements.txt").write_text("2", encoding="utf-8")
    desk.run("setup")
    assert "--require-hashes -r requirements.txt" in desk.asked()
    assert "warm_engine" in desk.asked()


def test_a_changed_engine_is_compiled_anew_from_nothing(desk: Desk) -> None:
    desk.add_python()
    desk.run("setup")
    cached = desk.project / "ingest" / "engine" / "scan.nbi"
    cached.touch()
    source = desk.project / "ingest" / "engine" / "plan.py"
    later = (desk.project / ".venv" / "engine.stamp").stat().st_mtime + 10
    os.utime(source, (later, later))
    desk.run("setup")
    assert "warm_engine" in desk.asked()
    assert "pip install" not in desk.asked()
    assert not cached.exists()


def test_what_the_tests_need_does_not_compile_the_engine_again(desk: Desk) -> None:
    desk.add_python()
    desk.run("setup")
    desk.run("setup", "tests")
    assert "-r requirements.txt -r tests/requirements.txt" in desk.asked()
    assert "warm_engine" not in desk.asked()
    desk.run("setup", "tests")
    assert "pip install" not in desk.asked()


@pytest.mark.parametrize(
    ("python", "variables", "sentence"),
    [
        (None, {}, "needs Python 3.11 or newer, and none was found"),
        ("python3", {"OLD": "1"}, "needs Python 3.11 or newer, and none was found"),
        ("python3", {"NO_VENV": "1"}, "python3 has no venv module. On Debian and Ubuntu: apt-get install python3-venv"),
        ("python3", {"PYTHON": "/no/such/python"}, "none was found at /no/such/python"),
    ],
)
def test_a_missing_python_is_said_clearly(
    desk: Desk, python: str | None, variables: dict[str, str], sentence: str
) -> None:
    if python:
        desk.add_python(python)
    answer = desk.run("run", variables=variables)
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert not (desk.project / ".venv").exists()


def test_a_newer_python_under_its_own_name_is_found(desk: Desk) -> None:
    desk.add_python("python3.12")
    assert desk.run("setup").returncode == 0


def test_help_needs_no_set_up(desk: Desk) -> None:
    answer = desk.run("run", "--help")
    assert answer.returncode == 0
    assert "scripts/run onboard FILE.csv --mapping MAPPING.json --out FOLDER" in answer.stdout
    assert "scripts/run --port 8001" in answer.stdout
    assert "set -eu" not in answer.stdout
    assert desk.asked() == ""

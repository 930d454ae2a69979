"""The root: what a visitor sees first is a short list, and each thing on it says what it is."""

from pathlib import Path

import pytest

from tests.house.tree import FOLDERS, PROJECT, parsed, place, sources

ROOT_FILES = {"manage.py", "requirements.txt", "Dockerfile", "README.md", "LICENSE"}
MADE_BY_RUNNING = {"var"}


def test_the_root_holds_what_was_agreed_and_dotfiles() -> None:
    seen = {path.name for path in PROJECT.iterdir() if not path.name.startswith(".")} - MADE_BY_RUNNING
    assert seen == ROOT_FILES | {name for name in FOLDERS if not name.startswith(".")}


@pytest.mark.parametrize("name", FOLDERS)
def test_no_folder_is_an_empty_promise(name: str) -> None:
    assert any(path.is_file() for path in (PROJECT / name).iterdir())


def _first_sentence(path: Path) -> str:
    body = parsed(path).body
    value = getattr(body[0], "value", None) if body else None
    return str(getattr(value, "value", "")).splitlines()[0] if value else ""


def test_every_module_says_in_one_line_what_it_is() -> None:
    empty_by_rule = PROJECT / "ingest" / "__init__.py"
    silent = [place(path) for path in sources("amportal", "ingest", "bench") if not _first_sentence(path)]
    assert silent == [place(empty_by_rule)]


def test_importing_the_app_pulls_in_nothing() -> None:
    assert (PROJECT / "ingest" / "__init__.py").read_text(encoding="utf-8") == ""


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in sources("amportal", "ingest", "bench")}
    assert [place(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []

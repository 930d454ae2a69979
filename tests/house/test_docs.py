"""Docs and code say the same."""

import ast
import re
from pathlib import Path

import pytest

import amportal
from tests.house.tree import PROJECT, parsed, place, sources, walk

DOCS = PROJECT / "docs"
SECRETS = {"secret", "database", "key_ring"}
READERS = {"boolean", "choice", "names", "networks", "origin", "whole", "text", "path", "paths", *SECRETS}
# What reads the environment all the same: the machine's conventions, no setting of amportal.
READ_THE_MACHINE = {"ingest/engine/kernels/compiled.py": "XDG_CACHE_HOME, the user's cache folder"}
PAGES = [path for path in walk(DOCS) if path.suffix == ".md"] + [PROJECT / "README.md"]


def _read_settings() -> set[str]:
    """The environment variables that the project reads, `*_FILE` twins of secrets included."""
    names = set()
    for node in (node for path in sources("amportal") for node in ast.walk(parsed(path))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
            name = ast.literal_eval(node.args[0]) if node.args and isinstance(node.args[0], ast.Constant) else ""
            if str(name).startswith("AMPORTAL_"):
                names |= {name, f"{name}_FILE"} if node.func.attr in SECRETS else {name}
    return names


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(AMPORTAL_\w+)` \|", page, flags=re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == _read_settings()


def test_settings_are_read_in_one_place() -> None:
    reading = re.compile(r"os\.environ|getenv")
    texts = {place(path): path.read_text(encoding="utf-8") for path in sources("ingest")}
    assert {name for name, text in texts.items() if reading.search(text)} <= READ_THE_MACHINE.keys()
    assert [name for name, text in texts.items() if "AMPORTAL_" in text] == []


def test_the_version_is_the_top_line_of_the_changelog() -> None:
    lines = (DOCS / "changelog.md").read_text(encoding="utf-8").splitlines()
    top = next(line for line in lines if line.startswith("## "))
    assert top.split()[1] == amportal.__version__


def test_every_decision_is_in_the_index() -> None:
    folder = DOCS / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index)
    assert linked == sorted(path.name for path in folder.glob("[0-9]*.md"))


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_no_link_between_pages_is_dead(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_page_has_one_title(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert len(re.findall(r"^# ", text, flags=re.MULTILINE)) == 1


def test_the_rooms_on_the_map_are_the_rooms_there_are() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = set(re.findall(r"^\| `([\w./]+)/` \|", page, flags=re.MULTILINE))
    built = {f"ingest/{path.name}" for path in (PROJECT / "ingest").iterdir() if (path / "__init__.py").exists()}
    assert rooms == built | {"amportal"}

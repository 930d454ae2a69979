"""Every text file of the project: what may not stand in it."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.house.tree import CAPTURED, PROJECT, place, project_files, sources, walk

# written in halves, so that this file does not name what it forbids
PLACES = ["/wo" + "rk/", "/opt/" + "wheels", "/opt/" + "pypi", "/tmp/" + "venv", "/ro" + "ot/", "/home/" + "user"]
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "deb." + "debian", "registry." + "npm", "test." + "pypi"]
UNFINISHED = [r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b", r"\bHA" + r"CK\b"]
FORBIDDEN = re.compile("|".join([*map(re.escape, PLACES), *map(re.escape, REGISTRIES), *UNFINISHED]))

# joiners and marks that reorder or hide text: what is read would not be what runs
HIDDEN = {"Cf", "Co", "Cs", "Zl", "Zp"}
ODD_BLANKS = re.compile(r"[\r\x0b\x0c\xa0]")
TAB = re.compile(r"\t")
LICENCE = PROJECT / "LICENSE"
BINARY = {".png", ".mo"}


def _text_files() -> list[Path]:
    return [path for path in project_files() if CAPTURED not in path.parents and path.suffix not in BINARY]


def _complaints(pattern: re.Pattern[str], *, pages: bool = True) -> list[str]:
    found = []
    for path in _text_files():
        if path.suffix == ".md" and not pages:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if hit := pattern.search(line):
                found.append(f"{place(path, number)}: {hit.group()!r}")
    return found


def test_no_file_names_a_machine_a_registry_or_unfinished_work() -> None:
    assert _complaints(FORBIDDEN) == []


def test_no_file_hides_characters() -> None:
    hidden = [
        f"{place(path)}: U+{ord(character):04X}"
        for path in _text_files()
        for character in sorted(set(path.read_text(encoding="utf-8")))
        if unicodedata.category(character) in HIDDEN
    ]
    assert hidden == []


def test_blanks_are_spaces_and_lines_end_with_lf() -> None:
    assert _complaints(ODD_BLANKS) == []
    assert _complaints(TAB, pages=False) == []  # a page may show a record, and a record has a TAB


def test_every_file_ends_with_a_line_end() -> None:
    texts = {place(path): path.read_text(encoding="utf-8") for path in _text_files()}
    assert [name for name, text in texts.items() if text and not text.endswith("\n")] == []


@pytest.mark.parametrize("text", ["see /wo" + "rk/main", "index pypi" + ".org", "# TO" + "DO later"])
def test_what_is_forbidden_would_be_found(text: str) -> None:
    assert FORBIDDEN.search(text)


def test_nothing_is_printed_past_the_streams_of_a_command() -> None:
    calls = re.compile(r"(?<![\w.])print\(")
    printed = [place(path) for path in sources("amportal", "ingest") if calls.search(path.read_text(encoding="utf-8"))]
    assert printed == []


def test_no_linter_is_told_to_look_away_without_a_reason() -> None:
    unexplained = re.compile(r"#\s*no" + r"qa(?!: [A-Z]+\d+(, [A-Z]+\d+)*  ?\W{0,2}\w)")
    assert [
        place(path, number)
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if unexplained.search(line)
    ] == []


def test_the_licence_is_apache_2_whole() -> None:
    text = LICENCE.read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert sum(1 for path in walk(PROJECT / "ingest") if "Licensed under" in path.read_text(encoding="utf-8")) == 0

"""Dependencies: few, pinned with hashes, and each with a reason."""

import re
from pathlib import Path

import pytest

from tests.house.tree import PROJECT

REASONS = PROJECT / "docs" / "decisions" / "0002-dependencies.md"
LISTS = ["amportal/requirements.in", "tests/requirements.in", "bench/requirements.in"]
LOCKS = {
    "amportal/requirements.in": "requirements.txt",
    "tests/requirements.in": "tests/requirements.txt",
    "bench/requirements.in": "bench/requirements.txt",
}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _direct(path: Path) -> list[str]:
    lines = [line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [_normal(re.split(r"[<>=!~\[; ]", line)[0]) for line in lines if line and not line.startswith("-")]


def _pinned(path: Path) -> dict[str, str]:
    """Name → what follows it: the version, the marker and the hashes, one text."""
    text = re.sub(r"^\s*#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    return {_normal(entry.partition("==")[0]): entry for entry in entries}


@pytest.mark.parametrize("source", LISTS)
def test_every_direct_dependency_has_its_reason(source: str) -> None:
    explained = re.findall(r"^\| `([^`]+)` \|", REASONS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(_direct(PROJECT / source)) <= {_normal(name) for name in explained}


def test_no_reason_outlives_its_dependency() -> None:
    explained = re.findall(r"^\| `([^`]+)` \|", REASONS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {_normal(name) for name in explained} == {name for source in LISTS for name in _direct(PROJECT / source)}


@pytest.mark.parametrize("source", LISTS)
def test_every_list_is_sorted_and_pinned(source: str) -> None:
    direct = _direct(PROJECT / source)
    assert direct == sorted(direct)
    assert set(direct) <= set(_pinned(PROJECT / LOCKS[source]))


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    for name, entry in _pinned(PROJECT / lock).items():
        assert re.match(r"[\w.-]+==\d", entry), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), name
        assert "//" not in entry, name


@pytest.mark.parametrize("lock", ["tests/requirements.txt", "bench/requirements.txt"])
def test_what_is_pinned_twice_is_pinned_alike(lock: str) -> None:
    def versions(path: str) -> dict[str, str]:
        return {name: entry.split()[0] for name, entry in _pinned(PROJECT / path).items()}

    product, others = versions("requirements.txt"), versions(lock)
    shared = product.keys() & others.keys()
    assert {name: product[name] for name in shared} == {name: others[name] for name in shared}

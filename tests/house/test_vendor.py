"""Files of others: the very bytes that were agreed, with their licences, and light enough."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.house.tree import PROJECT

STATIC = PROJECT / "static"
VENDOR = STATIC / "vendor"
ENTRIES: dict[str, dict[str, str]] = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))
LOCK = json.loads((VENDOR / "package-lock.json").read_text(encoding="utf-8"))["packages"]
WANTED = json.loads((VENDOR / "package.json").read_text(encoding="utf-8"))["dependencies"]
SCRIPTS = [key for key, entry in ENTRIES.items() if entry["file"].endswith(".js")]


def _sha384(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _zipped(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize("key", ENTRIES)
def test_a_file_of_others_is_the_one_that_was_agreed(key: str) -> None:
    entry = ENTRIES[key]
    assert _sha384((VENDOR / entry["file"]).read_bytes()) == entry["sha384"]


@pytest.mark.parametrize("key", ENTRIES)
def test_a_file_of_others_is_out_of_the_locked_package(key: str) -> None:
    entry = ENTRIES[key]
    locked = LOCK[f"node_modules/{entry['package']}"]
    assert (locked["version"], locked["integrity"]) == (entry["version"], entry["npm"])
    assert WANTED[entry["package"]] == entry["version"]  # pinned: neither ^ nor ~
    assert entry["version"] in entry["file"]


def test_every_package_of_the_lock_has_its_hash_and_no_address() -> None:
    packages = {name: package for name, package in LOCK.items() if name}
    assert [name for name, package in packages.items() if not package.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_nothing_lies_in_vendor_that_nobody_answers_for() -> None:
    own = {"vendor.json", "package.json", "package-lock.json", "icons.txt"}
    assert {path.name for path in VENDOR.iterdir() if path.is_file()} == own | {e["file"] for e in ENTRIES.values()}


@pytest.mark.parametrize("key", ENTRIES)
def test_a_licence_stands_beside_it_and_in_the_notice(key: str) -> None:
    assert len((VENDOR / "licences" / f"{key}.txt").read_text(encoding="utf-8")) > 500
    notice = (STATIC / "NOTICE").read_text(encoding="utf-8")
    assert ENTRIES[key]["package"] in notice
    assert ENTRIES[key]["licence"] in notice


def test_the_sprite_holds_the_icons_that_are_listed() -> None:
    sprite = (VENDOR / ENTRIES["lucide"]["file"]).read_text(encoding="utf-8")
    listed = (VENDOR / "icons.txt").read_text(encoding="utf-8").split()
    assert re.findall(r'<symbol id="([a-z0-9-]+)"', sprite) == listed == sorted(listed)


@pytest.mark.parametrize("key", SCRIPTS)
def test_no_script_names_a_source_map(key: str) -> None:
    assert "sourceMappingURL" not in (VENDOR / ENTRIES[key]["file"]).read_text(encoding="utf-8")


def test_what_is_served_is_what_its_hash_was_taken_of(settings: Any, tmp_path: Path) -> None:
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    for key in SCRIPTS:
        served = (tmp_path / names[f"vendor/{ENTRIES[key]['file']}"]).read_bytes()
        assert _sha384(served) == ENTRIES[key]["sha384"]


def test_scripts_and_style_sheets_stay_within_their_budgets() -> None:
    everywhere = _zipped(f"vendor/{ENTRIES['htmx']['file']}", "js/app.js")
    assert everywhere <= 30 * 1024
    assert everywhere + _zipped(f"vendor/{ENTRIES['tus']['file']}", "js/upload.js") <= 52 * 1024
    sheets = {path.name for path in (STATIC / "css").glob("*.css")}
    for instead in ("help.css", "results.css"):  # a page has one of these two: the block page_style
        assert _zipped(*(f"css/{name}" for name in sheets - {instead})) <= 15 * 1024
    assert (STATIC / "js" / "app.js").stat().st_size <= 6 * 1024

"""What static/vendor holds: files of others with their hashes, and the drawings of the icons."""

import json
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

_SYMBOL = re.compile(r'<symbol id="(?P<name>[a-z0-9-]+)" viewBox="0 0 24 24">(?P<shapes>.*)</symbol>')


@cache
def files() -> dict[str, dict[str, str]]:
    """By short name ("htmx"): package, version, licence, file and its sha384 as `integrity` wants it."""
    listed: dict[str, dict[str, str]] = json.loads(_text("vendor.json"))
    return listed


@cache
def icons() -> dict[str, str]:
    """The shapes of each icon, drawn in a box of 24 by 24."""
    return {hit["name"]: hit["shapes"] for hit in _SYMBOL.finditer(_text(files()["lucide"]["file"]))}


def _text(name: str) -> str:
    found = finders.find(f"vendor/{name}")
    if found is None:
        raise FileNotFoundError(f"static/vendor/{name} is missing: scripts/vendor makes it.")
    return Path(found).read_text(encoding="utf-8")

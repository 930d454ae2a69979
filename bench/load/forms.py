"""What the form of a page would send as it stands: the fields with their values."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Inputs and choices; of a list the chosen or the first one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select, self._options = given.get("name", ""), []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "input" and given.get("name") and given.get("type") not in {"checkbox", "radio", "submit", "file"}:
            self.fields.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """At its end a list has its answer."""
        if tag == "select" and self._select and self._options:
            chosen = [value for value, is_chosen in self._options if is_chosen] or [self._options[0][0]]
            self.fields.append((self._select, chosen[0]))
            self._select = ""


def body_of(page: str) -> str:
    """The body of a POST of the page's fields."""
    reader = _Fields()
    reader.feed(page)
    return urlencode(reader.fields)

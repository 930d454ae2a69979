"""What of a page is written in Latin words, and so was not translated."""

import re
from html.parser import HTMLParser
from typing import Any

# Names, which are the same in every language.
NAMES = re.compile(
    "Adobe Audience Manager|Experience Cloud IDs?|Amazon Fire TV(?: IDs?)?|LG webOS(?: IDs?)?|Export OpenSSH key|"
    "Onboarding Status Report|Server-To-Server Processing Result"
)
_SENTENCE = re.compile(r"[A-Za-z][a-z'’]+(?:,? [A-Za-z][a-z'’]+){2,}")
_READ_ALOUD = ("title", "alt", "placeholder", "aria-label", "content")
_NOT_READ = {"script", "style", "code", "pre"}
_VOID = {"meta", "link", "input", "img", "br", "hr", "use", "path", "rect", "line", "circle", "source", "wbr", "col"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        foreign = tag in _NOT_READ or (tag != "html" and (given.get("lang") or "zh").startswith("en"))
        if not foreign and not self._is_foreign():
            self.texts += [given[name] or "" for name in _READ_ALOUD if name in given]
            self.texts += [text or "" for name, text in attrs if name.startswith("data-") and text and " " in text]
        if tag not in _VOID:
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_foreign():
            self.texts.append(data)

    def _is_foreign(self) -> bool:
        return any(foreign for _tag, foreign in self._open)


def sentences(answer: Any) -> list[str]:
    """Three Latin words or more in a row: texts, titles, labels, and what scripts are given to say."""
    reader = _Reader()
    reader.feed(answer.content.decode())
    texts = (NAMES.sub("…", " ".join(text.split())) for text in reader.texts)
    return [text for text in texts if _SENTENCE.search(text)]

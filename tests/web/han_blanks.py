"""Where a page that was put together in Chinese has a blank too many, or lacks one."""

import re
from html.parser import HTMLParser
from typing import Final

_HAN: Final = r"[\u3400-\u9fff]"
# Between texts of neighbouring elements a blank may be a distance of the layout; after a full-width mark it never is.
AFTER_A_MARK: Final = re.compile(r"[，。；：！？、）】] +[^\s–·…|]|\S +[，。；：！？、）]")
_IN_A_TEXT: Final = (
    re.compile(rf"{_HAN} +{_HAN}"),
    re.compile(rf"{_HAN}[A-Za-z0-9]|[A-Za-z0-9%]{_HAN}"),
    re.compile(rf"{_HAN}[,;:?!]|[,;:?!]{_HAN}"),
)
# A date, as Chinese writes it, has no blanks.
_DATES: Final = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?")
_INLINE: Final = {"a", "b", "button", "em", "small", "span", "strong", "time"}
_AS_IT_IS: Final = {"code", "kbd", "samp", "data", "bdi"}
_NOT_READ: Final = {"script", "style", "pre", "textarea", "option", "title"}
_VOID: Final = {"meta", "link", "input", "img", "br", "hr", "use", "path", "rect", "line", "circle", "wbr", "col"}
_READ_ALOUD: Final = ("title", "alt", "placeholder", "aria-label", "data-busy")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.runs: list[str] = [""]
        self._open: list[str] = []
        self._apart: list[bool] = []
        self._rows: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.texts += [given[name] or "" for name in _READ_ALOUD if name in given]
        foreign = (given.get("lang") or "").startswith("en")
        if tag not in _VOID:
            self._open.append("code" if foreign else tag)
        classes = set((given.get("class") or "").split())
        in_a_row = bool(self._rows and self._rows[-1])  # the style sheet puts a distance between its members
        apart = in_a_row or "popover" in given or "visually-hidden" in classes
        if tag not in _VOID:
            self._apart.append(apart)
            self._rows.append(bool(classes & {"row", "buttons"}))
        if apart or tag not in _INLINE | _AS_IT_IS:
            self.runs.append("")
        elif tag in _AS_IT_IS:
            self.runs[-1] += "…"

    def handle_endtag(self, tag: str) -> None:
        name, apart = "", tag not in _INLINE | _AS_IT_IS
        while tag not in _VOID and self._open and name not in {tag, "code"}:
            name, was_apart = self._open.pop(), self._apart.pop()
            self._rows.pop()
            apart = apart or was_apart
        if apart:
            self.runs.append("")

    def handle_data(self, data: str) -> None:
        if not set(self._open) & (_NOT_READ | _AS_IT_IS):
            self.texts.append(data)
            self.runs[-1] += data


def misplaced(html: str) -> list[str]:
    """Each place with what stands around it."""
    reader = _Reader()
    reader.feed(html)
    texts = [_DATES.sub("1 日", " ".join(text.split())) for text in reader.texts]
    runs = [_DATES.sub("1 日", " ".join(text.split())) for text in reader.runs]
    found = [one for text in texts for pattern in _IN_A_TEXT for one in pattern.finditer(text)]
    found += [one for run in runs for one in AFTER_A_MARK.finditer(run)]
    return sorted({one.string[max(0, one.start() - 20) : one.end() + 20] for one in found})

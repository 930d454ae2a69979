"""What a file is called: text to show, never a path."""

import unicodedata
from typing import Final

MOST_CHARACTERS: Final = 255
# Marks that turn the direction of text around make `txt.exe` out of `exe.txt`.
_TURNING: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ENDINGS: Final = (".gz", ".zip", ".csv", ".tsv", ".txt", ".tab", ".xlsx")


def clean_name(name: str) -> str:
    """The name without folders, control characters and turning marks, at most 255 characters, never empty."""
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(one for one in base if unicodedata.category(one) not in {"Cc", "Cs"} and one not in _TURNING)
    shown = " ".join(shown.split())
    if len(shown) > MOST_CHARACTERS:
        stem, dot, ending = shown.rpartition(".")
        tail = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        shown = shown[: MOST_CHARACTERS - len(tail)] + tail
    return shown or "file"


def title_from(name: str, most: int) -> str:
    """A name for a transfer out of the name of its file: without endings, at most `most` characters."""
    lowered = name.lower()
    while ending := next((one for one in _ENDINGS if lowered.endswith(one) and len(lowered) > len(one)), None):
        name, lowered = name[: -len(ending)], lowered[: -len(ending)]
    return name.replace("_", " ").strip()[:most]

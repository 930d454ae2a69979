"""How states look, coarsely: pictures become a few grey blocks, so that fonts, times and numbers do not count.

The browser does it: it reads its own picture and draws it very small. A block is one hexadecimal digit, so that
`looks.json` stays small and a change of it can be read.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

LOOKS: Final = Path(__file__).parent / "looks.json"
COLUMNS: Final = 20
ROWS: Final = 14
MOST_DIFFERENT: Final = 0.5  # other fonts move lines by a few pixels; other pages differ by seven tenths or more
_SMALL: Final = """async ([picture, columns, rows]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = new OffscreenCanvas(columns, rows).getContext("2d");
  canvas.imageSmoothingQuality = "high";
  canvas.drawImage(image, 0, 0, columns, rows);
  const { data } = canvas.getImageData(0, 0, columns, rows);
  const grey = (at) => 0.3 * data[at] + 0.59 * data[at + 1] + 0.11 * data[at + 2];
  return Array.from({ length: columns * rows }, (_, block) => Math.floor(grey(4 * block) / 16).toString(16)).join("");
}"""


def look_of(page: Page) -> str:
    """What the window shows now, as ROWS by COLUMNS digits."""
    page.evaluate("window.scrollTo(0, 0)")
    picture = page.screenshot(animations="disabled", caret="hide")
    small: str = page.evaluate(_SMALL, [base64.b64encode(picture).decode(), COLUMNS, ROWS])
    return small


def difference(one: str, other: str) -> float:
    """The share (0..1) of blocks that look different, of those that hold something in either look."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if min(a, b) < "f"]
    return sum(a != b for a, b in pairs) / max(len(pairs), 1)


def known() -> dict[str, str]:
    """The looks that are committed, by the name of the state."""
    looks: dict[str, str] = json.loads(LOOKS.read_text(encoding="utf-8")) if LOOKS.exists() else {}
    return looks


def learn(looks: Mapping[str, str]) -> None:
    """Put new looks in the place of the known ones."""
    LOOKS.write_text(json.dumps(dict(sorted({**known(), **looks}.items())), indent=0) + "\n", encoding="utf-8")

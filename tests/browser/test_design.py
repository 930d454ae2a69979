"""The pictures of docs/design.md show the components as they are; DESIGN_PICTURES=1 makes them anew."""

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pictures import difference, size
from tests.gallery.components import GROUPS
from tests.gallery.parts import PRESSED
from tests.gallery.server import Gallery
from tests.house.tree import PROJECT

pytestmark = pytest.mark.timeout(240)
PICTURES = PROJECT / "docs" / "pictures" / "components"
PAGE = PROJECT / "docs" / "design.md"
ANEW = "DESIGN_PICTURES=1 scripts/test tests/browser/test_design.py"
WIDTH = 640
# As high as the components of a group are; other fonts make them higher or lower, and what is cut off then is white.
HEIGHTS = {"fields": 832, "problems": 608, "notices": 544, "tables": 640, "charts": 544, "progress": 672, "empty": 672,
           "dialogs": 416}  # fmt: skip
THEMES = ("light", "dark")
MOST_BYTES = 60 * 1024
MOST_DIFFERENT = 0.25  # as with the pictures of the README
PLACES = [(group, theme) for group in GROUPS for theme in THEMES]


@pytest.fixture(scope="module")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A window on the components."""
    with Gallery(tmp_path_factory.mktemp("design"), *(f"components-{group}" for group in GROUPS)) as gallery:
        context = browser.new_context(base_url=gallery.url, locale="en-GB", viewport={"width": WIDTH, "height": 900})
        yield context.new_page()
        context.close()


def _name(group: str, theme: str) -> str:
    return f"{group}-{theme}.png"


def _picture(page: Page, group: str, path: Path) -> None:
    """What is below the header, at a fixed size: a question covers the page and is taken with the header."""
    page.goto(f"/dev/components/{group}")
    if pressed := PRESSED.get(group):
        page.set_viewport_size({"width": WIDTH, "height": HEIGHTS[group]})
        page.locator(pressed).first.click()
    box = page.locator("main").bounding_box()
    assert box is not None
    y = 0.0 if pressed else box["y"]
    clip = {"x": 0.0, "y": y, "width": float(WIDTH), "height": float(HEIGHTS[group])}
    page.screenshot(path=path, clip=clip, full_page=not pressed, animations="disabled", caret="hide")  # type: ignore[arg-type]


@pytest.mark.parametrize(("group", "theme"), PLACES)
def test_a_picture_shows_the_components_as_they_are(pages: Page, tmp_path: Path, group: str, theme: str) -> None:
    folder = PICTURES if os.environ.get("DESIGN_PICTURES") else tmp_path
    folder.mkdir(exist_ok=True)
    made, kept = folder / _name(group, theme), PICTURES / _name(group, theme)
    pages.set_viewport_size({"width": WIDTH, "height": 900})
    pages.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    _picture(pages, group, made)
    assert size(made) == size(kept) == (WIDTH, HEIGHTS[group])
    share = difference(made, kept)
    assert share <= MOST_DIFFERENT, f"{share:.0%} of it look other than the picture; make it anew: {ANEW}"


def test_every_picture_is_on_the_page_and_small() -> None:
    names = {_name(*place) for place in PLACES}
    assert {path.name for path in PICTURES.iterdir()} == names
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"pictures/components/{name})" not in page] == []
    assert {path.name: path.stat().st_size for path in PICTURES.iterdir() if path.stat().st_size > MOST_BYTES} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_picture_of_another_group_is_told_apart(theme: str) -> None:
    alike = [
        (one, other)
        for one, other in combinations(GROUPS, 2)
        if size(PICTURES / _name(one, theme)) == size(PICTURES / _name(other, theme))
        and difference(PICTURES / _name(one, theme), PICTURES / _name(other, theme)) <= MOST_DIFFERENT
    ]
    assert alike == []

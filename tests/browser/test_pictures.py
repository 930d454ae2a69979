"""The pictures of the README are pictures of the portal; README_PICTURES=1 makes them anew."""

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.pictures import difference, size
from tests.browser.walker import Walker
from tests.browser.whole_portal import WholePortal
from tests.house.tree import PROJECT

pytestmark = pytest.mark.timeout(240)
PICTURES = PROJECT / "docs" / "pictures"
NAMES = ("columns", "results", "approval", "transfer")
ANEW = "README_PICTURES=1 scripts/test tests/browser/test_pictures.py"
WIDTH, HEIGHT = 1280, 860
# Lines that other fonts move by 16 pixels differ by a seventh; another page differs by a third or more.
MOST_DIFFERENT = 0.25


def picture(page: Page, path: Path, top: Locator | None = None) -> None:
    """What a window of that size shows, from `top` on."""
    page.evaluate("y => window.scrollTo({top: y, behavior: 'instant'})", _y(top))
    page.mouse.move(0, 0)
    page.screenshot(path=path, animations="disabled", caret="hide")


def _y(top: Locator | None) -> float:
    box = top.bounding_box() if top else None
    return max(0.0, box["y"] - 24) if box else 0.0


@pytest.fixture
def people(browser: Browser) -> Iterator[tuple[Walker, Walker]]:
    """Maker and approver of a portal of their own: what others have sent there before would be proposed again."""
    looks: dict[str, Any] = {"viewport": {"width": WIDTH, "height": HEIGHT}, "color_scheme": "light", "locale": "en-GB"}
    with WholePortal() as portal:
        contexts = [browser.new_context(base_url=portal.url, **looks) for _ in range(2)]
        maker, approver = (Walker(portal, context) for context in contexts)
        yield maker.sign_in("maker"), approver.sign_in("approver")
        for context in contexts:
            context.close()


def test_pictures_show_the_portal_as_it_is(people: tuple[Walker, Walker], tmp_path: Path) -> None:
    folder = PICTURES if os.environ.get("README_PICTURES") else tmp_path
    folder.mkdir(exist_ok=True)
    maker, approver = people
    maker.start(PROJECT / "docs" / "practice" / "customers.csv")
    maker.answer_traits()
    picture(maker.page, folder / "columns.png")
    maker.match_columns()
    maker.check()
    picture(maker.page, folder / "results.png")
    maker.destination(name="Customers – November")
    maker.submit()
    approver.number = maker.number
    approver.goto("/approval")
    picture(approver.page, folder / "approval.png")
    approver.approve(maker.number)
    maker.wait_for_sent()
    picture(maker.page, folder / "transfer.png")
    for name in NAMES:
        assert size(folder / f"{name}.png") == size(PICTURES / f"{name}.png") == (WIDTH, HEIGHT)
    differences = {name: difference(folder / f"{name}.png", PICTURES / f"{name}.png") for name in NAMES}
    stale = {name: f"{share:.0%}" for name, share in differences.items() if share > MOST_DIFFERENT}
    assert not stale, f"pages look other than their pictures ({stale}); make them anew: {ANEW}"


def test_the_picture_of_another_page_is_told_apart() -> None:
    for one, other in combinations(NAMES, 2):
        assert difference(PICTURES / f"{one}.png", PICTURES / f"{other}.png") > MOST_DIFFERENT, (one, other)
    assert [difference(PICTURES / f"{name}.png", PICTURES / f"{name}.png") for name in NAMES] == [0.0] * len(NAMES)

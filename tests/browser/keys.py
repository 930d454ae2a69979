"""Somebody who has a keyboard and nothing else; every stop is looked at: it moves on, it can be seen, it isn't lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 60_000
WORK_MS = 90_000
"""For what workers do: a check, a transfer."""
STOPS = 150
"""More than any page has."""
PARTS = 10
"""A field of a date is one element and a stop for each of its parts."""
Words = str | re.Pattern[str]
RENEWED = """part => {
  const now = document.querySelector(part);
  return now && !now.isOld && !/htmx-/.test(now.className);
}"""

# Where the focus is, and whether one sees it: an outline of its own or of the card around it, within the window.
LOOK = """() => {
  const now = document.activeElement;
  const seen = [now, now.closest(".choice")].filter(Boolean).some((one) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && !/, 0\\)$/.test(outlineColor)
      && box.width > 1 && box.height > 1
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  });
  const moved = now !== globalThis.lastStop;
  globalThis.lastStop = now;
  return { moved, seen, lost: now === document.body, what: now.outerHTML.slice(0, 200) };
}"""


class Keys:
    """One page, without a mouse. Things are reached with Tab from where the focus is; a stop that fails says which."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Somebody who listens from the start: Playwright tells the browser without waiting for its answer, and a key is
        # quicker than that.
        page.on("filechooser", lambda _: None)

    def press(self, *keys: str) -> None:
        """These keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> Locator:
        """What has the focus."""
        return self.page.locator(":focus")

    def named(self, role: Any, name: Words, *, exact: bool = True) -> Locator:
        """What assistive technology finds by its role and name."""
        return self.page.get_by_role(role, name=name, exact=exact)

    def tab(self, key: str = "Tab") -> dict[str, Any]:
        """To the next stop, or to none after the last one; a part of a date is passed over."""
        stop: dict[str, Any] = {}
        for _ in range(PARTS):
            self.press(key)
            stop = self.page.evaluate(LOOK)
            if stop["moved"]:
                assert stop["lost"] or stop["seen"], f"the focus can't be seen on {stop['what']}"
                return stop
        raise AssertionError(f"{key} stays on {stop['what']}")

    def reach(self, target: Locator, key: str = "Tab") -> None:
        """Tab until `target` has the focus; beyond the last stop it begins anew, once."""
        expect(target.first).to_be_visible(timeout=PATIENCE_MS)
        wanted = target.and_(self.focused())
        ends = 0
        for _ in range(STOPS):
            if wanted.count():
                return
            ends += self.tab(key)["lost"]
            assert ends < 2, f"no stop of the page is {target}"
        raise AssertionError(f"{target} isn't reached")

    def all_stops(self) -> list[str]:
        """Every stop from where the focus is to the end of the page, in order: its tag as it is written."""
        found: list[str] = []
        for _ in range(STOPS):
            stop = self.tab()
            if stop["lost"]:
                return found
            found.append(str(stop["what"]))
        raise AssertionError(f"there is no end after {found[-3:]}")

    def is_at(self, end: str) -> None:
        """Wait for the page whose path ends so."""
        self.page.wait_for_url(re.compile(re.escape(end) + r"([?#].*)?$"), timeout=WORK_MS)

    @contextmanager
    def renewed(self, part: str, address: str) -> Iterator[None]:
        """What is done inside renews this part of the page; ends when the new one has settled."""
        self.page.locator(part).evaluate("part => { part.isOld = true; }")
        with self.page.expect_response(address, timeout=PATIENCE_MS):
            yield
        self.page.wait_for_function(RENEWED, arg=part, timeout=PATIENCE_MS)

    def follows_error(self, field: str) -> None:
        """The page that came back is titled as an error, its summary has the focus, its first link leads to `field`."""
        expect(self.page).to_have_title(re.compile("^Error: "), timeout=PATIENCE_MS)
        summary = self.page.locator("#error-summary")
        self.is_on(summary)
        self.reach(summary.get_by_role("link").first)
        self.press("Enter")
        self.is_on(self.page.locator(field).first)

    def is_on(self, target: Locator) -> None:
        """Wait until `target` has the focus."""
        expect(target).to_be_focused(timeout=PATIENCE_MS)

    def use(self, role: Any, name: Words, key: str = "Enter") -> None:
        """Reach a button or a link, and press it."""
        self.reach(self.named(role, name, exact=isinstance(name, str)))
        self.press(key)

    def write(self, label: Words, text: str) -> None:
        """Reach a field and type; what was in it is selected by Tab and goes."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def upload(self, label: Words, file: Path) -> None:
        """Open the window for files, and choose one."""
        self.reach(self.page.get_by_label(label))
        with self.page.expect_file_chooser(timeout=PATIENCE_MS) as opened:
            self.press("Space")
        opened.value.set_files(file)

    def choose(self, name: Words) -> None:
        """A radio button: the group is one stop, arrows go through it and Space takes the one they are at."""
        wanted = self.named("radio", name, exact=False).first
        group = self.page.locator(f"input[name={wanted.get_attribute('name')}]")
        self.reach(group)
        for _ in range(group.count()):
            if wanted.and_(self.focused()).count():
                break
            self.press("ArrowDown")
        self.press("Space")
        expect(wanted).to_be_checked(timeout=PATIENCE_MS)

    def select(self, label: Words, words: str) -> None:
        """An option of a list, by the arrows."""
        field = self.page.get_by_label(label)
        self.reach(field)
        chosen = field.locator("option:checked")
        for _ in range(field.locator("option").count()):
            if words in (chosen.text_content() or ""):
                return
            self.press("ArrowDown")
        raise AssertionError(f"no option has {words!r}")

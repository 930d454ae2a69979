"""Looks at states in one window, in every size and colour, and says in words what is wrong."""

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from tests.browser.page_rules import (
    LOOK,
    NARROW,
    VIOLATIONS,
    WIDE,
    accessibility_faults,
    weight_faults,
    whole_faults,
    width_faults,
)
from tests.gallery.looks import look_of
from tests.gallery.manifest import Made

PATIENCE_MS: Final = 30_000
QUIET_MS: Final = 300
IN_SUMMARY: Final = "document.activeElement?.closest('#error-summary') !== null"
UNFOLD: Final = """(one) => {
  for (let at = one.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
}"""
ANSWERED: Final = "document.querySelector('.htmx-request') === null"
TWICE_AS_LARGE: Final = "document.documentElement.style.fontSize = '200%'"


@dataclass(frozen=True)
class Mode:
    """How a page is looked at. `large`: with text of 200 %, as people set it in their browser."""

    name: str
    width: dict[str, int]
    scheme: Literal["light", "dark"] = "light"
    forced: Literal["active", "none"] = "none"
    large: bool = False


PLAIN: Final = Mode("light-1280", WIDE)
OTHERS: Final = (
    Mode("light-320", NARROW),
    Mode("dark-1280", WIDE, scheme="dark"),
    Mode("dark-320", NARROW, scheme="dark"),
    Mode("forced-1280", WIDE, forced="active"),
    Mode("large-1280", WIDE, large=True),
)


@dataclass
class Looker:
    """One window. `whole`: axe judges every mode, not only the first and one of the others, which changes from state to
    state. `pictures`: the folder for what was seen; `looks`: how each state looked in its first mode, coarsely.
    """

    context: BrowserContext
    language: str = "en"
    whole: bool = False
    pictures: Path | None = None
    faults: list[str] = field(default_factory=list)
    looks: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(VIOLATIONS)
        self._loaded: list[Response] = []
        self._weights: dict[str, tuple[str, int]] = {}
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", lambda answer: self._loaded.append(answer))  # noqa: PLW0108 - Playwright marks what it calls, and a built-in takes no mark

    def look(self, made: Made) -> list[str]:
        """Everything that is wrong with a state."""
        self.faults.clear()
        self._show(PLAIN)
        self._open(made)
        found = self.page.evaluate(LOOK)
        self.faults += whole_faults(self.page, found, self.language)
        self._forms(made)
        self.looks[made.name] = look_of(self.page)
        for number, mode in enumerate((PLAIN, *OTHERS)):
            self._show(mode)
            self.faults += [f"{mode.name}: {fault}" for fault in self._seen(made, number)]
        return list(self.faults)

    def widths(self, made: Made, mark: str) -> list[str]:
        """What is wrong with the sizes of a state alone, where its texts hold `mark`."""
        self.faults.clear()
        self._show(PLAIN)
        self._open(made)
        if mark not in self.page.locator("main").inner_text():
            self.faults.append(f"its texts hold no {mark}")
        for mode in (PLAIN, OTHERS[0]):
            self._show(mode)
            self.faults += width_faults(self.page)
        return [fault for fault in self.faults if "bytes of" not in fault]  # longer texts may weigh more

    def _seen(self, made: Made, number: int) -> list[str]:
        self._picture(made, (PLAIN, *OTHERS)[number])
        turn = 1 + zlib.crc32(made.name.encode()) % len(OTHERS)
        is_judged = self.whole or number == turn or (number == 0 and self.language == "en")
        return width_faults(self.page) + (accessibility_faults(self.page) if is_judged else [])

    def _open(self, made: Made) -> None:
        """The page by its name, and what is done there; the budgets are about the page that was opened."""
        self.page.goto("about:blank")  # so that nothing of the page before is still on its way
        self._loaded.clear()
        self.page.goto(f"/dev/states/{made.name}")
        self.faults += weight_faults(self._loaded, self._weights)
        for place, words in made.fill.items():
            self._fill(place, words)
        if made.press:
            self._press(made)
        if (status := self._status()) != made.status:
            self.faults.append(f"answers {status}")

    def _press(self, made: Made) -> None:
        """A form that comes back is a new page; other buttons change the page, or are answered by its script."""
        self._wait_for_answers()
        button = self.page.locator(made.press).first
        button.evaluate(UNFOLD)
        if made.status == 422:
            with self.page.expect_response(lambda answer: answer.status == made.status):
                button.click()
        else:
            button.click()
            self.page.wait_for_timeout(QUIET_MS)
        self.page.wait_for_load_state("networkidle")

    def _wait_for_answers(self) -> None:
        """To what was filled in: the script would break them off, and the browser's console would tell."""
        self.page.wait_for_timeout(QUIET_MS)
        self.page.wait_for_function(ANSWERED)

    def _fill(self, place: str, words: str) -> None:
        found = self.page.locator(place).first
        if words == "on":
            found.check(force=True)
        elif found.evaluate("one => one.localName") == "select":
            found.select_option(words)
        elif found.get_attribute("type") == "file":
            found.set_input_files({"name": "table.csv", "mimeType": "text/csv", "buffer": words.encode()})
        else:
            found.fill(words)

    def _status(self) -> int:
        """Of the last page that came and is no redirection."""
        pages = [answer for answer in self._loaded if answer.request.is_navigation_request()]
        return next((answer.status for answer in reversed(pages) if not 300 <= answer.status < 400), 0)

    def _forms(self, made: Made) -> None:
        """A form that came back says so in its title and has the focus where it says what is wrong."""
        if made.status != 422:
            return
        if self.language == "en" and not self.page.title().startswith("Error: "):
            self.faults.append(f"the title of a form that came back is {self.page.title()!r}")
        if not self.page.evaluate(IN_SUMMARY):
            self.faults.append("the focus is not in the summary of what is wrong")

    def _show(self, mode: Mode) -> None:
        self.page.set_viewport_size(mode.width)  # type: ignore[arg-type]
        self.page.emulate_media(color_scheme=mode.scheme, forced_colors=mode.forced, reduced_motion="reduce")
        if mode.large:
            self.page.evaluate(TWICE_AS_LARGE)

    def _picture(self, made: Made, mode: Mode) -> None:
        if self.pictures is not None and not mode.large:
            path = self.pictures / f"{made.name}.{self.language}.{mode.name}.png"
            self.page.screenshot(path=path, full_page=True, animations="disabled", caret="hide")

    def _console(self, said: ConsoleMessage) -> None:
        """What the browser complains of, but for its note that a page has the status of an error, as it should."""
        place: Any = said.location.get("url", "")
        is_note = said.text.startswith("Failed to load resource") and _same(place, self.page.url)
        if said.type in {"error", "warning"} and not is_note:
            self.faults.append(f"console: {said.text}")


def _same(one: str, other: str) -> bool:
    return urlsplit(one).path == urlsplit(other).path or "/dev/states/" in one

"""Goes from link to link as one person and notes whatever is wrong with a page."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from tests.browser.page_rules import VIOLATIONS, faults_of, weight_faults

PATIENCE_MS = 60_000
_NUMBER = re.compile(r"(?<=/transfers/)\d+|(?<=/)\d+(?=/|$)|[0-9a-f]{8}-[0-9a-f-]{27}")
_FILE = re.compile(r"\.(csv|json)$")
_STATES = re.compile(r"/transfers/N(/submit)?$")  # these show what has become of a transfer: each of them counts
_LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')
ENOUGH = 2


def kind_of(path: str) -> str:
    """What page it is, whatever it is about."""
    return _NUMBER.sub("N", path)


@dataclass
class Crawler:
    """`numbers`: the transfers to look at, so that nothing depends on those of others. `judged` is shared: axe is asked
    once about pages of one kind that are made of the same kinds of elements.
    """

    context: BrowserContext
    origin: str
    numbers: set[str]
    judged: set[str]
    faults: list[str] = field(default_factory=list)
    titles: dict[str, set[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(VIOLATIONS)
        self._weights: dict[str, tuple[str, int]] = {}
        self._loaded: list[Response] = []
        self._at = ""
        self._queue: deque[str] = deque()

    def crawl(self, *starts: str) -> None:
        """Look at every page that can be reached from `starts`; each once."""
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", lambda answer: self._loaded.append(answer))  # noqa: PLW0108 - Playwright marks what it calls, and a built-in takes no mark
        self._queue.extend(starts)
        while self._queue:
            self._look(page, self._queue.popleft())
        page.close()

    def _look(self, page: Page, path: str) -> None:
        self._at = path
        if self.kinds[kind_of(path)] >= ENOUGH and not _STATES.search(kind_of(path)):
            return self._follow_all(self._links(self._ask(path)))
        self._loaded.clear()
        answer = page.goto(path)
        landed = urlsplit(page.url).path
        if answer is None or not answer.ok:
            return self._note(f"answers {answer.status if answer else 'nothing'}")
        if landed != path and landed in self.seen:
            return None
        self.seen.add(landed)
        self.kinds[kind_of(landed)] += 1
        self.titles.setdefault(page.title(), set()).add(kind_of(landed))
        self.faults += [f"{path}: {fault}" for fault in weight_faults(self._loaded, self._weights)]
        self.faults += [f"{path}: {fault}" for fault in faults_of(page, kind_of(landed), self.judged)]
        links: list[str] = page.locator("a[href]").evaluate_all("all => all.map((one) => one.href)")
        return self._follow_all(links)

    def _follow_all(self, links: Iterable[str], *, views: bool = True) -> None:
        for link in dict.fromkeys(links):
            self._follow(link, views=views)

    def _follow(self, link: str, *, views: bool) -> None:
        """`views`: other views of a page are asked for as well, and lead on to pages, not to further views."""
        parts = urlsplit(link)
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            self._note(f"leads to {link}")
            return
        number = re.search(r"/transfers/(\d+)", parts.path)
        if number and number[1] not in self.numbers:
            return
        if parts.path not in self.seen and not _FILE.search(parts.path):
            self.seen.add(parts.path)
            self._queue.append(parts.path)
        elif views and (view := f"{kind_of(parts.path)}?{parts.query}") not in self.seen:
            self.seen.add(view)
            self._follow_all(self._links(self._ask(link)), views=False)

    def _links(self, text: str) -> Iterable[str]:
        return (f"{self.origin}{link}" for link in _LINK.findall(text))

    def _ask(self, path: str) -> str:
        """Only whether it answers, and its text: another view of a page, one more page of a kind."""
        if not (answer := self.context.request.get(path)).ok:
            self._note(f"{path} answers {answer.status}")
        return answer.text()

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self._note(f"console: {said.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self._note(f"asks {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # cut off because the next page was opened
            self._note(f"{request.url}: {request.failure}")

    def _note(self, what: str) -> None:
        self.faults.append(f"{self._at}: {what}")

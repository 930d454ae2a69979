"""Every page that somebody can reach, as each role: whole, named, within its budgets, and accessible."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.crawler import Crawler
from tests.browser.page_rules import WIDE
from tests.browser.walker import Walker
from tests.browser.whole_portal import WholePortal
from tests.house.tree import PROJECT

pytestmark = pytest.mark.timeout(300)
PRACTICE = PROJECT / "docs" / "practice" / "customers.csv"
FEW = "crm_id,tier,city\nP-1,gold,Rome\nP-2,silver,Lyon\nP-3,gold,Oslo\n"
Opened = Callable[[str], Walker]


@pytest.fixture(scope="module")
def opened(whole_portal: WholePortal, browser: Browser, signed_in: Callable[[str], Any]) -> Iterator[Opened]:
    """`opened(role)`: a window of somebody who is signed in; all are closed at the end."""
    contexts = []

    def window(role: str) -> Walker:
        state = signed_in(role) if role != "nobody" else None
        context = browser.new_context(base_url=whole_portal.url, locale="en-GB", storage_state=state, viewport=WIDE)  # type: ignore[arg-type]
        contexts.append(context)
        return Walker(whole_portal, context)

    yield window
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def numbers(opened: Opened, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """One transfer that was sent, one that waits, and drafts at each step and of each kind."""
    few = tmp_path_factory.mktemp("files") / "few.csv"
    few.write_text(FEW, encoding="utf-8")
    maker, found = opened("maker"), []

    def check() -> None:
        maker.match_columns()
        maker.check()

    for steps in (0, 1, 3, 4, 5):
        maker.start(PRACTICE if steps > 3 else few)
        found.append(maker.number)
        for step in (maker.answer_traits, check, maker.destination, maker.submit)[:steps]:
            step()
    opened("approver").approve(maker.number)
    maker.wait_for_sent()
    for card in ("Link IDs of the same person", "Add hashed e-mail addresses"):
        maker.start(few)
        maker.go_on("/people")
        maker.card(card)
        maker.go_on("/people/ids")
        found.append(maker.number)
    return set(found)


@pytest.fixture(scope="module")
def judged() -> set[str]:
    return set()


JOURNEY = {"file", "people", "people/ids", "people/source", "columns", "columns/N", "results", "destination", "submit"}
MANAGE = {"", "people", "people/N", "people/invite", "data-sources", "data-sources/N", "data-sources/new", "traits",
          "data-sources/N/id-sync", "traits/N", "traits/new", "traits/import", "destinations", "destinations/N",
          "destinations/new", "limits"}  # fmt: skip
HELP = {"", "glossary", "how-to/export", "how-to/ids", "how-to/after-approval", "file-name", "ids", "addresses",
        "samples"}  # fmt: skip
EVERYBODY = {"/w/demo/", "/w/demo/history", "/w/demo/history/sources", "/w/demo/approvals", "/w/demo/transfers/N",
             "/settings", *(f"/help/{place}" for place in HELP)}  # fmt: skip
REACHED = {
    "maker": {"/w/demo/transfers/new", *(f"/w/demo/transfers/N/{step}" for step in JOURNEY)},
    "approver": {"/w/demo/transfers/N/approval"},
    "admin": {f"/w/demo/manage/{place}" for place in MANAGE},
    "viewer": set(),
}


@pytest.mark.parametrize("role", REACHED)
def test_every_page_is_whole(opened: Opened, numbers: set[str], judged: set[str], role: str) -> None:
    walker = opened(role)
    crawler = Crawler(walker.context, walker.portal.url, numbers, judged)
    drafts = [f"/w/demo/transfers/{number}/submit" for number in sorted(numbers)] if role == "maker" else []
    crawler.crawl("/w/demo/", *drafts)
    assert crawler.faults == []
    assert crawler.kinds.keys() >= EVERYBODY | REACHED[role]
    assert {title: kinds for title, kinds in crawler.titles.items() if len(kinds) > 1} == {}


def test_pages_for_nobody_are_whole(opened: Opened, judged: set[str]) -> None:
    """Those of somebody who hasn't signed in."""
    walker = opened("nobody")
    crawler = Crawler(walker.context, walker.portal.url, set(), judged)
    crawler.crawl("/")
    assert crawler.faults == []
    assert {"/account/login/", "/account/password/reset/"} <= crawler.seen

"""The whole journey with a keyboard alone: every stop can be seen, none is a trap, and the focus is never lost."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Enter, Walk
from tests.browser.keys import WORK_MS, Keys
from tests.browser.portal_server import PortalServer
from tests.browser.whole_portal import WholePortal

pytestmark = pytest.mark.timeout(240)
CUSTOMERS = "crm_id,{0} medal,{0} harbour\nK-1,gold,Rome\nK-2,silver,Lyon\nK-3,gold,Oslo\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Customers; its columns are its own, so that no answer of an earlier transfer fits."""
    path = tmp_path / "keyboard.csv"
    path.write_text(CUSTOMERS.format(uuid.uuid4().hex[:8]), encoding="utf-8")
    return path


@pytest.fixture
def keyboards(browser: Browser, whole_portal: WholePortal) -> Iterator[list[Keys]]:
    """Two people who have not signed in yet."""
    contexts = [browser.new_context(base_url=whole_portal.url, locale="en-GB") for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(WORK_MS)
    yield [Keys(context.new_page()) for context in contexts]
    for context in contexts:
        context.close()


def uploaded(keys: Keys, file: Path) -> str:
    """From Home to the page that shows the file; returns the number of the transfer."""
    keys.use("link", "Start a transfer")
    keys.is_at("/transfers/new")
    keys.upload("Choose a file or drop it here", file)
    keys.use("button", "Upload and continue")
    keys.is_at("/file")
    return keys.page.url.split("/")[-2]


def at_columns(keys: Keys, file: Path) -> str:
    number = uploaded(keys, file)
    keys.use("link", re.compile("^(Continue|Go through the questions)$"))
    keys.is_at("/people")
    keys.choose("Send traits of people")
    keys.use("button", "Continue")
    keys.is_at("/people/ids")
    keys.use("button", "Continue")
    keys.is_at("/people/source")
    keys.select("Which data source do the IDs come from?", "4242")
    keys.choose("Add and keep")
    keys.use("button", "Continue")
    keys.is_at("/columns")
    return number


def match(keys: Keys) -> None:
    """Choose the first suggestion for each column; the preview is renewed each time, and the focus stays."""
    for column in ("medal", "harbour"):
        field = keys.page.get_by_label(re.compile(f"^Send .* {column} as$"))
        keys.reach(field)
        with keys.renewed("#preview", "**/columns/preview"):
            keys.press("ArrowDown")
        keys.is_on(field)
    row = keys.page.locator("#row")
    keys.reach(row)
    with keys.renewed("#preview", "**/columns/preview"):
        keys.press("ArrowDown")
    keys.is_on(row)


def submitted(keys: Keys, name: str) -> None:
    keys.use("link", re.compile("^Continue"))
    keys.is_at("/destination")
    keys.write("What do you call this transfer?", name)
    keys.choose("Beta")
    keys.use("button", "Continue")
    keys.is_at("/submit")
    keys.use("button", re.compile("for approval$"))
    keys.is_at("/submitted")


def sign_in(keys: Keys, portal: WholePortal, role: str) -> Keys:
    account = portal.accounts[role]
    keys.page.goto("/")
    keys.write("E-mail address", account.email)
    keys.write("Password", account.password)
    keys.press("Enter")
    keys.is_at("/w/demo/")
    return keys


def approve(keys: Keys) -> None:
    """Ask, think again, ask again, confirm. A drop of people that an earlier test caused is ticked off first."""
    drop = keys.named("checkbox", "I have looked at the drop", exact=False)
    if drop.count():
        keys.reach(drop)
        keys.press("Space")
    button = keys.page.locator("main form[data-confirm]").get_by_role("button")
    dialog = keys.page.get_by_role("dialog")
    keys.reach(button)
    keys.press("Enter")
    keys.is_on(dialog.get_by_role("button", name="Cancel"))
    keys.press("Escape")
    expect(dialog).to_be_hidden(timeout=WORK_MS)
    keys.is_on(button)
    keys.press("Enter")
    keys.reach(dialog.get_by_role("button", name="Approve and send"))
    keys.press("Enter")
    expect(keys.page.get_by_role("main")).to_contain_text("approved this transfer", timeout=WORK_MS)


def test_from_the_file_to_the_history_without_a_mouse(
    keyboards: list[Keys], whole_portal: WholePortal, file: Path
) -> None:
    maker, approver = keyboards
    sign_in(maker, whole_portal, "maker")
    number = at_columns(maker, file)
    match(maker)
    maker.use("button", "Save and check all rows")
    maker.is_at("/results")
    submitted(maker, f"By keyboard {number}")
    sign_in(approver, whole_portal, "approver")
    approver.use("link", re.compile("^Approvals"))
    approver.is_at("/approvals")
    approver.use("link", f"By keyboard {number}")
    approver.is_at(f"/transfers/{number}/approval")
    approve(approver)
    approver.use("link", "History")
    approver.is_at("/history")
    approver.write("Name, file name or reference", f"By keyboard {number}")
    with approver.renewed("#history", "**/history?*"):
        approver.press("Enter")
    approver.is_on(approver.page.get_by_label("Name, file name or reference"))
    expect(approver.page.locator("tbody tr")).to_have_count(1, timeout=WORK_MS)
    approver.use("link", f"By keyboard {number}")
    approver.is_at(f"/transfers/{number}")


def test_a_trait_is_looked_for_and_given_in_the_row_without_a_mouse(walk: Walk, file: Path) -> None:
    keys = Keys(walk("maker").page)
    keys.page.goto("/w/demo/")
    at_columns(keys, file)
    keys.use("link", "Skip to preview")
    keys.is_on(keys.page.locator("#preview"))
    keys.page.evaluate("window.isOpen = true")
    name, words = re.compile("^Search something else for .* medal$"), keys.page.locator("#find-q")
    keys.use("link", name)
    keys.is_on(words)
    keys.press("Escape")
    keys.is_on(keys.page.locator("select#c1"))
    keys.use("link", name)
    keys.is_on(words)
    keys.page.keyboard.type("gold")
    with keys.renewed("#finding", "**/columns/find"):
        keys.press("Enter")
    keys.is_on(words)
    keys.page.get_by_label("For everybody who has").select_option(index=1)
    keys.page.get_by_role("radio", name="gold").focus()
    keys.press("Space")
    keys.press("Enter")
    keys.is_on(keys.page.locator("select#c1"))
    expect(keys.page.locator("#c1 option:checked")).to_contain_text("Trait for 1 value")
    expect(keys.page.get_by_role("main")).to_contain_text("Saved:")
    assert keys.page.evaluate("window.isOpen"), "the page was loaded anew"


def test_the_page_of_a_column_is_behind_its_search_and_escape_leads_back(walk: Walk, file: Path) -> None:
    keys = Keys(walk("maker").page)
    keys.page.goto("/w/demo/")
    at_columns(keys, file)
    keys.use("link", re.compile("^Search something else for .* medal$"))
    keys.is_on(keys.page.locator("#find-q"))
    keys.use("link", re.compile("^Everything that .* can become$"))
    keys.is_at("/columns/1")
    keys.choose("A trait for certain values")
    keys.write("Name or number of a trait", "gold")
    with keys.renewed("#find", "**/columns/1"):
        keys.press("Enter")
    keys.is_on(keys.page.get_by_label("Name or number of a trait"))
    keys.press("Escape")
    keys.page.wait_for_url(re.compile(r"/columns\?show=#c1$"), timeout=WORK_MS)
    keys.is_on(keys.page.locator("#c1"))


def test_every_stop_of_a_page_can_be_seen_and_none_is_a_trap(walk: Walk, file: Path) -> None:
    """There and back; the link to the content comes first."""
    keys = Keys(walk("maker").page)
    keys.page.goto("/w/demo/")
    number = at_columns(keys, file)
    for tail in ("/columns", "/people/ids", "/destination", "/file", ""):
        keys.page.goto(f"/w/demo/transfers/{number}{tail}")
        there = keys.all_stops()
        assert "Skip to the content" in there[0], tail
        assert [keys.tab("Shift+Tab")["what"] for _ in there] == there[::-1], tail


def test_the_first_stop_skips_to_the_content(walk: Walk) -> None:
    keys = Keys(walk("admin").page)
    for path in ("/w/demo/", "/w/demo/history", "/w/demo/manage/traits"):
        keys.page.goto(path)
        keys.tab()
        expect(keys.focused()).to_have_text("Skip to the content")
        expect(keys.focused()).to_be_in_viewport()
        keys.press("Enter")
        keys.is_on(keys.page.get_by_role("main"))
        keys.tab()
        assert keys.page.evaluate("document.activeElement.closest('main') !== null"), path


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(walk: Walk, file: Path) -> None:
    keys = Keys(walk("maker").page)
    keys.page.goto("/w/demo/")
    number = uploaded(keys, file)
    keys.page.goto(f"/w/demo/transfers/{number}/people")
    keys.use("button", "Continue")
    keys.follows_error("[name=kind]")
    keys.press("Space")
    keys.use("button", "Continue")
    keys.is_at("/people/ids")
    keys.use("button", "Continue")
    keys.is_at("/people/source")
    keys.use("button", "Continue")
    keys.follows_error("[name=dpid]")
    keys.select("Which data source do the IDs come from?", "4242")
    keys.choose("Add and keep")
    keys.use("button", "Continue")
    keys.is_at("/columns")
    keys.use("button", "Save and check all rows")
    keys.follows_error("select[aria-invalid=true]")


def test_a_part_that_is_renewed_keeps_the_focus(portal: PortalServer, enter: Enter, file: Path) -> None:
    """Nobody checks here, so the page asks again and again how far it is."""
    (person,) = portal.people("maker,admin")
    keys = Keys(enter(person).new_page())
    keys.page.goto(f"/w/{person['slug']}/manage/data-sources/new")
    keys.write("Name", "CRM")
    keys.write("Number (DPID)", "4242")
    keys.use("button", "Save")
    keys.is_at("/data-sources")
    keys.use("link", "Home")
    keys.is_at(f"/w/{person['slug']}/")
    at_columns(keys, file)
    match(keys)
    keys.use("button", "Save and check all rows")
    keys.is_at("/checking")
    stop = keys.named("button", "Stop the check")
    keys.reach(stop)
    for _ in range(2):
        with keys.renewed("#checking-progress", "**/checking/progress"):
            pass
        keys.is_on(stop)
    keys.press("Enter")
    expect(keys.page.get_by_role("main")).to_contain_text("Checking stopped", timeout=WORK_MS)

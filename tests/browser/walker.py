"""Somebody who walks through the portal by what they can see and press."""

import re
from pathlib import Path
from typing import Self

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.whole_portal import WholePortal

PATIENCE_MS = 30_000
WORK_MS = 60_000
"""For what workers do: a check, a transfer."""
WORKSPACE = "/w/demo"
RESULTS = re.compile(r"/results(#.*)?$")
NEEDS = re.compile(r"\d needs? you")
CONTINUE = re.compile(r"Continue|Go through the questions")


class Walker:
    """One person in one window; every step ends on the page that follows it."""

    def __init__(self, portal: WholePortal, context: BrowserContext, *, scripts: bool = True) -> None:
        self.portal, self.context, self.scripts = portal, context, scripts
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.number = ""

    def sign_in(self, role: str) -> Self:
        """As one of the accounts that the portal printed."""
        account = self.portal.accounts[role]
        self.page.goto("/")
        self.page.get_by_label("E-mail address").fill(account.email)
        self.page.get_by_label("Password", exact=True).fill(account.password)
        self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"**{WORKSPACE}/")
        return self

    def at(self, tail: str) -> str:
        """The path of a page of the transfer that is walked."""
        return f"{WORKSPACE}/transfers/{self.number}{tail}"

    def goto(self, tail: str) -> None:
        """Open a page of the transfer that is walked."""
        self.page.goto(self.at(tail))

    def start(self, file: Path) -> None:
        """Upload a file; ends on the page that shows how it was read."""
        self.page.goto(f"{WORKSPACE}/transfers/new")
        self.page.get_by_label("Choose a file or drop it here").set_input_files(file)
        self.page.get_by_role("button", name="Upload and continue").click()
        self.page.wait_for_url("**/transfers/*/file", timeout=WORK_MS)
        self.number = self.page.url.split("/")[-2]

    def go_on(self, end: str) -> None:
        """Press the first button that leads on, and wait for the page whose path ends so."""
        self.press(CONTINUE)
        self.page.wait_for_url(re.compile(re.escape(end) + r"(\?.*)?$"), timeout=WORK_MS)

    def press(self, name: str | re.Pattern[str]) -> None:
        """A button of the page, or a link that looks like one."""
        main = self.page.get_by_role("main")
        main.get_by_role("button", name=name).or_(main.locator("a.button").filter(has_text=name)).first.click()

    def card(self, text: str) -> None:
        """Choose one of the cards."""
        self.page.locator(".choice label").filter(has_text=text).first.click()

    def answer_traits(self, *, source: str = "4242") -> None:
        """Traits of customers by the ID that the portal guesses; ends on the columns."""
        self._kind("Send traits of people", "/people/ids")
        self.go_on("/people/source")
        self.choose(self.page.get_by_label("Which data source do the IDs come from?"), source)
        self.card("Add and keep")
        self.go_on("/columns")

    def answer_sync(self, *rows: tuple[str, str, str]) -> None:
        """Link IDs; each row is column, kind and data source. Ends on the preview."""
        self._kind("Link IDs of the same person", "/people/ids")
        for number, row in enumerate(rows, start=1):
            for name, words in zip(("column", "type", "dpid"), row, strict=True):
                self.choose(self.page.locator(f"#id_{name}_{number}"), words)
        self.go_on("/columns")

    def answer_emails(self, ids: str, addresses: str, *, source: str, email_source: str) -> None:
        """Hashed e-mail addresses of customers; ends on the preview."""
        self._kind("Add hashed e-mail addresses", "/people/ids")
        self.choose(self.page.locator("#id_id_column"), ids)
        self.choose(self.page.locator("#id_column_1"), addresses)
        self.go_on("/people/source")
        self.choose(self.page.locator("#id_dpid"), source)
        self.choose(self.page.locator("#id_email_dpid"), email_source)
        self.go_on("/columns")

    def _kind(self, card: str, end: str) -> None:
        if self.page.url.endswith("/file"):
            self.go_on("/people")
        self.card(card)
        self.go_on(end)

    def choose(self, field: Locator, words: str) -> None:
        """The first option of a list that holds these words."""
        label = field.locator("option").filter(has_text=words).first.text_content()
        field.select_option(label=(label or words).strip())

    def match_columns(self) -> None:
        """What the portal proposes where it asks; a file with the columns of an earlier one has its answers."""
        for act in ("Take the first suggestion", "Leave them out"):  # what is personal has no suggestion but that
            if self.page.locator("main").get_by_text(NEEDS).count():
                self.press(act)
                self.page.wait_for_load_state()
        expect(self.page.locator("main")).not_to_contain_text(NEEDS, timeout=PATIENCE_MS)

    def check(self) -> None:
        """Have every row checked; ends on the results."""
        self.press("Save and check all rows")
        for _ in range(0 if self.scripts else 60):  # without scripts the page is loaded again
            if RESULTS.search(self.page.url):
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        self.page.wait_for_url(RESULTS, timeout=WORK_MS)

    def destination(self, *, name: str = "", place: str = "Beta") -> None:
        """Go on from the results and say where it goes; ends on the summary."""
        self.press(CONTINUE)
        self.page.wait_for_url("**/destination")
        if name:
            self.page.get_by_label("What do you call this transfer?").fill(name)
        self.card(place)
        self.go_on("/submit")

    def submit(self) -> None:
        """Send it for approval."""
        self.press(re.compile("for approval$"))
        self.page.wait_for_url("**/submitted")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Sent for approval")

    def decide(self) -> None:
        """Approve what the dossier shows. Where many people fewer are sent than last time it wants a tick."""
        drop = self.page.get_by_label("I have looked at the drop")
        if drop.count():
            drop.check()
        self.press("Approve and send")
        if self.scripts:
            self.page.locator("dialog[open] button[value=confirm]").click()

    def approve(self, number: str) -> None:
        """Read the dossier, decide, and confirm where the page can ask."""
        self.number = number
        self.goto("/approval")
        self.decide()
        expect(self.page.locator("main")).to_contain_text("approved this transfer", timeout=PATIENCE_MS)

    def wait_for_sent(self) -> None:
        """The timeline of the transfer ends with "Sent"; a page without scripts is loaded again."""
        self.goto("")
        status = self.page.locator("#transfer-progress [role=status]")
        if self.scripts:
            expect(status).to_contain_text("Sent", timeout=WORK_MS)
            return
        for _ in range(60):
            if "Sent" in status.inner_text():
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        expect(status).to_contain_text("Sent")

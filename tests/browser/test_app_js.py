"""What app.js adds to pages, in a real browser, under the policy that the portal sends; pages are made up here."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Route

from tests.house.tree import PROJECT

STATIC = PROJECT / "static"
HTMX = json.loads((STATIC / "vendor" / "vendor.json").read_text(encoding="utf-8"))["htmx"]["file"]
CONFIG = re.findall(
    r"content='(.*responseHandling.*)'", (PROJECT / "templates" / "base_plain.html").read_text("utf-8")
)[0]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'"
HOME = "http://portal.test/"
Show = Callable[[str], Page]


class Made:
    """A made-up site: files out of static/, `body` at the start, `answers` elsewhere; and what was asked."""

    def __init__(self) -> None:
        self.body, self.answers = "", {"/sent": (200, "<p>sent</p>")}
        self.asked: list[Request] = []

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOME.rstrip("/")).split("?")[0]
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif path == "/":
            scripts = "".join(
                f'<script src="/static/{name}" defer></script>' for name in (f"vendor/{HTMX}", "js/app.js")
            )
            head = f"<!DOCTYPE html><title>made</title><meta name='htmx-config' content='{CONFIG}'>{scripts}"
            fault = '<p id="fault" hidden>could not be refreshed</p>'
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
            route.fulfill(body=head + fault + self.body, headers=headers)
        else:
            self.asked.append(route.request)
            status, body = self.answers[path]
            route.fulfill(status=status, body=body, content_type="text/html")


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def show(browser: Browser, made: Made) -> Iterator[Show]:
    context = browser.new_context(timezone_id="Asia/Shanghai")
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def listen(said: ConsoleMessage) -> None:
        if "Content Security" in said.text:
            wrong.append(said.text)

    page.on("console", listen)
    page.route("**/*", made.answer)

    def open_page(body: str) -> Page:
        made.body = body
        page.goto(HOME)
        return page

    yield open_page
    context.close()
    assert wrong == []


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_the_summary_of_errors_has_the_focus_once_the_page_is_there(show: Show) -> None:
    assert _focused(show('<div id="summary" tabindex="-1" data-autofocus>There is a problem</div>')) == "summary"


def test_focus_follows_what_was_fetched_and_is_taken_once(show: Show, made: Made) -> None:
    made.answers["/part"] = (200, '<h2 id="new" data-autofocus>new</h2>')
    page = show('<button id="b" hx-get="/part" hx-target="#here">more</button><div id="here"></div><input id="other">')
    page.click("#b")
    page.wait_for_selector("#new")
    page.wait_for_function("document.activeElement.id === 'new'")
    page.focus("#other")
    for name in ("htmx:afterSettle", "htmx:after:swap"):
        page.evaluate("name => document.body.dispatchEvent(new CustomEvent(name, {bubbles: true}))", name)
    assert _focused(page) == "other"


@pytest.mark.parametrize("name", ["htmx:beforeRequest", "htmx:before:request"])
@pytest.mark.parametrize("hidden", [True, False])
def test_a_page_that_nobody_sees_asks_for_no_progress(show: Show, name: str, *, hidden: bool) -> None:
    page = show('<div id="p" data-poll>64 %</div>')
    page.evaluate("hidden => Object.defineProperty(document, 'hidden', {value: hidden})", hidden)
    sent = "name => document.getElementById('p').dispatchEvent(new Event(name, {bubbles: true, cancelable: true}))"
    assert page.evaluate(sent, name) is not hidden


def test_a_part_that_cannot_be_fetched_stays_and_it_is_said(show: Show, made: Made) -> None:
    made.answers["/part"] = (500, "<p>stack trace</p>")
    page = show('<button id="b" hx-get="/part" hx-target="#here">more</button><div id="here">old</div>')
    page.click("#b")
    page.wait_for_selector("#fault", state="visible")
    assert page.inner_text("#here") == "old"
    made.answers["/part"] = (200, "fresh")
    page.click("#b")
    page.wait_for_selector("#fault", state="hidden")
    assert page.inner_text("#here") == "fresh"


CONFIRMED = """<form id="f" method="post" action="/sent" data-confirm="ask">
<button id="go" name="act" value="replace" data-busy="Replacing…">Replace</button></form>
<dialog id="ask"><form method="dialog"><button id="keep" value="cancel" autofocus>Keep them</button>
<button id="yes" value="confirm">Replace</button></form></dialog>"""


def test_a_question_comes_first_and_only_yes_sends_the_form(show: Show, made: Made) -> None:
    page = show(CONFIRMED)
    for key in ("Enter", "Escape"):  # the button that keeps everything has the focus
        page.click("#go")
        assert _focused(page) == "keep"
        page.keyboard.press(key)
        page.wait_for_selector("#ask", state="hidden")
    assert made.asked == []
    page.click("#go")
    page.click("#yes")
    page.wait_for_url("**/sent")
    assert [request.post_data for request in made.asked] == ["act=replace"]


def test_a_form_is_sent_once_and_its_button_says_that_it_works(show: Show, made: Made) -> None:
    page = show("""<form id="f" method="post" hx-post="/sent" hx-target="#here"><button id="go" data-busy="Saving…">Save
        </button></form><div id="here"></div>""")
    page.evaluate("""() => {
        const form = document.getElementById('f'), button = document.getElementById('go');
        form.requestSubmit(button); form.requestSubmit(button);
        window.said = [button.textContent, button.getAttribute('aria-disabled')];
    }""")
    assert page.evaluate("said") == ["Saving…", "true"]
    page.wait_for_selector("#here p")
    assert len(made.asked) == 1
    assert page.inner_text("#go").strip() == "Save"
    assert page.get_attribute("#go", "aria-disabled") is None


def test_a_download_keeps_its_button(show: Show) -> None:
    page = show(
        '<form id="f" method="post" action="/sent" target="_blank" data-own><button id="go">Get it</button></form>'
    )
    with page.context.expect_page() as opened:
        page.click("#go")
    opened.value.close()
    assert page.get_attribute("#go", "aria-disabled") is None


def test_what_was_typed_is_not_left_without_a_question(show: Show) -> None:
    page = show('<form data-guard method="post" action="/sent"><input id="n" name="n"></form>')
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.reload()
    assert asked == []
    page.fill("#n", "November")
    page.reload()
    assert asked == ["beforeunload"]
    page.fill("#n", "November")
    page.press("#n", "Enter")
    page.wait_for_url("**/sent")
    assert asked == ["beforeunload"]


def test_a_line_is_copied_as_it_is_sent(show: Show) -> None:
    page = show("""<button id="c" data-copy="line" data-done="Copied" hidden><span data-label>Copy</span></button>
        <code id="line" data-text="88231&#9;tier=gold">88231⇥tier=gold</code>""")
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}})"
    )
    page.evaluate("document.body.dispatchEvent(new Event('htmx:afterSettle', {bubbles: true}))")
    page.click("#c")
    page.wait_for_function("document.getElementById('c').innerText === 'Copied'")
    assert page.evaluate("copied") == "88231\ttier=gold"


def test_menus_close_elsewhere_and_by_escape(show: Show) -> None:
    page = show("""<details data-menu id="a"><summary id="sa">A</summary><a id="in" href="#">in</a></details>
        <details data-menu id="b"><summary id="sb">B</summary>in</details><p id="else">else</p>""")
    page.click("#sa")
    page.click("#sb")
    assert page.evaluate("[a.open, b.open]") == [False, True]
    page.click("#else")
    assert page.evaluate("[a.open, b.open]") == [False, False]
    page.click("#sa")
    page.focus("#in")
    page.keyboard.press("Escape")
    assert page.evaluate("a.open") is False
    assert _focused(page) == "sa"


def test_the_time_zone_of_the_browser_is_a_first_guess(show: Show) -> None:
    page = show('<input id="z" data-time-zone><input id="kept" data-time-zone value="Europe/Paris">')
    assert [page.input_value("#z"), page.input_value("#kept")] == ["Asia/Shanghai", "Europe/Paris"]


POLLED = '<div id="part" data-poll hx-get="/part" hx-trigger="ask from:body" hx-swap="outerHTML">{}</div>'


@pytest.mark.parametrize(("before", "after", "kept"), [
    ('<button id="stop">Stop</button>', '<button id="stop">Stop</button> 80 %', "stop"),
    ('<button id="stop">Stop</button>', "Every row is checked.", "part"),
    ("<button>Stop</button>", "<button>Stop</button>", "part"),
])  # fmt: skip
def test_a_part_that_is_renewed_keeps_the_focus(show: Show, made: Made, before: str, after: str, kept: str) -> None:
    made.answers["/part"] = (200, POLLED.format(after))
    page = show(POLLED.format(before))
    page.focus("#part button")
    with page.expect_response("**/part"):
        page.evaluate("document.body.dispatchEvent(new Event('ask'))")
    page.wait_for_function("kept => document.activeElement.id === kept", arg=kept)


def test_focus_that_is_elsewhere_stays_when_a_part_is_renewed(show: Show, made: Made) -> None:
    made.answers["/part"] = (200, POLLED.format("80 %"))
    page = show(POLLED.format("64 %") + '<input id="other">')
    page.focus("#other")
    page.evaluate("document.body.dispatchEvent(new Event('ask'))")
    page.wait_for_function("document.getElementById('part').innerText === '80 %'")
    assert _focused(page) == "other"


DEPENDING = """<form id="f"><div class="field"><select name="way"><option value="password">a</option>
<option value="key">b</option></select></div>
<div class="field" id="p"><input name="secret" data-only-if="way" data-only-if-value="^(password)$"></div>
<div class="field" id="k"><input type="checkbox" name="locked" data-only-if="way" data-only-if-value="^(key|a)$"></div>
<div class="field" id="l"><input name="phrase" data-only-if="locked" data-only-if-value="^(true)$"></div>
<div class="field" id="n"><input name="more" data-only-if="nowhere" data-only-if-value="^(x)$"></div>
<div class="field" id="a"><input name="any" data-only-if="secret" data-only-if-value="^(.+)$"></div></form>"""


def test_a_field_is_shown_with_the_answer_that_it_depends_on(show: Show) -> None:
    page = show(DEPENDING)

    def shown() -> str:
        hidden: list[bool] = page.evaluate("[...'pklna'].map(id => document.getElementById(id).hidden)")
        return "".join(name for name, is_hidden in zip("pklna", hidden, strict=True) if not is_hidden)

    assert shown() == "pn", "as it was answered when the page came; what depends on nothing known stays"
    page.fill("[name=secret]", "s")
    page.press("[name=secret]", "Tab")
    assert shown() == "pna", "with any answer that is not empty"
    page.select_option("[name=way]", "key")
    assert shown() == "kn"
    page.check("[name=locked]")
    assert shown() == "kln"
    page.select_option("[name=way]", "password")
    assert shown() == "pna", "what depends on a hidden answer is hidden, too"

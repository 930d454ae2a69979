"""Two people at once, a session that ends, back and forward, a second press: nothing is lost or done twice."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walk
from tests.browser.walker import Walker

pytestmark = pytest.mark.timeout(240)
CUSTOMERS = "crm_id,tier,city\nA-1,gold,Rome\nA-2,silver,Lyon\nA-3,gold,Oslo\n"


def _at_columns(walk: Walk, folder: Path, name: str, **options: object) -> Walker:
    file = folder / f"{name}.csv"
    file.write_text(CUSTOMERS + f"{name},gold,Bari\n", encoding="utf-8")
    maker = walk("maker", **options)
    maker.start(file)
    maker.answer_traits()
    return maker


def _waiting(walk: Walk, folder: Path, name: str) -> Walker:
    maker = _at_columns(walk, folder, name)
    maker.match_columns()
    maker.check()
    maker.destination(name=name)
    maker.submit()
    return maker


def test_of_two_approvers_one_wins_and_the_other_reads_who(walk: Walk, tmp_path: Path) -> None:
    maker = _waiting(walk, tmp_path, "two approvers")
    late = walk("admin")
    late.number = maker.number
    late.goto("/approval")
    walk("approver").approve(maker.number)
    late.decide()
    expect(late.page.locator("main")).to_contain_text("does not wait for a decision any more")
    expect(late.page.locator("main")).to_contain_text("Ari Approver approved this transfer")


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(walk: Walk, tmp_path: Path) -> None:
    maker = _at_columns(walk, tmp_path, "signed out")
    maker.match_columns()
    maker.check()
    maker.press("Continue")
    maker.page.wait_for_url("**/destination")
    maker.page.get_by_label("What do you call this transfer?").fill("Typed before the end")
    maker.card("Beta")
    maker.context.clear_cookies(name="sessionid")
    maker.press("Continue")
    account = maker.portal.accounts["maker"]
    maker.page.get_by_label("E-mail address").fill(account.email)
    maker.page.get_by_label("Password", exact=True).fill(account.password)
    maker.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    maker.page.wait_for_url("**/destination")
    expect(maker.page.get_by_label("What do you call this transfer?")).to_have_value("Typed before the end")
    maker.go_on("/submit")


def test_back_and_forward_keep_answers(walk: Walk, tmp_path: Path) -> None:
    maker = _at_columns(walk, tmp_path, "back and forward")
    maker.page.go_back()
    expect(
        maker.page.get_by_label("Which data source do the IDs come from?").locator("option:checked")
    ).to_contain_text("4242")
    maker.page.go_forward()
    expect(maker.page.get_by_role("heading", level=1)).to_have_text("What does each column become?")


def test_a_double_click_asks_once(walk: Walk, tmp_path: Path) -> None:
    maker = _at_columns(walk, tmp_path, "double click")
    maker.match_columns()
    maker.check()
    maker.destination(name="double click")
    maker.page.locator("main button", has_text="for approval").first.dblclick()
    maker.page.wait_for_url("**/submitted")
    approver = walk("approver")
    approver.page.goto("/w/demo/approvals")
    expect(approver.page.get_by_role("link", name="double click", exact=True)).to_have_count(1)


def test_three_hundred_columns_stay_usable(walk: Walk, tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    names = ["crm_id", *(f"column {number}" for number in range(1, 300))]
    rows = [[f"W-{row}", *(f"v{(row * number) % 7}" for number in range(1, 300))] for row in range(1, 40)]
    file.write_text("\n".join(",".join(row) for row in [names, *rows]) + "\n", encoding="utf-8")
    maker = walk("maker")
    maker.start(file)
    for_each = []
    for_each.append(maker.page.evaluate("document.querySelectorAll('*').length"))
    maker.answer_traits()
    for_each.append(maker.page.evaluate("document.querySelectorAll('*').length"))
    maker.page.goto(maker.at("/columns") + "?page=2")
    for_each.append(maker.page.evaluate("document.querySelectorAll('*').length"))
    assert max(for_each) <= 1500
    assert maker.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

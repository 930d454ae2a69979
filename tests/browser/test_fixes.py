"""Fix all alike, without JavaScript: one button mends the rows, another one takes it back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Walk
from tests.browser.walker import Walker

pytestmark = pytest.mark.timeout(240)


def _until_results(maker: Walker) -> None:
    for _ in range(60):
        if maker.page.url.endswith("/results"):
            return
        maker.page.wait_for_timeout(1000)
        maker.page.reload()


def test_rows_are_mended_alike_checked_again_and_put_back_without_scripts(walk: Walk, tmp_path: Path) -> None:
    file = tmp_path / "repeated.csv"
    file.write_text("crm_id,tier\n" + "A-1,gold\n" * 3 + "A-2,silver\n", encoding="utf-8")
    maker = walk("maker", java_script_enabled=False)
    maker.start(file)
    maker.answer_traits()
    maker.match_columns()
    maker.check()
    main = maker.page.get_by_role("main")
    expect(main.get_by_role("heading", name="2 lines are about people who have one already")).to_be_visible()
    main.get_by_role("button", name="Send one line for each person").click()
    _until_results(maker)
    expect(main).to_contain_text("Each person has one line now")
    expect(main).to_contain_text("As many rows can be sent as before.")
    expect(main).to_contain_text(re.compile(r"2 lines in\s+1 file"))
    main.get_by_role("button", name="Undo").click()
    maker.page.wait_for_url("**/results")
    expect(maker.page.locator("body")).to_contain_text("Taken back.")
    expect(main).to_contain_text(re.compile(r"4 lines in\s+1 file"))
    expect(main.get_by_role("button", name="Undo")).to_have_count(0)

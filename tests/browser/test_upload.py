"""A large file goes on where it stopped, whatever happens in between; without JavaScript it arrives all the same."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Enter
from tests.browser.line import Line
from tests.browser.portal_server import PortalServer

MIB = 1024 * 1024
SLOW_BYTES_A_SECOND = 16 * MIB


@pytest.fixture(scope="module")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """64 MiB of customers: eight pieces."""
    rng = random.Random(4)
    path = tmp_path_factory.mktemp("files") / "crm-nov.csv"
    with path.open("w", encoding="ascii") as file:
        file.write("crm_id,token\n")
        for number in range(64):
            file.write(f"A-{number},{rng.randbytes(MIB // 2 - 16).hex()}\n")
    return path


@pytest.fixture
def maker(portal: PortalServer) -> dict[str, Any]:
    return portal.people("maker")[0]


@pytest.fixture
def line(portal: PortalServer) -> Iterator[Line]:
    with Line(portal.port, bytes_a_second=SLOW_BYTES_A_SECOND) as line:
        yield line


def choose(page: Page, path: Path, slug: str) -> None:
    page.goto(f"/w/{slug}/transfers/new")
    page.get_by_label("Choose a file or drop it here").set_input_files(path)


def percent(page: Page) -> float:
    return float(page.locator("progress").evaluate("bar => bar.value"))


def wait_for(page: Page, least: float) -> None:
    page.wait_for_function("least => document.querySelector('progress').value >= least", arg=least, timeout=60_000)


def offsets_of(page: Page) -> list[int]:
    """Where each piece that is sent from now on begins."""
    found: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            found.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return found


def arrived(page: Page, path: Path) -> None:
    page.wait_for_url("**/transfers/*/file", timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your file")
    expect(page.locator(".file-name-line").first).to_have_text(path.name)


def test_a_cut_line_and_a_reloaded_page_cost_only_the_wait(
    enter: Enter, line: Line, maker: dict[str, Any], large_file: Path
) -> None:
    page = enter(maker, base_url=line.url).new_page()
    choose(page, large_file, maker["slug"])
    page.get_by_role("button", name="Upload and continue").click()
    wait_for(page, 60)
    line.cut()
    expect(page.locator("[data-status]")).to_contain_text("Connection lost")
    line.mend()
    choose(page, large_file, maker["slug"])
    expect(page.get_by_text("have arrived and are kept until")).to_be_visible()
    offsets = offsets_of(page)
    page.get_by_role("button", name="Upload and continue").click()
    arrived(page, large_file)
    assert offsets[0] >= 0.5 * large_file.stat().st_size, "at least half of it was not sent again"
    assert offsets == sorted(offsets)
    expect(page.get_by_role("cell", name="A-0", exact=True)).to_be_visible()


def test_how_much_has_arrived_is_seen_from_the_first_second_on_and_heard_seldom(
    enter: Enter, line: Line, maker: dict[str, Any], large_file: Path
) -> None:
    page = enter(maker, base_url=line.url).new_page()
    choose(page, large_file, maker["slug"])
    page.get_by_role("button", name="Upload and continue").click()
    wait_for(page, 20)
    shown, heard = page.locator("[data-shown]").inner_text(), page.locator("[data-status]").inner_text()
    assert " of 67 MB (" in shown
    assert heard == "Starting…"
    arrived(page, large_file)


def test_the_line_comes_back_by_itself(enter: Enter, line: Line, maker: dict[str, Any], large_file: Path) -> None:
    page = enter(maker, base_url=line.url).new_page()
    choose(page, large_file, maker["slug"])
    page.get_by_role("button", name="Upload and continue").click()
    wait_for(page, 30)
    line.cut()
    expect(page.locator("[data-status]")).to_contain_text("Connection lost")
    line.mend()
    arrived(page, large_file)


def test_an_upload_can_be_paused_and_goes_on(enter: Enter, line: Line, maker: dict[str, Any], large_file: Path) -> None:
    page = enter(maker, base_url=line.url).new_page()
    choose(page, large_file, maker["slug"])
    page.get_by_role("button", name="Upload and continue").click()
    wait_for(page, 20)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-status]")).to_contain_text("Paused at")
    before = percent(page)
    page.wait_for_timeout(700)
    assert percent(page) == before
    page.get_by_role("button", name="Go on").click()
    arrived(page, large_file)


def test_a_cancelled_upload_is_gone(enter: Enter, line: Line, maker: dict[str, Any], large_file: Path) -> None:
    page = enter(maker, base_url=line.url).new_page()
    choose(page, large_file, maker["slug"])
    page.get_by_role("button", name="Upload and continue").click()
    wait_for(page, 20)
    with page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.status == 204):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Upload and continue")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Continue an unfinished upload")).to_have_count(0)


def test_nothing_of_the_file_is_kept_in_the_browser(enter: Enter, maker: dict[str, Any], large_file: Path) -> None:
    page = enter(maker).new_page()
    choose(page, large_file, maker["slug"])
    page.get_by_role("button", name="Upload and continue").click()
    arrived(page, large_file)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert [word for word in ("crm-nov", "A-0", "token", "tus") if word in kept] == []


def test_nothing_chosen_is_said_on_top_of_the_page_and_beside_the_field(enter: Enter, maker: dict[str, Any]) -> None:
    page = enter(maker).new_page()
    page.goto(f"/w/{maker['slug']}/transfers/new")
    page.get_by_role("button", name="Upload and continue").click()
    expect(page.locator("#id_file_error")).to_have_text("Select a file")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_role("link", name="Select a file").click()
    expect(page.locator("#id_file")).to_be_focused()


def test_a_file_arrives_without_javascript(enter: Enter, maker: dict[str, Any], large_file: Path) -> None:
    page = enter(maker, java_script_enabled=False).new_page()
    choose(page, large_file, maker["slug"])
    page.get_by_role("button", name="Upload and continue").click()
    arrived(page, large_file)

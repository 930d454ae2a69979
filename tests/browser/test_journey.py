"""From a file to "Sent", in a real browser, with everything that runs; then the same bytes to production."""

import codecs
import gzip
import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ingest.aam.naming import FileKind, parse_file_name
from tests.browser.conftest import Walk
from tests.browser.walker import WORK_MS, WORKSPACE, Walker
from tests.browser.whole_portal import WholePortal
from tests.house.tree import PROJECT

pytestmark = pytest.mark.timeout(240)
PRACTICE = PROJECT / "docs" / "practice" / "customers.csv"
APPLE = "6D92078A-8246-4BA4-AE5B-76104861E7DC"
ANDROID = "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c4"


def arrived(portal: WholePortal, environment: str, before: set[Path]) -> Path:
    """The one file that is there now and was not before."""
    (path,) = set(portal.folder(environment).iterdir()) - before
    return path


def lines_of(path: Path) -> list[str]:
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return text.decode("utf-8").splitlines()


def approved_and_sent(walk: Walk, maker: Walker, environment: str = "beta") -> Path:
    """Somebody else approves what waits; returns the file that arrives."""
    before = set(maker.portal.folder(environment).iterdir())
    walk("approver").approve(maker.number)
    maker.wait_for_sent()
    return arrived(maker.portal, environment, before)


def watched_until_sent(walk: Walk, maker: Walker) -> Path:
    """The same, while both have their pages open and load nothing again: they go on by themselves."""
    before = set(maker.portal.folder("beta").iterdir())
    maker.goto("")
    status = maker.page.locator("#transfer-progress [role=status]")
    expect(status).to_contain_text("Waiting for approval")
    approver = walk("approver")
    approver.approve(maker.number)
    expect(approver.page.locator("#approval-progress [role=status]")).to_contain_text("Sent", timeout=WORK_MS)
    expect(status).to_contain_text("Sent", timeout=WORK_MS)
    return arrived(maker.portal, "beta", before)


def is_told_as_sent(maker: Walker, name: str) -> None:
    """The timeline of the transfer and the history say so."""
    timeline = maker.page.get_by_role("region", name="What has happened").get_by_role("listitem")
    for happening in ("Uploaded", "Checked", "Sent for approval", "Approved", "Sent"):
        expect(timeline.filter(has_text=happening).first).to_be_visible()
    maker.page.goto(f"{WORKSPACE}/history")
    row = maker.page.locator("tbody tr").filter(has_text=name)
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Sent")


def test_traits_of_customers_are_sent_to_beta_and_the_same_bytes_to_production(walk: Walk) -> None:
    maker = walk("maker")
    maker.start(PRACTICE)
    maker.answer_traits()
    maker.match_columns()
    maker.check()
    expect(maker.page.get_by_role("heading", level=1)).to_contain_text("of 40 rows can be sent")
    maker.destination(name="Traits of November")
    maker.submit()
    beta = watched_until_sent(walk, maker)
    name = parse_file_name(beta.name)
    assert (name.kind, name.dpids) == (FileKind.TRAITS, (4242,))
    assert lines_of(beta)[0].startswith("A-1001\t")
    assert "d_sid=7001,d_sid=7002" in lines_of(beta)[0]
    is_told_as_sent(maker, "Traits of November")

    maker.goto("")
    maker.press("Send the same files to production")
    maker.press("Continue")
    maker.page.wait_for_url("**/submit")
    maker.number = maker.page.url.split("/")[-2]
    maker.submit()
    production = approved_and_sent(walk, maker, "production")
    assert digest(production) == digest(beta)
    expect(maker.page.locator("main")).to_contain_text(digest(beta))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_ids_of_the_same_person_are_linked(walk: Walk, tmp_path: Path) -> None:
    """Semicolons, a BOM, empty lines, rows that cannot be sent."""
    rows = ["Device;Customer", *(f"{ANDROID}{number};B-{number}" for number in range(8))]
    rows += ["", f"{ANDROID}9;", ";B-77", "not-a-device;B-78", ""]
    path = tmp_path / "links.csv"
    path.write_bytes(codecs.BOM_UTF8 + "\r\n".join(rows).encode())
    maker = walk("maker")
    maker.start(path)
    maker.answer_sync(("Device", "Android", "20914"), ("Customer", "Customer", "4242"))
    maker.check()
    maker.destination(name="Links of November")
    maker.submit()
    sent = approved_and_sent(walk, maker)
    name = parse_file_name(sent.name)
    assert (name.kind, name.dpids) == (FileKind.ID_SYNC, (20914, 4242))
    assert lines_of(sent) == [f"{ANDROID}{number}\tB-{number}" for number in range(8)]
    is_told_as_sent(maker, "Links of November")


def test_addresses_are_sent_as_hashes_only(walk: Walk, tmp_path: Path) -> None:
    """Capital letters and blanks around an address do not change its hash; what is no address stays here."""
    people = [("C-1", "Ada.Brook@Example.com "), ("C-2", " ben@example.com"), ("C-3", ""), ("", "x@example.com")]
    path = tmp_path / "addresses.csv"
    path.write_bytes(codecs.BOM_UTF8 + "\r\n".join(["Number;E-mail", *map(";".join, people), ""]).encode())
    maker = walk("maker")
    maker.start(path)
    maker.answer_emails("Number", "E-mail", source="4242", email_source="4244")
    maker.check()
    expect(maker.page.get_by_role("heading", level=1)).to_have_text("2 of 4 rows can be sent")
    maker.destination(name="Addresses of November")
    maker.submit()
    sent = approved_and_sent(walk, maker)
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in ("ada.brook@example.com", "ben@example.com")]
    assert parse_file_name(sent.name).dpids == (4242, 4244)
    assert lines_of(sent) == [f"C-1\t{hashes[0]}", f"C-2\t{hashes[1]}"]
    is_told_as_sent(maker, "Addresses of November")

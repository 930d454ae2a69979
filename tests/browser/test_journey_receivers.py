"""From a destination that an admin makes in the browser to the bytes at a real receiver: S3, SFTP and FTPS."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.walker import WORKSPACE, Walker
from tests.browser.whole_portal import WholePortal
from tests.transfer import sshd
from tests.transfer.receivers import RECEIVERS, Receiver, finals
from tests.transfer.s3_receiver import S3Receiver
from tests.transfer.s3_server import BUCKET, stop_shared_server

pytestmark = pytest.mark.timeout(240)
LOOPBACK = "127.0.0.0/8,::1/128"
Person = Callable[[str], Walker]


@pytest.fixture(scope="module")
def person(browser: Browser) -> Iterator[Person]:
    """`person(role)`: somebody of one portal that may send to servers of this machine."""
    with WholePortal(AMPORTAL_PRIVATE_DESTINATIONS=LOOPBACK) as portal:
        people: dict[str, Walker] = {}

        def somebody(role: str) -> Walker:
            if role not in people:
                context = browser.new_context(base_url=portal.url, locale="en-GB")
                people[role] = Walker(portal, context).sign_in(role)
            return people[role]

        yield somebody
        for walker in people.values():
            walker.context.close()
    stop_shared_server()
    sshd.stop_shared()


def fill(page: Page, name: str, value: Any) -> None:
    """A field of a form, whatever kind it is."""
    field = page.locator(f'main [name="{name}"]')
    match field.first.evaluate("field => field.type"):
        case "radio":
            page.locator(f'main [name="{name}"][value="{value}"]').check(force=True)
        case "checkbox":
            field.set_checked(bool(value), force=True)
        case "select-one":
            field.select_option(str(value))
        case _:
            field.fill(str(value))


def add(admin: Walker, receiver: Receiver, name: str) -> None:
    """Make the destination as its form asks for it; the key of a server is left to the test of the connection."""
    page = admin.page
    page.goto(f"{WORKSPACE}/manage/destinations/new?preset=beta-{receiver.method}")
    fill(page, "name", name)
    for setting, value in receiver.settings.items():
        if setting != "host_key":
            fill(page, f"config_{setting}", value)
    for setting, secret in receiver.secrets.items():
        fill(page, f"secret_{setting}", secret.reveal())
    admin.press("Save")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def connection_works(admin: Walker) -> None:
    """Test it, accept the key that a server shows for the first time, and see that all works."""
    page = admin.page
    admin.press("Test now")
    expect(page.locator("#steps .panel-list")).to_be_visible()
    accept = page.get_by_role("button", name="Accept this key")
    if accept.count():
        accept.click()
        expect(page.locator(".message, [role=status], main").filter(has_text="is saved").first).to_be_visible()
        admin.press("Test now")
        expect(page.locator("#steps .panel-list")).to_be_visible()
    expect(page.locator("#steps")).to_contain_text("Works")
    expect(page.locator("#steps")).not_to_contain_text("Does not work")


def received(receiver: Receiver) -> dict[str, bytes]:
    """What the receiver takes for files, by name."""
    if not isinstance(receiver, S3Receiver):
        return {name: receiver.read(name) for name in finals(receiver)}
    read = receiver.client.get_object
    keys = receiver.keys()
    return {key.rpartition("/")[2]: read(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


@pytest.mark.parametrize("kind", ["s3", "sftp", "ftps, vsftpd"])
def test_what_was_approved_arrives_at_a_receiver_that_was_added_in_the_browser(
    person: Person, kind: str, tmp_path: Path
) -> None:
    name = f"Receiver of {kind.partition(',')[0].upper()}"
    customers = tmp_path / f"{kind[:4]}.csv"
    customers.write_text(f"Number,E-mail\n{kind[:4]}-1,ada@example.com\n{kind[:4]}-2,ben@example.com\n")
    with RECEIVERS[kind](tmp_path) as receiver:
        add(person("admin"), receiver, name)
        connection_works(person("admin"))
        assert received(receiver) == {}, "the probe is gone"
        maker = person("maker")
        maker.start(customers)
        maker.answer_emails("Number", "E-mail", source="4242", email_source="4244")
        maker.check()
        maker.destination(name=f"Addresses for {name}", place=name)
        maker.submit()
        person("approver").approve(maker.number)
        maker.wait_for_sent()
        ((file, content),) = received(receiver).items()
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in ("ada@example.com", "ben@example.com")]
    lines = (gzip.decompress(content) if file.endswith(".gz") else content).decode().splitlines()
    assert lines == [f"{kind[:4]}-1\t{hashes[0]}", f"{kind[:4]}-2\t{hashes[1]}"]
    stored = (path.read_bytes() for path in (maker.portal.data / "files").rglob("*") if path.is_file())
    assert content in list(stored), "the very bytes that were approved"

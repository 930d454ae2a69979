"""A real browser and the portal as users get it, each started once."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.portal_server import PortalServer
from tests.browser.walker import Walker
from tests.browser.whole_portal import WholePortal

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """A running portal with an empty database."""
    with PortalServer(tmp_path_factory.mktemp("portal")) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium is installed")
    # The sandbox needs a user without rights.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


Enter = Callable[..., BrowserContext]


@pytest.fixture
def enter(portal: PortalServer, browser: Browser) -> Iterator[Enter]:
    """`enter(person, **options)`: a browser window of somebody who has signed in; closed after the test."""
    opened: list[BrowserContext] = []

    def window(person: dict[str, Any], **options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": portal.url, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "sessionid", "value": person["session"], "url": portal.url}])
        opened.append(context)
        return context

    yield window
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def whole_portal() -> Iterator[WholePortal]:
    """Everything that runs, with the demo workspace."""
    with WholePortal() as portal:
        yield portal


@pytest.fixture(scope="session")
def signed_in(whole_portal: WholePortal, browser: Browser) -> Callable[[str], Any]:
    """`signed_in(role)`: the cookies of somebody who has typed the password once."""
    states: dict[str, Any] = {}

    def state(role: str) -> Any:
        if role not in states:
            context = browser.new_context(base_url=whole_portal.url, locale="en-GB")
            Walker(whole_portal, context).sign_in(role)
            states[role] = context.storage_state()
            context.close()
        return states[role]

    return state


Walk = Callable[..., Walker]


@pytest.fixture
def walk(whole_portal: WholePortal, browser: Browser, signed_in: Callable[[str], Any]) -> Iterator[Walk]:
    """`walk(role, **options)`: somebody of the demo workspace in a window of their own; closed after the test."""
    opened: list[BrowserContext] = []

    def walker(role: str, **options: Any) -> Walker:
        fixed = {"base_url": whole_portal.url, "locale": "en-GB", "timezone_id": "Europe/Paris"}
        context = browser.new_context(**{**fixed, "storage_state": signed_in(role), **options})
        opened.append(context)
        return Walker(whole_portal, context, scripts=options.get("java_script_enabled", True))

    yield walker
    for context in opened:
        context.close()

"""Every state of every screen: sizes, colours, languages, budgets, WCAG. GALLERY=whole lets axe judge every mode."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.browser.crawler import kind_of
from tests.gallery.build import load
from tests.gallery.look import Looker
from tests.gallery.manifest import Made
from tests.gallery.server import Gallery
from tests.gallery.state import STATES
from tests.house.tree import PROJECT

load()
pytestmark = pytest.mark.timeout(900)
PICTURES = PROJECT / "var" / "gallery"
LANGUAGES = {"en": "en", "zh-hans": "zh-CN"}
Look = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """The portal with every state in its database."""
    with Gallery(tmp_path_factory.mktemp("gallery")) as made:
        yield made


@pytest.fixture(scope="module")
def states(gallery: Gallery) -> dict[str, Made]:
    return {made.name: made for made in gallery.states}


@pytest.fixture(scope="module")
def look(gallery: Gallery, states: dict[str, Made], browser: Browser) -> Iterator[Look]:
    """`look(name, language)`: what is wrong with a state; one window for each language."""
    windows: dict[str, Looker] = {}

    def faults(name: str, language: str) -> list[str]:
        if language not in windows:
            context = browser.new_context(base_url=gallery.url, locale=LANGUAGES[language])
            windows[language] = Looker(context, language, os.environ.get("GALLERY") == "whole", _folder())
        return windows[language].look(states[name])

    yield faults
    for one in windows.values():
        one.context.close()


def _folder() -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_a_state_is_whole(look: Look, name: str, language: str) -> None:
    assert look(name, language) == []


def test_titles_tell_pages_apart(gallery: Gallery, states: dict[str, Made], browser: Browser) -> None:
    titles: dict[str, set[str]] = {}
    context = browser.new_context(base_url=gallery.url, locale="en-GB")
    for name in states:
        answer = context.request.get(f"/dev/states/{name}")
        found = re.search(r"<title>(.*?)</title>", answer.text(), re.DOTALL)
        assert found is not None, name
        titles.setdefault(" ".join(found[1].split()), set()).add(kind_of(answer.url.removeprefix(gallery.url)))
    context.close()
    assert {title: kinds for title, kinds in titles.items() if len({kind.split("?")[0] for kind in kinds}) > 1} == {}

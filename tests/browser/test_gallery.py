"""Every state of every screen: sizes, colours, languages, budgets, WCAG, and whether it still looks as it did.

In each run a state is opened in one language, which its name decides. GALLERY=whole opens all in each, lets axe judge
every mode, keeps pictures in every language and compares looks; GALLERY=looks learns the looks anew.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from django.conf import settings
from django.urls import resolve
from playwright.sync_api import Browser

from tests.gallery import looks, pseudo
from tests.gallery.build import load
from tests.gallery.look import Looker
from tests.gallery.manifest import Made
from tests.gallery.server import Gallery
from tests.gallery.state import STATES
from tests.house.tree import PROJECT
from tests.web.han_blanks import misplaced

load()
pytestmark = pytest.mark.timeout(900)
PICTURES = PROJECT / "var" / "gallery"
LANGUAGES = {"en": "en", "zh-hans": "zh-CN"}
WANTED = os.environ.get("GALLERY", "")
ANEW = "GALLERY=looks scripts/test tests/browser/test_gallery.py"
Windows = Callable[[str], Looker]


@pytest.fixture(scope="module")
def gallery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """The portal with every state in its database; with those alone that the chosen tests are about."""
    chosen = [item for item in request.session.items if item.path == Path(__file__)]
    names = {
        str(item.callspec.params["name"]) for item in chosen if isinstance(item, pytest.Function) and _is_of_one(item)
    }
    with Gallery(tmp_path_factory.mktemp("gallery"), *(sorted(names) if all(map(_is_of_one, chosen)) else ())) as made:
        yield made


def _is_of_one(item: pytest.Item) -> bool:
    return "name" in getattr(getattr(item, "callspec", None), "params", {})


@pytest.fixture(scope="module")
def states(gallery: Gallery) -> dict[str, Made]:
    return {made.name: made for made in gallery.states}


@pytest.fixture(scope="module")
def windows(gallery: Gallery, browser: Browser) -> Iterator[Windows]:
    """`windows(language)`: one window for each; all are closed at the end."""
    opened: dict[str, Looker] = {}

    def window(language: str) -> Looker:
        if language not in opened:
            context = browser.new_context(base_url=gallery.url, locale=LANGUAGES[language])
            pictures = _folder() if language == "en" or WANTED == "whole" else None
            opened[language] = Looker(context, language, WANTED == "whole", pictures)
        return opened[language]

    yield window
    for one in opened.values():
        one.context.close()
    if WANTED == "looks":
        looks.learn(opened["en"].looks)


def _folder() -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


def _opened() -> list[tuple[str, str]]:
    """Each state with the languages that this run opens it in."""
    codes = [code for code, _name in settings.LANGUAGES]
    if WANTED == "whole":
        return [(code, name) for code in codes for name in STATES]
    if WANTED == "looks":
        return [("en", name) for name in STATES]
    return sorted((codes[crc32(name.encode()) % len(codes)], name) for name in STATES)


@pytest.mark.parametrize(("language", "name"), _opened())
def test_a_state_is_whole(windows: Windows, states: dict[str, Made], name: str, language: str) -> None:
    window = windows(language)
    assert window.look(states[name]) == []
    if language == "en" and WANTED == "whole":
        known = looks.known().get(name)
        assert known is not None, f"its look is not known: {ANEW}"
        share = looks.difference(window.looks[name], known)
        assert share <= looks.MOST_DIFFERENT, f"{share:.0%} of it look other than before; if that is meant: {ANEW}"


@pytest.fixture(scope="module")
def stretched(gallery: Gallery, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    """A window on the same states in a language whose texts are a third longer."""
    folder = tmp_path_factory.mktemp("locale")
    pseudo.write(PROJECT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo", folder)
    with gallery.beside(GALLERY_LOCALE=str(folder)) as beside:
        context = browser.new_context(base_url=beside.url, locale="en-GB")
        yield Looker(context, pictures=_folder())
        context.close()


@pytest.mark.parametrize("name", [name for name in STATES if WANTED == "whole" or crc32(name.encode()) % 4 == 0])
def test_longer_words_break_no_page(stretched: Looker, states: dict[str, Made], name: str) -> None:
    assert stretched.widths(states[name], "é") == []


def test_titles_tell_pages_apart(gallery: Gallery, states: dict[str, Made], browser: Browser) -> None:
    pages: dict[str, set[str]] = {}
    context = browser.new_context(base_url=gallery.url, locale="en-GB")
    for name in states:
        answer = context.request.get(f"/dev/states/{name}")
        found = re.search(r"<title>(.*?)</title>", answer.text(), re.DOTALL)
        assert found is not None, name
        if answer.ok:  # what can't be shown is told alike everywhere
            pages.setdefault(" ".join(found[1].split()), set()).add(
                resolve(urlsplit(answer.url).path, "tests.gallery.urls").view_name
            )
    context.close()
    assert len(pages) > 20
    assert {title: names for title, names in pages.items() if len(names) > 1} == {}


def test_chinese_pages_have_blanks_where_they_belong(
    gallery: Gallery, states: dict[str, Made], browser: Browser
) -> None:
    context = browser.new_context(base_url=gallery.url, locale="zh-CN")
    pages = {name: context.request.get(f"/dev/states/{name}").text() for name in states}
    # The name of a column of a customer file stands as it is, between blanks.
    seen = {name: misplaced(re.sub('(?<=[ ">])城市(?=[ <])', "x", page)) for name, page in pages.items()}
    context.close()
    assert len(seen) > 150
    assert {name: places for name, places in seen.items() if places} == {}

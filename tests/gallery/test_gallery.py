"""The list of states and the gallery say the same, and nothing of it can be reached in a real portal."""

import tomllib
from pathlib import Path

import pytest
from django.test import Client

from tests.gallery import looks
from tests.gallery.build import load
from tests.gallery.state import STATES, state

LIST = Path(__file__).parent / "states.toml"


def _screens() -> dict[str, dict[str, str]]:
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return {screen: states for screen, states in listed.items() if screen != "absent"}


def test_every_listed_state_is_in_the_gallery_and_every_one_of_the_gallery_is_listed() -> None:
    load()
    listed = [name for states in _screens().values() for name in states.values()]
    assert sorted(listed) == sorted(STATES)


def test_every_state_has_a_known_look_and_no_other_has() -> None:
    load()
    assert sorted(looks.known()) == sorted(STATES)


def test_the_looks_of_other_pages_are_told_apart() -> None:
    known = looks.known()
    assert looks.difference(known["home-busy"], known["home-busy"]) == 0
    for other in ("history-full", "results-perfect", "people-kind", "columns-sixty"):
        assert looks.difference(known["home-busy"], known[other]) > looks.MOST_DIFFERENT, other


def test_two_states_never_share_a_name() -> None:
    load()
    with pytest.raises(ValueError, match="home-busy is in the gallery already"):
        state("home-busy")(STATES["home-busy"])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "home-busy", "fault/500"])
def test_a_real_portal_has_no_gallery(client: Client, path: str) -> None:
    assert client.get(f"/dev/states/{path}").status_code == 404

"""Colours: every pair of words and ground that pages use can be read, in both themes."""

import re
from itertools import product

import pytest

from tests.house.tree import PROJECT, walk

CSS = PROJECT / "static" / "css"
TOKENS = dict(re.findall(r"--([a-z-]+): (light-dark\(#\w{6}, #\w{6}\)|#\w{6});", (CSS / "base.css").read_text("utf-8")))
GROUNDS = ("ground", "surface", "raised", "sunken")
WORDS = ("text", "muted", "link", "error", "success", "warning", "key")
PAIRS = [
    *product(WORDS, GROUNDS),
    *product(("text", "muted", "link"), ("accent-soft",)),
    *((kind, f"{kind}-soft") for kind in ("error", "success", "warning")),
    *product(("text", "muted"), ("error-soft", "success-soft", "warning-soft")),
    *product(("on-accent",), ("accent", "accent-strong", "danger", "danger-strong")),
]
EDGES = [*product(("field-line", "ring-of-focus"), ("surface", "ground", "sunken")), ("accent", "surface")]


def _values(token: str, theme: str) -> str:
    value: str = TOKENS["link" if token == "ring-of-focus" else token]
    colours: list[str] = re.findall(r"#\w{6}", value)
    return colours[-1] if theme == "dark" else colours[0]


def _brightness(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_brightness(one), _brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_can_be_read_on_their_ground(words: str, ground: str, theme: str) -> None:
    assert _contrast(_values(words, theme), _values(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(edge: str, ground: str, theme: str) -> None:
    assert _contrast(_values(edge, theme), _values(ground, theme)) >= 3


def test_the_measure_is_the_one_of_wcag() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#4b75ff", "#ffffff") == pytest.approx(3.97, abs=0.01)  # Spectrum's own dark accent


@pytest.mark.parametrize("share", re.findall(r"light-dark\(#\w{6}, #\w{6}\)", (CSS / "results.css").read_text("utf-8")))
def test_numbers_written_on_bars_can_be_read(share: str) -> None:
    assert all(_contrast("#ffffff", colour) >= 4.5 for colour in re.findall(r"#\w{6}", share))


def test_every_token_that_is_used_is_there() -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in walk(CSS))
    made = set(re.findall(r"(--[a-z0-9-]+)\s*:", sheets))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheets)) <= made

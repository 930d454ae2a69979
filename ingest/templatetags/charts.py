"""Charts as SVG that the server draws. Geometry is text in per cent: no language may write it with its own decimals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template

register = template.Library()

Number = int | float | Decimal
_BAR_STEP, _BAR_GAP, _BARS_HEIGHT = 8, 2, 40
_LEAST_BAR, _NO_BAR = 3, 1.5  # so that few people are seen beside many, and a day without any is a day
_ROOM_FOR_WORDS = 22  # per cent of the bar, so that they fit on a telephone as well


@dataclass(frozen=True)
class Piece:
    """One part of a chart: what it is, how much, and where it is drawn (per cent of the width)."""

    label: str
    value: Number
    kind: str
    url: str
    x: str
    width: str
    middle: str
    wide: bool


def _text(value: float | Decimal) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _pieces(rows: Iterable[Mapping[str, Any]], whole: float, *, stacked: bool) -> list[Piece]:
    pieces, x = [], 0.0
    for row in rows:
        width = 100 * float(row["value"]) / whole if whole else 0.0
        pieces.append(
            Piece(
                label=str(row["label"]),
                value=row["value"],
                kind=str(row.get("kind", "accent")),
                url=str(row.get("url", "")),
                x=_text(x),
                width=_text(width),
                middle=_text(x + width / 2),
                wide=width >= _ROOM_FOR_WORDS,
            )
        )
        x += width if stacked else 0
    return pieces


@register.inclusion_tag("components/charts/stacked_bar.html")
def stacked_bar(segments: Sequence[Mapping[str, Any]], title: str) -> dict[str, Any]:
    """Parts of one whole. `title` says the finding; each has label, value, kind (success, warning, error)."""
    whole = float(sum(segment["value"] for segment in segments))
    return {"title": title, "whole": whole, "pieces": _pieces(segments, whole, stacked=True)}


@register.inclusion_tag("components/charts/bars.html")
def bars(rows: Sequence[Mapping[str, Any]], title: str, whole: Number | None = None) -> dict[str, Any]:
    """Labelled bars under each other; the longest takes the width. A row has label, value, and kind and url if wanted.

    With `whole` each row says its share of it as well.
    """
    longest = float(max((row["value"] for row in rows), default=0))
    return {"title": title, "whole": whole, "pieces": _pieces(rows, longest, stacked=False)}


@register.inclusion_tag("components/charts/meter.html")
def meter(value: Number, whole: Number, label: str, kind: str = "accent") -> dict[str, Any]:
    """A part of a whole in one cell; the number stands beside it. `label` says what it measures."""
    share = min(100.0, 100 * float(value) / float(whole)) if whole else 0.0
    return {"width": _text(share), "label": label, "kind": kind, "value": value, "whole": whole}


@register.inclusion_tag("components/charts/day_bars.html")
def day_bars(
    values: Sequence[Number], title: str, first: str = "", last: str = "", *, step: int = _BAR_STEP
) -> dict[str, Any]:
    """A bar for each day, oldest first, in the width of a sentence; `title` says what they show.

    `first` and `last` are written below the ends. `step`: pixels from one bar to the next.
    """
    highest = max((float(value) for value in values), default=0.0) or 1.0
    bars = []
    for index, value in enumerate(values):
        height = max(_LEAST_BAR if value else _NO_BAR, _BARS_HEIGHT * float(value) / highest)
        bars.append({"x": _text(index * step), "y": _text(_BARS_HEIGHT - height), "height": _text(height),
                     "kind": "accent" if value else "none"})  # fmt: skip
    width = max(1, len(bars) * step - _BAR_GAP)
    return {"title": title, "bars": bars, "width": width, "height": _BARS_HEIGHT, "bar": step - _BAR_GAP,
            "first": first, "last": last}  # fmt: skip

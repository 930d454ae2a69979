"""Charts: geometry that no language changes, and words for those who don't see them."""

import re
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

SEGMENTS = [
    {"label": "Ready", "value": 875, "kind": "success"},
    {"label": "Left out", "value": 125, "kind": "error", "url": "?left-out"},
]


def _drawn(tag: str, **context: Any) -> str:
    return Template("{% load charts %}" + tag).render(Context(context))


@pytest.mark.parametrize("language", ["en", "zh-hans", "de"])
def test_parts_of_a_whole_fill_the_width_in_every_language(language: str) -> None:
    with translation.override(language):
        drawn = _drawn("{% stacked_bar segments 'Most can be sent' %}", segments=SEGMENTS)
    assert re.findall(r'<rect class="fill-\w+" x="([\d.]+)%" y="0" width="([\d.]+)%"', re.sub(r"\s+", " ", drawn)) == [
        ("0", "87.5"),
        ("87.5", "12.5"),
    ]


def test_a_chart_has_a_role_a_title_and_its_numbers_in_words() -> None:
    drawn = _drawn("{% stacked_bar segments 'Most can be sent' %}", segments=SEGMENTS)
    assert 'role="img"' in drawn
    assert "<title>Most can be sent</title>" in drawn
    assert re.search(r"<desc>Ready: 875 \(87\.5\W%\)\. Left out: 125 \(12\.5\W%\)\. </desc>", drawn)
    assert '<a href="?left-out">Left out</a>' in drawn


def test_the_longest_bar_takes_the_width_and_shares_are_of_the_whole() -> None:
    rows = [{"label": "ID is missing", "value": 12400}, {"label": "Too long", "value": 3100}]
    drawn = _drawn("{% bars rows 'Most have no ID' whole %}", rows=rows, whole=15500)
    assert re.findall(r'width="([\d.]+)%"\s+height="10"\s+rx', drawn) == ["100", "25"]
    assert "12,400" in drawn
    assert "80" in drawn


@pytest.mark.parametrize("rows", [[], [{"label": "None", "value": 0}]])
def test_nothing_to_show_divides_by_nothing(rows: list[dict[str, Any]]) -> None:
    assert "<figure" in _drawn("{% bars rows 'Nothing' %}", rows=rows)
    assert "<figure" in _drawn("{% stacked_bar rows 'Nothing' %}", rows=rows)
    assert _drawn("{% day_bars values 'Nothing' %}", values=[]).strip() == ""
    assert 'width="0%"' in _drawn("{% meter 0 0 'Filled' %}")


def test_bars_of_days_stay_within_their_box_and_a_day_without_any_is_still_a_day() -> None:
    drawn = _drawn("{% day_bars values 'People a day' %}", values=[0, 5, 1_000_000])
    box = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', drawn)
    assert box is not None
    bars = re.findall(r'x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)" height="([0-9.]+)"', drawn)
    assert len(bars) == 3
    for x, y, width, height in bars:
        assert 0 <= float(x) <= float(box[1]) - float(width)
        assert 0 <= float(y) <= float(box[2]) - float(height)
        assert float(height) > 0
    assert drawn.count("track") == 1
    assert float(bars[0][3]) < float(bars[1][3]) < float(bars[2][3])


def test_words_of_others_are_escaped() -> None:
    drawn = _drawn("{% bars rows title %}", rows=[{"label": "<b>", "value": 1}], title="<script>")
    assert "<b>" not in drawn
    assert "<script>" not in drawn


def test_bars_of_days_name_their_ends_where_these_are_given() -> None:
    drawn = _drawn("{% day_bars values 'People' 'May' 'July' step=20 %}", values=[1, 2, 3])
    assert 'viewBox="0 0 58 40"' in drawn
    assert "<span>May</span><span>July</span>" in drawn
    assert "day-ends" not in _drawn("{% day_bars values 'People' %}", values=[1, 2, 3])

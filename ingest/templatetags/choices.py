"""The choices and states of columns. A page may have sixty of them, and a template takes its time for each."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ingest.services.columns import Choice

register = template.Library()
SELECTED: Final = SafeString(" selected")
OUT_OF_BAND: Final = SafeString(' hx-swap-oob="true"')


@register.simple_tag
def options(choices: Iterable[Choice], chosen: str) -> SafeString:
    """An option for each choice, the chosen one selected."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((choice.value, SELECTED if choice.value == chosen else "", choice.label) for choice in choices),
    )


@register.simple_tag
def column_states(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """The states of the columns of an open page, each for its place there."""
    return format_html_join("", "{}", ((column_state(line, OUT_OF_BAND),) for line in lines))


@register.simple_tag
def column_state(line: Mapping[str, Any], attributes: str = "") -> SafeString:
    """The state of one column, from what a form tells of its row."""
    return format_html(
        '<span class="tag tag-{} state-{}" id="s{}"{}>{}</span>',
        line["kind"], line["state"], line["number"], attributes, line["word"],
    )  # fmt: skip

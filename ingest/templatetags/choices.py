"""The choices of a list field. A page may have sixty such lists, and a loop of a template takes its time for each."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from ingest.services.columns import Choice

register = template.Library()
SELECTED = SafeString(" selected")


@register.simple_tag
def options(choices: Iterable[Choice], chosen: str) -> SafeString:
    """An option for each choice, the chosen one selected."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((choice.value, SELECTED if choice.value == chosen else "", choice.label) for choice in choices),
    )

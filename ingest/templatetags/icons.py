"""`{% icon "upload" %}`: an icon's lines in the page itself, in the colour of the text around it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ingest.templatetags.vendored import icons

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "m") -> SafeString:
    """Decoration beside words, so hidden from screen readers. Sizes: "s" 16 px, "m" 20 px, "l" 24 px.

    An icon that static/vendor/icons.txt doesn't name is a mistake of the template: KeyError.
    """
    shapes = mark_safe(icons()[name])  # noqa: S308 - a file of ours, checked by its hash
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', size, shapes
    )

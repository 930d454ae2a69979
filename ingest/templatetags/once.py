"""What tells a form that is sent twice from two forms."""

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """A hidden field whose value differs each time that the page is shown."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid4().hex)

"""`{% vendor_script "htmx" %}`: a script of others, which the browser runs only if it is the very file we know."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ingest.templatetags.vendored import files

register = template.Library()


@register.simple_tag
def vendor_script(name: str) -> SafeString:
    """The element for a script that vendor.json lists under `name`."""
    entry = files()[name]
    return format_html(
        '<script src="{}" integrity="{}" defer></script>', static(f"vendor/{entry['file']}"), entry["sha384"]
    )

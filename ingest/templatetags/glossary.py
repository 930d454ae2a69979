"""`{% term "trait" %}`: a word that explains itself when it is pressed; without JavaScript, too."""

from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ingest.services.glossary import word

register = template.Library()

_USED: Final = "terms_on_this_page"


@register.simple_tag(takes_context=True)
def term(context: template.Context, slug: str, text: Any = "") -> SafeString:
    """The word, or `text` in its place, as a button that opens a note with its meaning and the way to the glossary.

    To be used in running text, never inside a label, a heading or a link. A note is on a page once: where the same
    term comes again it is plain text. Raises KeyError for a term that the glossary has not.
    """
    meaning = word(slug)
    shown = text or meaning.name
    if _is_again(context, slug):
        return format_html("{}", shown)
    note = f"term-{slug}"
    return format_html(
        '<button type="button" class="term" popovertarget="{}">{}</button>'
        '<span class="term-note" id="{}" popover><b>{}</b> <span>{}</span>{}<a href="{}#{}">{}</a></span>',
        note, shown, note, meaning.name, meaning.says, "" if meaning.says.endswith("。") else " ",
        reverse("glossary"), slug, _("More in the glossary"),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def terms(context: template.Context, *slugs: str) -> SafeString:
    """A line with words that stand in labels or headings of this page, where they can't explain themselves."""
    words = format_html_join(_(", "), "{}", ((term(context, slug),) for slug in slugs))
    return format_html('<p class="hint">{}</p>', format_html(_("Words on this page: {words}"), words=words))


def _is_again(context: template.Context, slug: str) -> bool:
    """Whether this page has the note already. What is included shares nothing with its page but the request."""
    request = context.get("request")
    used = vars(request).setdefault(_USED, set()) if request is not None else set()
    is_again = slug in used
    used.add(slug)
    return is_again

"""Lists and rows of sentences, joined as the language of the page joins them."""

import re
from typing import Final

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ingest.services.phrases import in_a_row, listed

register = template.Library()

# A full-width mark brings its own distance; what follows it may stand in a link or an emphasis.
_AFTER_A_MARK: Final = re.compile(r"(?<=[。，；：！？、）])(?:\s|</?(?:a|b|button|span|strong)\b[^<>]*>)+")

register.filter("in_a_list", listed)
register.filter("sentences", in_a_row)
# The tag `translate` doubles every % of what a variable holds, and finds no translation then.
register.filter("translated", gettext)


@register.simple_block_tag
def one_after_the_other(content: SafeString) -> SafeString:
    """Sentences that stand on lines of their own in a template: after Chinese ones, no blank is left. For words of ours
    only: of what somebody entered in a field, nothing may change.
    """
    return mark_safe(_AFTER_A_MARK.sub(_without_blanks, content))  # noqa: S308 - the tags were there before


def _without_blanks(found: re.Match[str]) -> str:
    tags = re.findall(r"<[^<>]*>", found.group())
    return "".join(tags)

"""Words and sentences one after the other, joined as the reader's language joins them."""

import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

_WIDE: Final = "[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
_PLACE: Final = re.compile(rf"(?P<before>(?<={_WIDE}) )?%\((?P<name>\w+)\)s(?P<after> (?={_WIDE}))?")


def filled(template: str, **words: str) -> str:
    """A template with its words. A blank that parts Chinese from Latin falls away where the word is Chinese, too."""

    def one(found: re.Match[str]) -> str:
        word = str(words[found["name"]])
        before = "" if re.match(_WIDE, word) else found["before"] or ""
        after = "" if re.match(_WIDE, word[-1:]) else found["after"] or ""
        return before + word + after

    return _PLACE.sub(one, template)


def listed(words: Iterable[str]) -> str:
    """A list: red, green, blue."""
    # Translators: what stands between the members of a list
    return _(", ").join(map(str, words))


def listed_with_and(words: Iterable[str]) -> str:
    """A list that ends: red, green and blue."""
    *others, last = [str(word) for word in words] or [""]
    if not others:
        return last
    # Translators: the end of a list, such as "red, green" and "blue"
    return filled(_("%(others)s and %(last)s"), others=listed(others), last=last)


def listed_apart(parts: Iterable[str]) -> str:
    """A list whose members may hold commas: gives Gold, Silver; takes away Bronze."""
    # Translators: what stands between the parts of a list whose members may hold commas
    return _("; ").join(map(str, parts))


def in_a_row(sentences: Iterable[str]) -> str:
    """Whole sentences, one behind the other: Chinese leaves no blank between them."""
    # Translators: two whole sentences, one behind the other
    between = _("%(sentence)s %(next)s") % {"sentence": "", "next": ""}
    return between.join(filter(None, map(str, sentences)))

"""Words and sentences one after the other, joined as the reader's language joins them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


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
    return _("%(others)s and %(last)s") % {"others": listed(others), "last": last}


def listed_apart(parts: Iterable[str]) -> str:
    """A list whose members may hold commas: gives Gold, Silver; takes away Bronze."""
    # Translators: what stands between the parts of a list whose members may hold commas
    return _("; ").join(map(str, parts))


def in_a_row(sentences: Iterable[str]) -> str:
    """Whole sentences, one behind the other: Chinese leaves no blank between them."""
    # Translators: two whole sentences, one behind the other
    between = _("%(sentence)s %(next)s") % {"sentence": "", "next": ""}
    return between.join(filter(None, map(str, sentences)))

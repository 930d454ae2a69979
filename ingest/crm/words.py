"""How words for people are marked in rooms that know no framework, and filled so that they can still be translated."""

from collections.abc import Callable, Mapping
from typing import Self

from ingest.aam.words import gettext_noop as gettext_noop  # noqa: PLC0414 - said here for all of crm and above


class Filled(str):
    """English words that know the template they were made from, and what it was filled with: other words among it."""

    __slots__ = ("params", "template")
    template: str
    params: Mapping[str, str | int]

    def __new__(cls, template: str, **params: str | int) -> Self:
        """Fill a template whose parameters stand in it as `%(name)s`."""
        words = super().__new__(cls, template % params)
        words.template, words.params = template, params
        return words

    def __reduce__(self) -> tuple[Callable[..., "Filled"], tuple[str, Mapping[str, str | int]]]:
        # Copied as other texts are, it would forget what it was made from.
        return _filled, (self.template, self.params)


def _filled(template: str, params: Mapping[str, str | int]) -> Filled:
    return Filled(template, **params)


def in_words_of(translate: Callable[[str], str], words: str) -> str:
    """Marked or filled words, translated from the inside out. What is no marked text is left as it is."""
    if not isinstance(words, Filled):
        return translate(words) if words else words
    template = translate(words.template) if words.template else ""
    params = {
        name: in_words_of(translate, value) if isinstance(value, Filled) else value
        for name, value in words.params.items()
    }
    return template % params

"""The glossary in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ingest.aam.glossary import GLOSSARY, PARAMETERS


@dataclass(frozen=True)
class Word:
    """A term as it is shown, and the terms that go with it as pairs of name in addresses and word."""

    slug: str
    name: str
    says: str
    see: tuple[tuple[str, str], ...]


def word(slug: str) -> Word:
    """One term. Raises KeyError for one that the glossary has not."""
    term = GLOSSARY[slug]
    see = tuple((other, _(GLOSSARY[other].name)) for other in term.see)
    return Word(slug, _(term.name), _(term.says) % PARAMETERS, see)


def words() -> list[Word]:
    """All of them, by the alphabet of the reader's language as far as code points know it."""
    return sorted(map(word, GLOSSARY), key=lambda one: one.name.casefold())

"""What the tools of the help say, in the reader's language, about something that was pasted. Nothing of it is kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES, DataSourceId
from ingest.aam.id_kinds import ODDITIES, Fit, Recognised, case_words, recognise
from ingest.aam.id_sync import Snippets, snippets
from ingest.aam.id_sync_check import Expected, check_address
from ingest.aam.identifiers import IdType
from ingest.aam.naming import FileNameError, parse_file_name
from ingest.aam.naming_parts import name_parts
from ingest.models import DataSource, Membership
from ingest.services.file_names import Chip, chips_of
from ingest.services.id_words import ID_WORDS, Text

_HASH: Final = hashlib.sha256(b"ada@example.com").hexdigest()


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a name: the name in three pieces, the middle one the mistake (empty: something is missing)."""

    before: str
    at: str
    after: str
    found: str
    expected: str
    what_to_do: str


@dataclass(frozen=True)
class NameExplained:
    """A name: its parts, or its mistake."""

    text: str
    chips: tuple[Chip, ...] = ()
    mistake: Mistake | None = None


def explain_name(text: str, memberships: Iterable[Membership]) -> NameExplained:
    """Take a name apart, with the data sources of these workspaces by their names; or say where it is wrong."""
    try:
        name = parse_file_name(text)
    except FileNameError as error:
        start, end = error.span
        return NameExplained(text, mistake=Mistake(text[:start], text[start:end], text[end:], *error.say(_)))
    workspaces = [membership.workspace_id for membership in memberships]
    called = dict(DataSource.objects.filter(workspace__in=workspaces).values_list("dpid", "name"))
    return NameExplained(text, chips_of(name_parts(name, names=called)))


@dataclass(frozen=True)
class Kind:
    """One kind that an ID can be: its name, Adobe's data source for it where there is one, and what happens to it."""

    label: Text
    where: Text
    dpid: int | None
    note: str
    is_changed: bool


@dataclass(frozen=True)
class IdExplained:
    """An ID: the kinds that it can be, the likely ones first, and what is odd, each with what to do."""

    text: str
    likely: tuple[Kind, ...]
    possible: tuple[Kind, ...]
    oddities: tuple[tuple[str, str], ...]
    is_personal: bool

    @property
    def is_none(self) -> bool:
        """Whether it can be no ID at all."""
        return not self.likely and not self.possible and not self.is_personal


def explain_ids(lines: Sequence[str]) -> list[IdExplained]:
    """What each of these texts can be."""
    return [_explained(recognise(line)) for line in lines]


def _explained(found: Recognised) -> IdExplained:
    # Where a fixed shape fits, what takes nearly any text says little; where none does, that is the answer.
    shaped = [fit for fit in found.fits if fit.rule.template is not None]
    likely = [fit for fit in shaped if not fit.is_changed] or shaped
    if not likely:
        likely = [fit for fit in found.fits if fit.type is IdType.CUSTOMER_ID]
    possible = [fit for fit in found.fits if fit not in likely]
    odd = tuple((_(ODDITIES[one].meaning), _(ODDITIES[one].what_to_do)) for one in found.oddities)
    return IdExplained(found.text, tuple(map(_kind, likely)), tuple(map(_kind, possible)), odd, found.is_personal)


def _kind(fit: Fit) -> Kind:
    words = ID_WORDS[fit.type]
    dpid = next((source.dpid for source in GLOBAL_DATA_SOURCES.values() if source.id_type is fit.type), None)
    said = case_words(fit)
    return Kind(words.label, words.where, dpid, _(said) if said else "", fit.is_changed)


@dataclass(frozen=True)
class Fault:
    """What is wrong with an address, or worth a look: the piece that is meant, why, what to do."""

    at: str
    meaning: str
    what_to_do: str
    is_wrong: bool


@dataclass(frozen=True)
class AddressExplained:
    """An address: its pieces, and what is wrong with it."""

    chips: tuple[Chip, ...]
    faults: tuple[Fault, ...]
    is_right: bool


def explain_address(text: str, source: DataSource | None = None) -> AddressExplained:
    """Take an address apart and judge it. `source`: the data source whose IDs it should link."""
    expected = None if source is None else Expected(source.dpid, IdType(source.id_type))
    checked = check_address(text, expected)
    chips = tuple(Chip(piece.text, *piece.say(_)) for piece in checked.pieces)
    faults = tuple(Fault(found.at, *found.say(_), found.is_wrong) for found in checked.found)
    return AddressExplained(chips, faults, checked.is_right)


def snippets_for(source: DataSource, user_id: str = "", code: str = "") -> Snippets:
    """What a website needs to link an ID of this data source; with an invented one where none is given."""
    id_type = IdType(source.id_type)
    example = _HASH if id_type is IdType.HASHED_EMAIL else ID_WORDS[id_type].example
    return snippets(DataSourceId(source.dpid), user_id or example, code=code)

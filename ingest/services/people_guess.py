"""What the data say about who people are: our guesses, what must not be an ID, where a choice and the data differ."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from ingest.aam.identifiers import ID_RULES, IdType
from ingest.crm.catalogue import Catalogue
from ingest.crm.mapping import Kind, Transform
from ingest.crm.mapping_members import Place
from ingest.crm.mapping_problems import Problems
from ingest.crm.mapping_transforms import read_transforms
from ingest.crm.proposals import (
    ColumnLook,
    Confidence,
    EmailGuess,
    IdGuess,
    LooksLike,
    Personal,
    are_rounded,
    fit_of,
    id_guesses_of,
    propose_columns,
    propose_emails,
    propose_ids,
    propose_sync_ids,
)
from ingest.engine.errors import FileProblem
from ingest.models import Batch
from ingest.services.files import FileGone
from ingest.services.id_words import ID_WORDS, Text
from ingest.services.look import PROPOSALS_NEED, look_at_file_of
from ingest.services.reader import reader_of

SHOWN_SAMPLES: Final = 3
_CLEAR: Final = 0.5
_KEPT_SECONDS: Final = 86_400

T = TypeVar("T")


@dataclass(frozen=True)
class PersonalColumn:
    """Personal data in a column, and why we think so. `can_be_hashed`: hashed, these may be an ID."""

    what: Personal
    reason: str
    can_be_hashed: bool


class Columns:
    """The columns of a batch's file, as far as they can identify people.

    Guesses take every value of the first rows and some time, so they are kept: they hold names and numbers, no cell.
    """

    def __init__(self, batch: Batch) -> None:
        """Take a first look. Raises FileProblem and FileGone."""
        self._batch = batch
        found = look_at_file_of(batch).columns
        self.looks = _usable(found)
        self.not_usable = len(found) - len(self.looks)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that a mapping can use, in the order of the file."""
        return tuple(self.looks)

    def samples(self, name: str) -> tuple[str, ...]:
        """The most frequent values of a column."""
        return tuple(value for value, _count in self.looks[name].samples[:SHOWN_SAMPLES])

    @cached_property
    def rounded(self) -> tuple[str, ...]:
        """Columns whose IDs a spreadsheet has rounded: nobody can be recognised by them any more."""
        return tuple(name for name, look in self.looks.items() if are_rounded(look))

    @cached_property
    def id_guesses(self) -> tuple[IdGuess, ...]:
        """Who is identified by what, the best guess first."""
        return self._whole(self._kept("ids", lambda: propose_ids(self._all())))

    @cached_property
    def customer_guesses(self) -> tuple[IdGuess, ...]:
        """Customer IDs alone, which hashed e-mails are sent for."""
        return self._whole(self._kept("customers", lambda: propose_ids(self._all(), Kind.HASHED_EMAILS)))

    @cached_property
    def sync_guesses(self) -> tuple[IdGuess, ...]:
        """One guess for each column of IDs, those that may stand first in front."""
        return self._whole(self._kept("sync", lambda: propose_sync_ids(self._all())))

    @cached_property
    def email_guesses(self) -> tuple[EmailGuess, ...]:
        """Columns of addresses or of their hashes."""
        return self._kept("emails", lambda: propose_emails(self._all()))

    def guess_of_type(self, id_type: IdType) -> IdGuess | None:
        """The best guess of one kind of ID."""
        return next((guess for guess in self.id_guesses if guess.type is id_type), None)

    def conflict(self, name: str, id_type: IdType, transforms: tuple[Transform, ...]) -> "Conflict | None":
        """Where a choice of kind and the data differ enough to be said; None for a column that the file has not."""
        if name not in self.looks:
            return None
        # in a tuple, since a cache takes None for nothing
        (found,) = self._kept(
            f"conflict {name!r} {id_type} {transforms!r}", lambda: (_conflict(self._deep[name], id_type, transforms),)
        )
        return found

    def personal(self, name: str) -> PersonalColumn | None:
        """What personal data a column holds, by its values or by its name.

        IDs among which some look like telephone numbers are IDs all the same: many begin with 0.
        """
        (proposals,) = propose_columns([self._deep[name]], Catalogue())
        if proposals.personal is None or proposals.partly:
            return None
        return PersonalColumn(
            proposals.personal, proposals.best.reason.say(_), can_be_hashed=proposals.personal is Personal.EMAIL
        )

    def holds(self, name: str, looks_like: LooksLike) -> bool:
        """Whether a column looks like this."""
        (proposals,) = propose_columns([self._deep[name]], Catalogue())
        return proposals.looks_like is looks_like

    @cached_property
    def _deep(self) -> dict[str, ColumnLook]:
        return _usable(look_at_file_of(self._batch, samples=PROPOSALS_NEED).columns)

    def _all(self) -> list[ColumnLook]:
        return list(self._deep.values())

    def _whole(self, guesses: tuple[IdGuess, ...]) -> tuple[IdGuess, ...]:
        return tuple(guess for guess in guesses if guess.column not in self.rounded)

    def _kept(self, what: str, make: Callable[[], T]) -> T:
        about = f"{settings.VERSION} {self._batch.upload_id} {reader_of(self._batch)!r} {what}"
        key = f"people-{sha256(about.encode()).hexdigest()}"
        kept: T | None = cache.get(key)
        if kept is None:
            kept = make()
            cache.set(key, kept, _KEPT_SECONDS)
        return kept


def _usable(looks: Iterable[ColumnLook]) -> dict[str, ColumnLook]:
    """By name: the columns that a mapping can name, since they have a name and no other column has it."""
    looks = list(looks)
    counts = Counter(look.name for look in looks)
    return {look.name: look for look in looks if look.name and counts[look.name] == 1}


@dataclass(frozen=True)
class Conflict:
    """The chosen kind fits few values of the column (`fit`, 0..1), another one (`better`) most of them or none does."""

    column: str
    chosen: IdType
    fit: float
    better: IdGuess | None

    @property
    def chosen_words(self) -> Text:
        """What was chosen, in words."""
        return ID_WORDS[self.chosen].plural

    @property
    def better_words(self) -> Text:
        """What the values look like, in words."""
        return ID_WORDS[self.better.type].plural if self.better else ""


def _conflict(look: ColumnLook, id_type: IdType, transforms: tuple[Transform, ...]) -> Conflict | None:
    if not look.filled:
        return None
    fit = fit_of(look, id_type, transforms).share
    best = next(iter(id_guesses_of(look)), None)
    if fit >= _CLEAR and not _looks_like_another(best, id_type):
        return None
    better = best if best is not None and best.type is not id_type and best.fit > _CLEAR else None
    return Conflict(look.name, id_type, fit, better)


def _looks_like_another(best: IdGuess | None, id_type: IdType) -> bool:
    """A likely guess of another kind, unless both have the same shape and case: a Roku ID looks like Google's."""
    if best is None or best.type is id_type or best.confidence is Confidence.GUESS:
        return False
    one, other = ID_RULES[best.type], ID_RULES[id_type]
    return one.template is None or (one.template, one.case) != (other.template, other.case)


def id_in(mapping: Mapping[str, Any]) -> tuple[str, IdType] | None:
    """The ID column of a mapping and its kind, where they are said."""
    entry = mapping.get("id")
    return (entry["column"], IdType(entry["type"])) if isinstance(entry, dict) else None


def warning_about_id(batch: Batch) -> Conflict | None:
    """Where the chosen kind of ID and the batch's file differ; that is worth a warning and stops nobody."""
    chosen = id_in(batch.mapping)
    if chosen is None:
        return None
    try:
        return Columns(batch).conflict(*chosen, _transforms_in(batch.mapping))
    except (FileGone, FileProblem):
        return None


def _transforms_in(mapping: Mapping[str, Any]) -> tuple[Transform, ...]:
    return read_transforms(Place(mapping["id"].get("transforms", []), "", Problems())) or ()

"""The names that a batch's files will have, or have got, taken apart for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ingest.aam.naming import parse_file_name
from ingest.aam.naming_parts import NamePart, name_parts
from ingest.crm.mapping import MappingError
from ingest.engine.names import part_names
from ingest.models import Batch, DataSource
from ingest.services.mapping_digest import document_of
from ingest.services.sealing import is_sealed

_SOME_TIME: Final = 1_000_000_000
SHOWN: Final = 5


@dataclass(frozen=True)
class Chip:
    """A piece of a name in the reader's language, for components/file_name.html."""

    text: str
    label: str
    help: str


@dataclass(frozen=True)
class Names:
    """The names of `count` parts: the first ones as they will be (an ellipsis for the time), the very first explained.

    `count` is 0 where nothing has been built yet: then there is one name, as if there were one part.
    """

    shown: tuple[str, ...]
    chips: tuple[Chip, ...]
    count: int

    @property
    def first(self) -> str:
        """The first name."""
        return self.shown[0]

    @property
    def more(self) -> int:
        """How many names are not shown."""
        return max(0, self.count - len(self.shown))


def planned_names(batch: Batch, parts: int = 0) -> Names | None:
    """The names that the parts of a batch will have but for the time; None while its mapping is not complete."""
    try:
        document = document_of(batch)
    except MappingError:
        return None
    texts = part_names(document, _SOME_TIME, max(1, parts), is_sealed=is_sealed(document))[:SHOWN]
    called = _called(batch)
    pieces = [
        name_parts(parse_file_name(text), is_sent=False, count=parts or None, names=called) for text in texts
    ]  # fmt: skip
    return Names(tuple(map(_together, pieces)), chips_of(pieces[0]), parts)


def explained(batch: Batch, name: str, parts: int) -> tuple[Chip, ...]:
    """The name of a part that was sent, or is about to be, piece by piece."""
    return chips_of(name_parts(parse_file_name(name), count=parts, names=_called(batch)))


def chips_of(pieces: Iterable[NamePart]) -> tuple[Chip, ...]:
    """The pieces in the language of the page."""
    said = ((piece.text, *piece.say(_)) for piece in pieces)
    return tuple(Chip(text, label, sentence) for text, label, sentence in said)


def _together(pieces: Iterable[NamePart]) -> str:
    return "".join(piece.joint + piece.text for piece in pieces)


def _called(batch: Batch) -> dict[int, str]:
    sources = DataSource.objects.filter(workspace=batch.workspace)
    return dict(sources.values_list("dpid", "name"))

"""How the columns of a file differ from those of last time: what is gone, what is new, what has another name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.crm.mapping import ColumnMapping, Kind, MappingDocument, MappingError, column_to_document
from ingest.crm.proposals import Difference, compare_header
from ingest.models import Batch
from ingest.services.look import look_at_file_of
from ingest.services.mapping_digest import document_of
from ingest.services.people import identifying_columns
from ingest.services.remembered import Kept


@dataclass(frozen=True)
class Since:
    """The differences, and the transfer that this file is compared with: the batch itself when its file was replaced.

    `entries` are those of the mapping whose columns are gone, by their old name. `before` is what columns became then
    by name, None for those that were not sent.
    """

    batch: Batch
    difference: Difference
    entries: Mapping[str, dict[str, Any]]
    before: Mapping[str, ColumnMapping | None]

    @property
    def gone(self) -> tuple[str, ...]:
        """The columns that were sent last time and are not in this file."""
        return tuple(name for name in self.difference.gone if name in self.entries)

    @property
    def gone_unsent(self) -> tuple[str, ...]:
        """The columns that were not sent last time either and are not in this file."""
        return tuple(name for name, was in self.before.items() if was is None and name not in self.difference.same)

    def old_name(self, column: str) -> str:
        """What a column may have been called last time; empty when nothing speaks for it."""
        pairs = self.difference.renamed
        return next((pair.old for pair in pairs if pair.new == column and pair.old in self.entries), "")

    def entry_for(self, column: str) -> dict[str, Any] | None:
        """What the column was sent as under its old name."""
        entry = self.entries.get(self.old_name(column))
        return None if entry is None else {**entry, "column": column}


def lost_ids(batch: Batch) -> tuple[str, ...]:
    """The columns that identify people and are not in this file: it was replaced, or its answers are of another one.

    Raises FileProblem and FileGone.
    """
    header = {look.name for look in look_at_file_of(batch).columns}
    return tuple(name for name in identifying_columns(batch.mapping) if name not in header)


def since_last_time(batch: Batch, closest: Kept, header: Sequence[str]) -> Since | None:
    """Compare a header with the batch's own mapping where that names what is gone, else with the closest one before.

    None when the columns are the same, or when the earlier file was an altogether different one.
    """
    document = _document(batch)
    own = _compared(batch, document, header) if document is not None else None
    if own is not None and own.entries:
        return own
    if closest.batch is None or closest.document is None or closest.is_same_header:
        return None
    found = _compared(closest.batch, closest.document, header)
    return found if found is not None and (found.entries or found.difference.new or found.gone_unsent) else None


def _document(batch: Batch) -> MappingDocument | None:
    try:
        document = document_of(batch)
    except MappingError:
        return None
    return document if document.kind is Kind.TRAITS else None


def _compared(source: Batch, document: MappingDocument, header: Sequence[str]) -> Since | None:
    difference = compare_header(document, header, [*document.named_columns, *source.not_sent])
    used = document.named_columns
    entries = {
        column.column: dict(column_to_document(column))
        for column in document.columns
        if column.column in difference.gone
    }
    before = {**dict.fromkeys(source.not_sent), **{column.column: column for column in document.columns}}
    # More than half of the columns are others: that was another kind of file.
    is_alike = 2 * len(set(used) & set(difference.same)) >= len(used)
    return Since(source, difference, entries, before) if is_alike else None

"""S4: the columns of a batch's file beside what each becomes: answered, proposed, or still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext

from ingest.crm.mapping import (
    ColumnMapping,
    Kind,
    MappingError,
    parse_column,
)
from ingest.crm.proposals import (
    OWN_NAME,
    ColumnLook,
    ColumnProposals,
    Confidence,
    Personal,
    Proposal,
    Source,
    WayOut,
    name_of_entry,
)
from ingest.models import Batch
from ingest.services.column_words import said
from ingest.services.columns_proposed import proposals_for
from ingest.services.columns_since import Since, since_last_time
from ingest.services.look import look_at_file_of
from ingest.services.mapping_digest import document_of
from ingest.services.remembered import remembered_for

NOW: Final = "now"
NOT_SENT: Final = "none"
EDIT: Final = "edit"
MOST_OFFERED: Final = 3
"""Proposals in the short list of a column; the editor has everything."""
_BELIEVED: Final = (Confidence.SURE, Confidence.LIKELY)
_HASHES: Final = frozenset({"sha256", "email_sha256"})


class RowState(StrEnum):
    """Where the answer for a column is."""

    MATCHED = "matched"
    GUESSED = "guessed"
    OPEN = "open"
    NOT_SENT = "not_sent"
    TAKEN = "taken"
    UNUSABLE = "unusable"
    REMEMBERED = "remembered"


_NO_QUESTION: Final = frozenset({RowState.TAKEN, RowState.UNUSABLE})
SENT: Final = frozenset({RowState.MATCHED, RowState.GUESSED, RowState.REMEMBERED})
"""The columns that are sent, as it stands now."""


@dataclass(frozen=True)
class Choice:
    """One thing that a column can become; `value` is what a form sends for it. `mapping`: as in the document."""

    value: str
    label: str
    mapping: dict[str, Any] | None


@dataclass(frozen=True)
class Row:
    """One column: how it looks, what can be chosen, what is chosen (empty: nothing yet).

    `is_answered`: somebody has decided, here or in the transfer that this one was copied from. `reason` says why we
    propose what we propose, or why there is no choice.
    """

    look: ColumnLook
    proposals: ColumnProposals
    state: RowState
    choices: tuple[Choice, ...] = ()
    chosen: str = ""
    is_answered: bool = False
    reason: str = ""

    @property
    def column(self) -> str:
        """Its name."""
        return self.look.name

    @property
    def position(self) -> int:
        """Its place in the file, from 0."""
        return self.look.position

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to choose."""
        return self.state not in _NO_QUESTION

    @property
    def is_personal(self) -> bool:
        """Whether it holds, or seems to hold, personal data and nobody has decided about it."""
        return self.state is RowState.OPEN and self.proposals.personal is not None

    @property
    def can_be_hashed(self) -> bool:
        """Whether hashing is a way out."""
        return WayOut.HASH in self.proposals.ways_out

    @property
    def suggested(self) -> Choice | None:
        """What stands first. Personal data is left out; where it can be hashed instead, people decide themselves."""
        if not self.is_asked or (self.is_personal and self.can_be_hashed):
            return None
        return self.choices[-1] if self.is_personal or self.proposals.best.mapping is None else self.choices[0]

    @property
    def is_named_only(self) -> bool:
        """Whether nothing but the name of the column speaks for what is suggested."""
        plain = self.suggested is not None and not self.is_personal
        return plain and self.proposals.best.reason.template == OWN_NAME

    def choice(self, value: str) -> Choice | None:
        """The choice of this value."""
        return next((choice for choice in self.choices if choice.value == value), None)


@dataclass(frozen=True)
class Table:
    """All columns of a batch's file, in the order of the file.

    `alike`: an earlier transfer of a file with the same columns. `since`: how the columns differ from last time.
    `looked_at`: how many rows the file begins with were looked at, of which `broken` say nothing about columns.
    """

    batch: Batch
    looks: tuple[ColumnLook, ...]
    proposals: tuple[ColumnProposals, ...]
    alike: Batch | None = None
    since: Since | None = None
    looked_at: int = 0

    @property
    def broken(self) -> int:
        """How many of the rows that were looked at could not be taken apart."""
        return self.looked_at - self.looks[0].rows if self.looks else 0

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every column with what it can become."""
        return tuple(map(self.row, self.looks))

    def row(self, look: ColumnLook) -> Row:
        """One of the columns."""
        present = self._present.get(look.name)
        return _row(look, self.proposals[look.position], present, self.batch.not_sent, self.since)

    @cached_property
    def _present(self) -> Mapping[str, Choice]:
        """What columns become now. Mostly the whole mapping was parsed already, which need not be done once more."""
        try:
            parsed = {column.column: column for column in document_of(self.batch).columns}
        except MappingError:
            parsed = {}
        entries = {entry["column"]: entry for entry in self.batch.mapping.get("columns", ())}
        return {
            name: Choice(NOW, said(parsed.get(name) or mapping_of(entry)), entry) for name, entry in entries.items()
        }  # fmt: skip

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many columns are in which state; `all` of them, `done`: those that are sent as it stands now."""
        counts = {state.value: sum(row.state is state for row in self.rows) for state in RowState}
        return counts | {"all": len(self.rows), "done": sum(counts[state] for state in SENT)}

    @cached_property
    def all_remembered(self) -> bool:
        """Whether everything is answered, just as in the earlier transfer."""
        if self.alike is None or self.counts["open"]:
            return False
        earlier = {entry["column"]: mapping_of(entry) for entry in self.alike.mapping.get("columns", ())}
        chosen = ((row.column, row.choice(row.chosen)) for row in self.rows if row.is_asked)
        return all(
            earlier.get(column) == (mapping_of(choice.mapping) if choice and choice.mapping else None)
            for column, choice in chosen
        )

    @cached_property
    def changed(self) -> frozenset[int]:
        """The columns that can be answered and are not as last time: new ones, open ones, others than then."""
        return frozenset(row.position for row in self.rows if row.is_asked and not self._is_as_before(row))

    @cached_property
    def unchanged(self) -> Mapping[str, int]:
        """How many columns are as last time: `all`, those that are `sent`, those that are `not_sent`."""
        states = [row.state for row in self.rows if row.is_asked and row.position not in self.changed]
        not_sent = states.count(RowState.NOT_SENT)
        return {"all": len(states), "sent": len(states) - not_sent, "not_sent": not_sent}

    @cached_property
    def shows_changes(self) -> bool:
        """Whether the columns that are not as last time can be shown without the others."""
        return self.since is not None and self.alike is None and bool(self.unchanged["all"])

    def _is_as_before(self, row: Row) -> bool:
        choice = row.choice(row.chosen)
        if self.since is None or choice is None or row.column not in self.since.before:
            return False
        was = self.since.before[row.column]
        if was is None or choice.mapping is None:
            return was is None and choice.mapping is None
        return was == mapping_of(choice.mapping)


def has_columns_to_match(batch: Batch) -> bool:
    """Only trait data has columns beside IDs."""
    return bool(batch.mapping.get("kind") == Kind.TRAITS)


def table_of(batch: Batch) -> Table:
    """The columns of the batch's file with their answers and proposals. Raises FileProblem and FileGone."""
    examined = look_at_file_of(batch)
    looks = examined.columns
    own, workspace = remembered_for(batch, [look.name for look in looks])
    proposals = proposals_for(batch, own=own, workspace=workspace)
    since = since_last_time(batch, own if own.batch else workspace, [look.name for look in looks])
    alike = next((kept.batch for kept in (own, workspace) if kept.is_same_header), None)
    return Table(batch, looks, proposals, alike, since, examined.looked_at)


def _row(
    look: ColumnLook,
    found: ColumnProposals,
    present: Choice | None,
    not_sent: Sequence[str],
    since: Since | None,
) -> Row:
    if found.taken or not found.usable:
        state = RowState.TAKEN if found.taken else RowState.UNUSABLE
        return Row(look, found, state, reason=found.best.reason.say(gettext))
    if present is not None and is_forbidden(found, present.mapping or {}):
        present = None
    answer = present.mapping if present else None
    offered = [*_renamed(look, since), *map(_choice, found.proposals)]
    others = [choice for choice in offered if choice.mapping is not None and choice.mapping != answer][:MOST_OFFERED]
    left_out = Choice(NOT_SENT, said(None), None)
    if present is not None:
        return Row(look, found, RowState.MATCHED, (present, *others, left_out), NOW, is_answered=True)
    choices = (*others, left_out)
    if look.name in not_sent:
        return Row(look, found, RowState.NOT_SENT, choices, NOT_SENT, is_answered=True)
    return _proposed(look, found, choices, since)


def _proposed(look: ColumnLook, found: ColumnProposals, choices: tuple[Choice, ...], since: Since | None) -> Row:
    """A column that nobody has decided about: what we believe is preselected, everything else is asked."""
    best, reason = found.best, found.best.reason.say(gettext)
    old = since.old_name(look.name) if since else ""
    if old and found.personal is None:
        reason = gettext("It may be the column %(column)s of last time under another name.") % {"column": old}
        return Row(look, found, RowState.GUESSED, choices, choices[0].value, reason=reason)
    # Whoever decided about personal data before need not do so every month.
    is_decided = found.personal is None or best.source is not Source.LOOKS
    if best.confidence in _BELIEVED and not best.weak and is_decided:
        state = RowState.GUESSED if best.source is Source.LOOKS else RowState.REMEMBERED
        state = RowState.NOT_SENT if best.mapping is None else state
        return Row(look, found, state, choices, _choice(best).value, reason=reason)
    return Row(look, found, RowState.OPEN, choices, reason=reason)


def is_forbidden(found: ColumnProposals, entry: Mapping[str, Any]) -> bool:
    """Whether an answer would send personal data that the values prove; hashed addresses are nobody's name."""
    if not found.proven:
        return False
    names = {name for name in entry.get("transforms", ()) if isinstance(name, str)}
    return found.personal is not Personal.EMAIL or _HASHES.isdisjoint(names)


def _renamed(look: ColumnLook, since: Since | None) -> list[Choice]:
    entry = since.entry_for(look.name) if since else None
    return [] if entry is None else [Choice(f"p{name_of_entry(entry)}", said(mapping_of(entry)), entry)]


def _choice(proposal: Proposal) -> Choice:
    if proposal.entry is None:
        return Choice(NOT_SENT, said(None), None)
    return Choice(f"p{proposal.name}", said(proposal.mapping), dict(proposal.entry))


def mapping_of(entry: Mapping[str, Any]) -> ColumnMapping | None:
    """One entry of `columns` as a value; None when it is not valid by itself."""
    try:
        return parse_column(dict(entry))
    except MappingError:
        return None

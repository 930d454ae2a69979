"""Answers about columns: what is chosen on a page becomes members of the mapping."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.models import Batch, User
from ingest.services.answers import change
from ingest.services.columns import Row, Table
from ingest.services.look import look_at_file_of
from ingest.services.people import with_members


@dataclass(frozen=True)
class Answers:
    """What the mapping is when some choices are made: its columns and those left out; `open` rows are not answered."""

    columns: list[dict[str, Any]]
    not_sent: list[str]
    open: tuple[Row, ...]


def answers_with(table: Table, chosen: Mapping[int, str], *, seen: Collection[int] | None = None) -> Answers:
    """The answers with these choices (by position); other columns keep theirs, or what is proposed for them.

    `seen`: only these positions were on the page, so nothing that is merely proposed for another one is taken.
    """
    columns: list[dict[str, Any]] = []
    not_sent: list[str] = []
    open_rows: list[Row] = []
    for row in table.rows:
        if not row.is_asked:
            continue
        is_seen = seen is None or row.position in seen or row.is_answered
        choice = row.choice(chosen.get(row.position, row.chosen)) if is_seen else None
        if choice is None:
            open_rows.append(row)
        elif choice.mapping is None:
            not_sent.append(row.column)
        else:
            columns.append(choice.mapping)
    return Answers(columns, not_sent, tuple(open_rows))


def mapping_with(batch: Batch, columns: list[dict[str, Any]]) -> dict[str, Any]:
    """The batch's mapping with these columns."""
    return with_members(batch.mapping, columns=columns)


def save(
    batch: Batch, answers: Answers, *, actor: User, now: datetime, expected_version: int | None = None
) -> Batch:  # fmt: skip
    """Keep the answers, also while some columns are open. Raises answers.Stale and NotEditable."""
    mapping = mapping_with(batch, answers.columns)
    return change(
        batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping, not_sent=answers.not_sent
    )


def clear(batch: Batch, *, actor: User, now: datetime, expected_version: int | None = None) -> Batch:
    """Forget every answer about columns; proposals are made anew."""
    mapping = mapping_with(batch, [])
    return change(batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping, not_sent=[])


@dataclass(frozen=True)
class Answer:
    """What is decided about one column: an entry of `columns`, left out, or nothing yet."""

    entry: dict[str, Any] | None = None
    is_left_out: bool = False


def answer_of(batch: Batch, column: str) -> Answer:
    """What is decided now."""
    entry = next((entry for entry in batch.mapping.get("columns", ()) if entry["column"] == column), None)
    return Answer(entry, entry is None and column in batch.not_sent)


def all_answers(batch: Batch) -> dict[str, Answer]:
    """Every column that somebody has decided about, by name."""
    left_out = {column: Answer(is_left_out=True) for column in batch.not_sent}
    return left_out | {entry["column"]: Answer(entry) for entry in batch.mapping.get("columns", ())}


def difference(before: Mapping[str, Answer], now: Mapping[str, Answer]) -> dict[str, Answer]:
    """What was answered before for the columns whose answer is another one now, by name."""
    names = dict.fromkeys([*before, *now])
    return {name: before.get(name, Answer()) for name in names if before.get(name) != now.get(name)}


def put_back(
    batch: Batch, was: Mapping[str, Answer], *, actor: User, now: datetime, expected_version: int | None = None
) -> Batch:  # fmt: skip
    """Give columns the answers that they had; others keep theirs. Raises answers.Stale, NotEditable and FileProblem."""
    header = {look.name: look.position for look in look_at_file_of(batch).columns}
    answers = sorted({**all_answers(batch), **was}.items(), key=lambda item: header.get(item[0], len(header)))
    entries = [answer.entry for _column, answer in answers if answer.entry is not None]
    not_sent = [column for column, answer in answers if answer.is_left_out]
    return change(
        batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping_with(batch, entries),
        not_sent=not_sent,
    )  # fmt: skip


def with_one(
    batch: Batch, column: str, entry: dict[str, Any] | None, columns: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """These columns (None: those of the mapping) with another entry for one of them, in the order of the file."""
    header = {look.name: look.position for look in look_at_file_of(batch).columns}
    kept_now = batch.mapping.get("columns", ()) if columns is None else columns
    others = [kept for kept in kept_now if kept["column"] != column]
    return sorted([*others, *([entry] if entry else [])], key=lambda kept: header.get(kept["column"], len(header)))


def save_one(
    batch: Batch, column: str, answer: Answer, *, actor: User, now: datetime, expected_version: int | None = None
) -> Batch:  # fmt: skip
    """Keep the answer for one column. Raises answers.Stale, NotEditable, FileProblem and FileGone."""
    mapping = mapping_with(batch, with_one(batch, column, answer.entry))
    others = [name for name in batch.not_sent if name != column]
    not_sent = [*others, column] if answer.is_left_out else others
    return change(
        batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping, not_sent=not_sent
    )  # fmt: skip

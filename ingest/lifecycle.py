"""The states of a batch and of the files that it sends, and every move between them that is allowed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class BatchState(StrEnum):
    """Where a batch is on its way from a customer file to an environment."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    WAITING = "waiting"
    CHANGES_NEEDED = "changes_needed"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    PARTLY_SENT = "partly_sent"
    FAILED = "failed"
    PRACTISED = "practised"
    CANCELLED = "cancelled"


class BatchAction(StrEnum):
    """What moves a batch. People do the first ones, workers the others."""

    EDIT = "edit"
    CHECK = "check"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ASK_FOR_CHANGES = "ask_for_changes"
    APPROVE = "approve"
    PRACTISE = "practise"
    CANCEL = "cancel"
    RETRY = "retry"
    RESTORE = "restore"
    CHECK_FINISHED = "check_finished"
    CHECK_ENDED = "check_ended"
    VOID = "void"
    SEND = "send"
    SENT_ALL = "sent_all"
    SENT_SOME = "sent_some"
    SENT_NONE = "sent_none"


class PartState(StrEnum):
    """Where one part of a delivery is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Move:
    """An action is allowed in the states of `sources` and leads to `target`."""

    sources: frozenset[BatchState]
    target: BatchState


S = BatchState
A = BatchAction


def _move(target: BatchState, *sources: BatchState) -> Move:
    return Move(frozenset(sources), target)


MOVES: Final[Mapping[BatchAction, Move]] = MappingProxyType(
    {
        # A change of file, mapping or reading options makes results stale, so the batch is a draft again.
        A.EDIT: _move(S.DRAFT, S.DRAFT, S.CHECKED, S.CHANGES_NEEDED),
        A.CHECK: _move(S.CHECKING, S.DRAFT, S.CHECKED, S.CHANGES_NEEDED),
        # The answers are again those of an earlier check whose result is still whole.
        A.RESTORE: _move(S.CHECKED, S.DRAFT),
        A.CHECK_FINISHED: _move(S.CHECKED, S.CHECKING),
        # Stopped by a person, or the customer file cannot be used.
        A.CHECK_ENDED: _move(S.DRAFT, S.CHECKING),
        A.SUBMIT: _move(S.WAITING, S.CHECKED, S.CHANGES_NEEDED),
        # A practice run ends here: it is never asked for, approved or sent.
        A.PRACTISE: _move(S.PRACTISED, S.CHECKED),
        A.WITHDRAW: _move(S.CHECKED, S.WAITING),
        A.ASK_FOR_CHANGES: _move(S.CHANGES_NEEDED, S.WAITING),
        A.APPROVE: _move(S.APPROVED, S.WAITING),
        # What was approved is no longer what would be sent. While it is sent: as long as nothing has left the house.
        A.VOID: _move(S.CHECKED, S.WAITING, S.APPROVED, S.SENDING),
        A.SEND: _move(S.SENDING, S.APPROVED),
        A.SENT_ALL: _move(S.SENT, S.SENDING),
        A.SENT_SOME: _move(S.PARTLY_SENT, S.SENDING),
        A.SENT_NONE: _move(S.FAILED, S.SENDING),
        A.RETRY: _move(S.SENDING, S.FAILED, S.PARTLY_SENT),
        A.CANCEL: _move(S.CANCELLED, S.DRAFT, S.CHECKED, S.CHANGES_NEEDED, S.APPROVED, S.FAILED, S.PARTLY_SENT),
    }
)

EDITABLE: Final = MOVES[A.EDIT].sources
"""States in which the answers of the journey can be changed."""

FINISHED: Final = frozenset({S.SENT, S.PRACTISED, S.CANCELLED})
"""States that nothing leads out of."""


def is_allowed(action: BatchAction, state: BatchState) -> bool:
    """Whether the action may be done to a batch in this state."""
    return state in MOVES[action].sources


def actions_in(state: BatchState) -> frozenset[BatchAction]:
    """Every action that is allowed in a state."""
    return frozenset(action for action, move in MOVES.items() if state in move.sources)

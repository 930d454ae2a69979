"""What has happened to a batch and what comes next, from its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ingest.lifecycle import BatchAction, BatchState
from ingest.models import Batch, Event
from ingest.services.event_words import is_void_request, sentence_of
from ingest.services.state_words import NOT_SENT

A = BatchAction
S = BatchState
# What is worth a place on the timeline: the words, and how it looks. Whatever else happened is in the log.
TITLES: Final[Mapping[str, tuple[str | Promise, str]]] = MappingProxyType(
    {
        "batch.started": (_("Uploaded"), "done"),
        f"batch.{A.CHECK_FINISHED}": (_("Checked"), "done"),
        f"batch.{A.CHECK_ENDED}": (_("The check ended without a result"), "warning"),
        f"batch.{A.SUBMIT}": (_("Sent for approval"), "done"),
        f"batch.{A.WITHDRAW}": (_("Withdrawn"), "warning"),
        f"batch.{A.ASK_FOR_CHANGES}": (_("Changes asked for"), "warning"),
        f"batch.{A.APPROVE}": (_("Approved"), "done"),
        f"batch.{A.VOID}": (_("The approval became void"), "warning"),
        f"batch.{A.SEND}": (_("Sending began"), "done"),
        f"batch.{A.RETRY}": (_("Sending began again"), "done"),
        f"batch.{A.SENT_ALL}": (_("Sent"), "done"),
        f"batch.{A.SENT_SOME}": (_("Only a part was sent"), "error"),
        f"batch.{A.SENT_NONE}": (NOT_SENT, "error"),
        f"batch.{A.PRACTISE}": (_("Practice finished"), "done"),
        f"batch.{A.CANCEL}": (_("Cancelled"), "warning"),
        "batch.picked_up": (_("Picked up by the receiver"), "done"),
        "batch.not_picked_up": (_("Not picked up so far"), "warning"),
        "batch.receipt": (_("Adobe's receipt"), "done"),
        "batch.receipt_removed": (_("Adobe's receipt removed"), "warning"),
        "batch.taken_over": (_("Taken over"), "done"),
        "batch.copied": (_("Prepared from a transfer to beta"), "done"),
    }
)
# Where the title alone does not say enough, the event's own sentence stands below it.
_EXPLAINED: Final = frozenset(
    f"batch.{action}" for action in (A.CHECK_FINISHED, A.VOID, A.SENT_ALL, A.SENT_SOME, A.SENT_NONE)
) | {"batch.picked_up", "batch.not_picked_up", "batch.receipt"}
# What comes next in each state, the first of it under way.
NEXT: Final[Mapping[str, tuple[tuple[str | Promise, str], ...]]] = MappingProxyType(
    {
        S.DRAFT: ((_("Being prepared"), "now"), (_("Check"), "next"), (_("Approval"), "next"), (_("Sending"), "next")),
        S.CHECKING: ((_("Being checked"), "now"), (_("Approval"), "next"), (_("Sending"), "next")),
        S.CHECKED: ((_("To be sent for approval"), "now"), (_("Approval"), "next"), (_("Sending"), "next")),
        S.WAITING: ((_("Waiting for approval"), "now"), (_("Sending"), "next")),
        S.CHANGES_NEEDED: ((_("Being changed"), "now"), (_("Approval"), "next"), (_("Sending"), "next")),
        S.APPROVED: ((_("Waiting for its time"), "now"), (_("Sending"), "next")),
        S.SENDING: ((_("Being sent"), "now"),),
    }
)
_END_OF_PRACTICE: Final = (_("End of the practice run: nothing is sent"), "next")


@dataclass(frozen=True)
class Moment:
    """One point of the timeline; `state` is done, now, next, warning or error."""

    title: str | Promise
    state: str
    at: datetime | None = None
    who: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the activity log: the event, and what it says."""

    event: Event
    sentence: str


def events_of(batch: Batch) -> list[Event]:
    """In the order in which they were written: clocks of several machines differ, the database's numbers don't."""
    return sorted(batch.events.select_related("actor").order_by(), key=lambda event: event.pk)


def timeline_of(batch: Batch, events: Iterable[Event]) -> list[Moment]:
    """What happened, oldest first, and what comes next."""
    reasons = {str(decision.pk): decision.reason for decision in batch.decisions.all()}
    happened = [_moment(event, reasons) for event in events if event.kind in TITLES]
    return [*happened, *(Moment(title, state) for title, state in _next_of(batch))]


def _next_of(batch: Batch) -> tuple[tuple[str | Promise, str], ...]:
    coming = NEXT.get(batch.state, ())
    if not batch.is_practice or not coming:
        return coming
    if batch.state == S.CHECKED:
        return ((_("To be finished"), "now"), _END_OF_PRACTICE)
    # The last two are approval and sending, which a practice run has not.
    return (*coming[:-2], _END_OF_PRACTICE)


def _moment(event: Event, reasons: Mapping[str, str]) -> Moment:
    title, state = TITLES[event.kind]
    if is_void_request(event):
        title = _("The request for approval no longer counts")
    if event.after.get("alarm") and event.kind == "batch.receipt":
        title, state = _("Adobe's receipt differs"), "warning"
    who = event.actor.name if event.actor else ""
    reason = reasons.get(str(event.after.get("decision")), "") if event.kind == f"batch.{A.ASK_FOR_CHANGES}" else ""
    note = reason or (sentence_of(event) if event.kind in _EXPLAINED else "")
    return Moment(title, state, event.at, who, note)


def log_of(events: Iterable[Event]) -> list[Entry]:
    """Every event of a batch in words."""
    return [Entry(event, sentence_of(event)) for event in events]

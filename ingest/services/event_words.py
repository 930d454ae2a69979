"""What an event says, in a sentence of the reader's language. The event itself stays as it was written."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from ingest.lifecycle import BatchAction, BatchState
from ingest.models import Event
from ingest.services.number_words import grouped
from ingest.services.phrases import listed_with_and

A = BatchAction
EVENTS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "batch.started": gettext_lazy("The transfer was started"),
        "batch.copied": gettext_lazy("Prepared for production with the very files of T-%(copied_from)s"),
        "batch.answers": gettext_lazy("Changed: %(changed)s"),
        "batch.corrections": ngettext_lazy(
            "%(replaced)s corrected row was put in its place", "%(replaced)s corrected rows were put in their places",
            "replaced",
        ),
        "batch.taken_over": gettext_lazy("Another maker took the transfer over"),
        "batch.stop_sending": ngettext_lazy(
            "Sending was stopped; %(held_back)s file was held back",
            "Sending was stopped; %(held_back)s files were held back", "held_back",
        ),
        "batch.data_deleted": gettext_lazy("Everything but the figures was deleted at the end of its time"),
        f"batch.{A.EDIT}": gettext_lazy("What was answered has changed, so it has to be checked again"),
        f"batch.{A.CHECK}": gettext_lazy("The check of all rows was started"),
        f"batch.{A.RESTORE}": gettext_lazy("The answers are as they were, and so is the result of the check"),
        f"batch.{A.CHECK_FINISHED}": gettext_lazy("%(accepted)s of %(rows)s rows can be sent"),
        f"batch.{A.CHECK_ENDED}": gettext_lazy("The check ended without a result"),
        f"batch.{A.SUBMIT}": gettext_lazy("Sent for approval"),
        f"batch.{A.WITHDRAW}": gettext_lazy("The request for approval was withdrawn"),
        f"batch.{A.ASK_FOR_CHANGES}": gettext_lazy("Changes were asked for"),
        f"batch.{A.APPROVE}": gettext_lazy("Approved: these files, this matching, this destination"),
        f"batch.{A.VOID}": gettext_lazy("The request for approval no longer counts"),
        f"batch.{A.SEND}": gettext_lazy("Sending began"),
        f"batch.{A.RETRY}": gettext_lazy("Sending what is missing began"),
        f"batch.{A.SENT_ALL}": ngettext_lazy(
            "%(sent)s file is at the receiver", "All %(sent)s files are at the receiver", "sent"
        ),
        f"batch.{A.SENT_SOME}": gettext_lazy("Only %(sent)s of %(parts)s files are at the receiver"),
        f"batch.{A.SENT_NONE}": gettext_lazy("No file is at the receiver"),
        f"batch.{A.PRACTISE}": gettext_lazy("The practice run was finished; nothing was sent"),
        f"batch.{A.CANCEL}": gettext_lazy("The transfer was cancelled"),
        "batch.picked_up": gettext_lazy(
            "The receiver has picked up all files. Adobe usually needs up to 48 hours until the data can be used; it "
            "gives no promise"
        ),
        "batch.not_picked_up": gettext_lazy(
            "After three days the receiver has not picked up %(waiting)s of %(parts)s files. Ask Adobe, or whoever "
            "runs the receiver"
        ),
        "batch.receipt": gettext_lazy("Adobe's receipt: %(stored)s of %(received)s records are stored"),
        "batch.receipt_removed": gettext_lazy("A receipt of Adobe's was removed again"),
        "check.delete_data": gettext_lazy("Results of the check were deleted at the end of their time"),
        "part.sent": gettext_lazy("%(name)s is at the receiver, verified"),
        "part.failed": gettext_lazy("%(name)s could not be sent"),
        "part.downloaded": gettext_lazy("%(name)s was downloaded"),
    }
)  # fmt: skip
"""Every kind of event that a batch can have. Words of `after` are named; what changes with them is in `_ALSO`."""

_ALSO: Final[Mapping[tuple[str, str, str], str | Promise]] = MappingProxyType(
    {
        (f"batch.{A.EDIT}", "reason", "parts deleted"): gettext_lazy(
            "The checked files were deleted at the end of their time, so it has to be checked again"
        ),
        (f"batch.{A.CHECK_ENDED}", "outcome", "cancelled"): gettext_lazy("The check was stopped"),
        (f"batch.{A.VOID}", "reason", "expired"): gettext_lazy("Nobody decided in time; the maker has to ask again"),
        (f"batch.{A.VOID}", "reason", "parts"): gettext_lazy(
            "The files were no longer those that were checked, so the approval no longer counts"
        ),
        (f"batch.{A.VOID}", "reason", "mapping"): gettext_lazy(
            "The matching was changed, so the approval no longer counts"
        ),
        (f"batch.{A.VOID}", "reason", "destination"): gettext_lazy(
            "The destination was changed, so the approval no longer counts"
        ),
        (f"batch.{A.VOID}", "reason", "result"): gettext_lazy(
            "The check is no longer the newest one, so the approval no longer counts"
        ),
        ("batch.data_deleted", "reason", "asked"): gettext_lazy("Everything but the figures was deleted on request"),
        ("check.delete_data", "reason", "asked"): gettext_lazy("Results of the check were deleted on request"),
        ("check.delete_data", "what", "parts"): gettext_lazy("The checked files were deleted at the end of their time"),
        ("check.delete_data", "what", "report"): gettext_lazy(
            "The report and the rows left out were deleted at the end of their time"
        ),
    }
)  # fmt: skip
_ANSWERS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "copied_from": gettext_lazy("the earlier transfer"),
        "destination": gettext_lazy("the destination"),
        "header_sha256": gettext_lazy("the columns of the file"),
        "mapping": gettext_lazy("the matching"),
        "name": gettext_lazy("the name"),
        "not_sent": gettext_lazy("the columns that are not sent"),
        "note": gettext_lazy("the note"),
        "replaces_confirmed": gettext_lazy("the confirmation that traits are replaced"),
        "send_at": gettext_lazy("the time of sending"),
        "upload": gettext_lazy("the customer file"),
    }
)


def sentence_of(event: Event) -> str:
    """What happened. Where this version has no words for an event it says so; pages show its kind beside it."""
    try:
        return str(_template(event) % _words(event.after))
    except KeyError:
        return _("Something that this version of the portal has no words for")


def is_void_request(event: Event) -> bool:
    """Whether a request became void on which nobody had decided yet: there was no approval to lose."""
    return event.kind == f"batch.{A.VOID}" and event.before.get("state") == BatchState.WAITING


def _template(event: Event) -> str | Promise:
    """Raises KeyError for an unknown kind."""
    if event.kind == "batch.started" and "copied_from" in event.after:
        return gettext_lazy("Started with the answers of T-%(copied_from)s")
    if is_void_request(event) and event.after.get("reason") == "destination":
        return gettext_lazy("The destination was changed, so the request for approval no longer counts")
    for (kind, key, value), words in _ALSO.items():
        if kind == event.kind and event.after.get(key) == value:
            return words
    return EVENTS[event.kind]


def _words(told: Mapping[str, Any]) -> dict[str, Any]:
    """What an event tells, as it is read: lists are names of answers, numbers are counts but for a reference's."""
    return {name: value if name == "copied_from" else _read(value) for name, value in told.items()}


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return listed_with_and(str(_ANSWERS.get(name, name)) for name in value)
    return _Count(value) if type(value) is int else value


class _Count(int):
    """A number that chooses its plural and is shown with separators."""

    def __str__(self) -> str:
        return grouped(int(self))

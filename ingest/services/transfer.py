"""Everything that the page of one transfer shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils import timezone

from ingest.lifecycle import BatchAction, BatchState, PartState, actions_in
from ingest.models import Attempt, Batch, DeliveredPart, Delivery, Membership, Part, Role, User
from ingest.services import turns
from ingest.services.again import may_go_to_production
from ingest.services.delete_data import may_delete
from ingest.services.problems import told
from ingest.services.receipts import may_have_receipt
from ingest.services.restraint import Rest, rest_of
from ingest.services.results import Report, report_of
from ingest.services.sealing import seals
from ingest.services.submit import approvers_for

A = BatchAction
S = BatchState
POLL_SECONDS: Final[Mapping[str, int]] = MappingProxyType({S.CHECKING: 5, S.WAITING: 10, S.APPROVED: 5, S.SENDING: 2})
"""How often a page about a transfer looks again: in states that somebody else, or a worker, leads out of."""


@dataclass(frozen=True)
class Problem:
    """Why parts could not be sent, and which ones."""

    sentence: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Transfer:
    """A transfer as a member sees it: what it holds, how far it is, and what this member can do now."""

    batch: Batch
    report: Report | None
    parts: tuple[Part, ...]
    sending: tuple[DeliveredPart, ...]
    can: frozenset[str]
    ahead: Batch | None = None
    rest: Rest | None = None
    """Why nothing is sent at this moment: the destination has failed too often."""
    encrypting: frozenset[int] = frozenset()
    """Those of `sending`, by their keys, of which no byte leaves yet since they are being encrypted."""
    approvers: tuple[User, ...] = ()
    """Who may decide on it, while it waits for that."""

    @property
    def poll_seconds(self) -> int | None:
        """After how many seconds the page looks again; None where nothing happens by itself."""
        return POLL_SECONDS.get(self.batch.state)

    @property
    def sent_bytes(self) -> int:
        """Bytes that have been sent so far."""
        return sum(part.sent_bytes for part in self.sending)

    @property
    def total_bytes(self) -> int:
        """Bytes of all parts that are sent."""
        return sum(part.whole_bytes for part in self.sending)

    @property
    def sent_parts(self) -> int:
        """Parts that are verified at the receiver."""
        return sum(part.state == "sent" for part in self.sending)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why parts could not be sent, in the reader's language: each sentence once, with its parts."""
        names: dict[str, list[str]] = {}
        for part in self.sending:
            if part.problem:
                sentence = told(part.problem_code, part.problem, part.problem_params)
                names.setdefault(sentence, []).append(part.name)
        return tuple(Problem(sentence, tuple(parts)) for sentence, parts in names.items())


def transfer_of(batch: Batch, membership: Membership) -> Transfer:
    """The transfer with its parts; the newest delivery counts."""
    check, delivery = batch.result, batch.delivery
    sending = tuple(delivery.parts.select_related("part").prefetch_related("attempts")) if delivery else ()
    return Transfer(
        batch=batch,
        report=report_of(check) if check else None,
        parts=tuple(check.parts.all()) if check else (),
        sending=sending,
        can=frozenset(_can(batch, membership)),
        ahead=_ahead(batch),
        rest=_rest(batch),
        approvers=tuple(approvers_for(batch)) if batch.state == S.WAITING else (),
        encrypting=_encrypting(delivery, sending) if delivery else frozenset(),
    )


def _encrypting(delivery: Delivery, sending: Iterable[DeliveredPart]) -> frozenset[int]:
    """The attempt that goes on writes down what it sends once that is encrypted, before the first byte leaves."""
    if not seals(delivery.destination):
        return frozenset()
    at_it = (part for part in sending if part.state == PartState.SENDING and not part.sent_bytes)
    newest = ((part.pk, attempt) for part in at_it for attempt in list(part.attempts.all())[-1:])
    return frozenset(pk for pk, one in newest if one.outcome == Attempt.Outcome.OPEN and not one.sealed_sha256)


def _ahead(batch: Batch) -> Batch | None:
    """The transfer that an approved one waits for, apart from its time."""
    if batch.state != BatchState.APPROVED or batch.decision is None:
        return None
    return turns.ahead_of(batch, batch.decision, timezone.now())


def _rest(batch: Batch) -> Rest | None:
    """The rest of the destination, where it holds this transfer up."""
    if batch.state != BatchState.SENDING or batch.destination is None:
        return None
    return rest_of(batch.destination, timezone.now())


def _can(batch: Batch, membership: Membership) -> set[str]:
    """The names of what this member can do now."""
    return _can_move(batch, membership) | _can_with_data(batch, membership)


def _can_with_data(batch: Batch, membership: Membership) -> set[str]:
    can = {"download"} if membership.roles & {Role.MAKER, Role.APPROVER} and _has_parts(batch) else set()
    is_own = Role.MAKER in membership.roles and batch.maker_id == membership.user_id
    if membership.roles & {Role.MAKER, Role.ADMIN} and may_have_receipt(batch):
        can.add("receipt")
    return can | ({"delete_data"} if (is_own or Role.ADMIN in membership.roles) and may_delete(batch) else set())


def _can_move(batch: Batch, membership: Membership) -> set[str]:
    if Role.MAKER not in membership.roles:
        return {"decide"} & _decides(batch, membership)
    allowed = actions_in(BatchState(batch.state))
    is_mine = batch.maker_id == membership.user_id
    can = {"use_again", *_decides(batch, membership)}
    can |= {"retry"} if A.RETRY in allowed and _is_still_approved(batch) else set()
    if is_mine:
        own = {A.CANCEL: "cancel", A.WITHDRAW: "withdraw", A.EDIT: "edit"}
        can |= {name for action, name in own.items() if action in allowed}
        can |= {"stop"} if batch.state == BatchState.SENDING else set()
    elif {A.EDIT, A.CANCEL, A.WITHDRAW} & allowed:
        can |= {"take_over"}
    return can | ({"to_production"} if may_go_to_production(batch) else set())


def _is_still_approved(batch: Batch) -> bool:
    """Whether what is missing can still be sent: the approval counts, and the files are there."""
    decision = batch.decision
    return _has_parts(batch) and decision is not None and decision.voided_at is None


def _has_parts(batch: Batch) -> bool:
    check = batch.result
    return check is not None and check.parts_deleted_at is None and batch.data_deleted_at is None


def _decides(batch: Batch, membership: Membership) -> set[str]:
    waits = batch.state == BatchState.WAITING and batch.maker_id != membership.user_id
    return {"decide"} if waits and Role.APPROVER in membership.roles else set()

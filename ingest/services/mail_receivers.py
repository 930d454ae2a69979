"""Who is told of an event: each kind of message has its rule here, and nobody is told of what they did themselves."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.db.models import Q

from ingest.access import people_who
from ingest.lifecycle import BatchAction, BatchState
from ingest.models import Batch, Decision, Event, Mail, Membership, Role, User, Workspace
from ingest.services.four_eyes import bars_for, free_to_approve

A = BatchAction
Receivers = Callable[[Event], Iterable[User]]
SUBMITTED: Final = f"batch.{A.SUBMIT}"
CHECK_ENDED: Final = f"batch.{A.CHECK_ENDED}"


def receivers_of(event: Event) -> list[User]:
    """Who is to be told of an event and wants to be: active members of its workspace, each once, but not its actor."""
    rule = RULES.get(event.kind)
    if rule is None:
        return []
    kind, who = rule
    people = {person.pk: person for person in who(event) if person.pk != event.actor_id}
    here = Membership.objects.filter(workspace=event.workspace_id, user__in=people, user__is_active=True)
    members = set(here.values_list("user_id", flat=True))
    return [person for pk, person in people.items() if pk in members and wants(person, kind)]


def wants(person: User, kind: Mail.Kind) -> bool:
    """Whether a person wants a message for each event of a kind."""
    if kind == Mail.Kind.REQUEST:
        return person.request_mails == User.Requests.AT_ONCE
    return kind.value not in person.mails_off


def kinds_for(person: User) -> tuple[Mail.Kind, ...]:
    """The kinds that a person can get: by what they may do in any of their workspaces, if messages leave at all."""
    if not settings.MAILS_LEAVE:
        return ()
    roles = {role for membership in person.memberships.all() for role in membership.roles}
    return tuple(kind for kind in Mail.Kind if not _ROLES[kind].isdisjoint(roles))


def is_told_of_checks(person: User) -> bool:
    """Whether this installation sends messages and the person wants one when a check has ended."""
    return settings.MAILS_LEAVE and wants(person, Mail.Kind.CHECK)


def may_decide(batch: Batch, person: User) -> bool:
    """Whether the person is an approver whom nothing bars from deciding on this batch."""
    return person in free_to_approve(batch, people_who(batch.workspace, Role.APPROVER))


def waiting_for(workspace: Workspace, person: User) -> list[Batch]:
    """What waits in a workspace for a decision that this approver may make, longest waiting first."""
    waiting = Batch.objects.of(workspace).filter(state=BatchState.WAITING)
    batches = list(waiting.select_related("destination", "result", "workspace").order_by("state_at", "pk"))
    bars = bars_for(batches, person)
    return [batch for batch in batches if bars[batch.pk] is None]


def asked(event: Event) -> Event | None:
    """The newest request for approval of the event's batch, before the event."""
    earlier = Event.objects.filter(batch=event.batch_id, kind=SUBMITTED, pk__lt=event.pk)
    return earlier.order_by("-pk").first()


def _batch(event: Event) -> Batch:
    if event.batch is None:
        raise ValueError(f"event {event.pk} is of no batch")
    return event.batch


def _maker(event: Event) -> list[User]:
    return [_batch(event).maker]


def _maker_unless_stopped(event: Event) -> list[User]:
    """Whoever has stopped a check knows it."""
    return [] if event.after.get("outcome") == "cancelled" else _maker(event)


def _maker_if_it_differs(event: Event) -> list[User]:
    """A receipt that says what was expected disturbs nobody."""
    return _maker(event) if event.after.get("alarm") else []


def _deciders(event: Event) -> list[User]:
    batch = _batch(event)
    return free_to_approve(batch, people_who(batch.workspace, Role.APPROVER, besides=batch.maker))


def _those_asked(event: Event) -> list[User]:
    """Who was told of the request; whether that message ever left is looked at when this one is to."""
    request = asked(event)
    told = Mail.objects.filter(event=request).select_related("person") if request else ()
    return [mail.person for mail in told]


def _approver(event: Event) -> list[User]:
    """Who approved what the event is about."""
    decision, delivery = event.after.get("decision"), event.after.get("delivery")
    which = Q(pk=decision) if decision else Q(delivery=delivery, delivery__isnull=False)
    found = Decision.objects.filter(which, batch=event.batch_id).select_related("approver")
    return [one.approver for one in found]


def _maker_and_approver(event: Event) -> list[User]:
    return [*_maker(event), *_approver(event)]


def _of_a_void(event: Event) -> list[User]:
    was_waiting = event.before.get("state") == BatchState.WAITING
    return [*_maker(event), *(_those_asked(event) if was_waiting else _approver(event))]


def _admins(event: Event) -> list[User]:
    return people_who(event.workspace, Role.ADMIN)


K = Mail.Kind
RULES: Final[Mapping[str, tuple[Mail.Kind, Receivers]]] = MappingProxyType(
    {
        f"batch.{A.CHECK_FINISHED}": (K.CHECK, _maker),
        CHECK_ENDED: (K.CHECK, _maker_unless_stopped),
        SUBMITTED: (K.REQUEST, _deciders),
        f"batch.{A.APPROVE}": (K.DECISION, _maker),
        f"batch.{A.ASK_FOR_CHANGES}": (K.DECISION, _maker),
        f"batch.{A.WITHDRAW}": (K.VOID, _those_asked),
        f"batch.{A.VOID}": (K.VOID, _of_a_void),
        f"batch.{A.SENT_ALL}": (K.SENT, _maker_and_approver),
        f"batch.{A.SENT_SOME}": (K.SENT, _maker_and_approver),
        f"batch.{A.SENT_NONE}": (K.SENT, _maker_and_approver),
        "batch.picked_up": (K.PICKED_UP, _maker),
        "batch.not_picked_up": (K.PICKED_UP, _maker),
        "batch.receipt": (K.RECEIPT, _maker_if_it_differs),
        "destination.paused": (K.DESTINATION, _admins),
        "destination.rests": (K.DESTINATION, _admins),
    }
)
"""Events that people are told of: the kind that they can switch off, and who gets it."""

_ROLES: Final[Mapping[Mail.Kind, frozenset[Role]]] = MappingProxyType(
    {
        K.CHECK: frozenset({Role.MAKER}),
        K.REQUEST: frozenset({Role.APPROVER}),
        K.DECISION: frozenset({Role.MAKER}),
        K.VOID: frozenset({Role.MAKER, Role.APPROVER}),
        K.SENT: frozenset({Role.MAKER, Role.APPROVER}),
        K.PICKED_UP: frozenset({Role.MAKER}),
        K.RECEIPT: frozenset({Role.MAKER}),
        K.DESTINATION: frozenset({Role.ADMIN}),
    }
)

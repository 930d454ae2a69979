"""The outbox: messages are written down with what they tell of, and a worker is rung for when some are due."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ingest import queue
from ingest.lifecycle import BatchState
from ingest.models import AccountMail, Batch, Event, Job, Mail, Membership, Outgoing, User
from ingest.services.bugs import each, log_bug
from ingest.services.mail_receivers import RULES, receivers_of, waiting_for
from ingest.services.people_settings import zone_named

# Long enough for an open page to ask once more, which it does every five seconds: then nobody needs a message.
UNTIL_PAGES_HAVE_ASKED: Final = timedelta(seconds=30)
KEPT: Final = timedelta(days=30)
DIGEST_HOUR: Final = 8
"""From this hour on, in their own time zone, people get their daily digest."""
THE_OUTBOX: Final = 1
"""There is one job for all messages, so that one worker at most is busy with them."""


def tell(event: Event) -> None:
    """Write down a message for everybody who is to be told of an event. To be called in the event's transaction.

    What happened counts more than who hears of it: a mistake here is logged, and undoes nothing else.
    """
    if not settings.MAILS_LEAVE or event.kind not in RULES:
        return
    try:
        with transaction.atomic():
            _write(event)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - logged by type and place
        log_bug(error, f"mail about event {event.pk}")


def _write(event: Event) -> None:
    kind, _who = RULES[event.kind]
    due = event.at + UNTIL_PAGES_HAVE_ASKED if kind == Mail.Kind.CHECK else event.at
    Mail.objects.bulk_create(
        Mail(
            workspace_id=event.workspace_id, person=person, event=event, kind=kind, next_attempt_at=due,
            created_at=event.at,
        )
        for person in receivers_of(event)
    )  # fmt: skip


def kinds_that_leave() -> tuple[type[Outgoing], ...]:
    """Those about accounts first: somebody waits for them. Where there is no mail server only they are written, into a
    folder.
    """
    return (AccountMail, Mail) if settings.MAILS_LEAVE else (AccountMail,)


def waiting(kind: type[Outgoing]) -> QuerySet[Any]:
    """What of a kind has neither left nor been dropped."""
    return kind._default_manager.filter(state=Outgoing.State.WAITING)  # noqa: SLF001 - Django's name


def ring_for_mail(now: datetime) -> int:
    """Have the outbox emptied when something in it is due and nobody is at it; how many are due."""
    due = sum(waiting(kind).filter(next_attempt_at__lte=now).count() for kind in kinds_that_leave())
    at_it = Job.objects.filter(kind=Job.Kind.MAIL, state__in=[Job.State.READY, Job.State.RUNNING])
    if due and not at_it.exists():
        queue.put(Job.Kind.MAIL, THE_OUTBOX, now=now)
    return due


def write_digests(now: datetime) -> int:
    """Write down today's digest of each approver who wants one and has something to decide; how many."""
    if not settings.MAILS_LEAVE:
        return 0
    waiting = Batch.objects.filter(state=BatchState.WAITING).values("workspace")
    daily = Q(user__request_mails=User.Requests.DAILY, user__is_active=True, approves=True)
    members = Membership.objects.filter(daily, workspace__in=waiting).select_related("user", "workspace")
    return each(members.order_by("pk"), lambda member: _write_digest(member, now), "membership")


def _write_digest(member: Membership, now: datetime) -> bool:
    here = timezone.localtime(now, zone_named(member.user.time_zone))
    of_today = Mail.objects.filter(workspace_id=member.workspace_id, person_id=member.user_id, digest_day=here.date())
    if here.hour < DIGEST_HOUR or of_today.exists() or not waiting_for(member.workspace, member.user):
        return False
    made = Mail.objects.get_or_create(
        workspace_id=member.workspace_id, person_id=member.user_id, digest_day=here.date(),
        defaults={"kind": Mail.Kind.REQUEST, "next_attempt_at": now, "created_at": now},
    )  # fmt: skip
    return made[1]


def forget_old(now: datetime) -> int:
    """Delete what is a month old, sent or not; how many."""
    return sum(kind.objects.filter(created_at__lt=now - KEPT).delete()[0] for kind in (AccountMail, Mail))

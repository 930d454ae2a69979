"""What tests of messages share: an outbox that is emptied here and now, and what came out of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core import mail as sent_mail
from django.core.mail import EmailMultiAlternatives
from django.db.models import F

from ingest import queue
from ingest.models import AccountMail, Job, Mail, User
from ingest.services import mail_outbox, mail_send
from tests.services.working import NOW

MINUTE = timedelta(minutes=1)


def job_id(now: datetime = NOW) -> int:
    """The one job of the outbox, ready."""
    return queue.put(Job.Kind.MAIL, mail_outbox.THE_OUTBOX, now=now).pk


def empty(now: datetime = NOW + MINUTE) -> None:
    """Send what is due at this moment. Workers write events by the clock on the wall; here they are made new."""
    for kind in (AccountMail, Mail):
        waiting = kind.objects.filter(state=kind.State.WAITING)
        strange = waiting.exclude(created_at__range=(now - MINUTE * 60, now))
        strange.update(created_at=now, next_attempt_at=now)
    mail_send.run(job_id(now), "a worker", clock=lambda: now)


def said() -> list[tuple[str, str]]:
    """Whom messages went to, by name, and their subjects, in the order of the outbox."""
    names = dict(User.objects.values_list("email", "name"))
    return [(names[message.to[0]], str(message.subject)) for message in sent_mail.outbox]


def told() -> list[str]:
    """The names of those that messages went to, sorted."""
    return sorted(name for name, _subject in said())


def newest() -> EmailMultiAlternatives:
    """The message that left last."""
    message = sent_mail.outbox[-1]
    assert isinstance(message, EmailMultiAlternatives)
    return message


def html_of(message: EmailMultiAlternatives) -> str:
    """Its second part."""
    [(content, kind)] = message.alternatives
    assert kind == "text/html"
    return str(content)


def outcomes() -> list[tuple[str, str]]:
    """What became of each row of the outbox."""
    return list(Mail.objects.order_by("pk").values_list("state", "outcome"))


def die(now: datetime = NOW) -> None:
    """The worker that has the outbox is dead since."""
    Job.objects.filter(pk=job_id(now)).update(
        state=Job.State.RUNNING, epoch=F("epoch") + 1, lease_owner="dead", lease_until=now - timedelta(days=1)
    )


def names(people: Iterable[User]) -> list[str]:
    """Their names, sorted."""
    return sorted(person.name for person in people)

"""Emptying the outbox: one worker at a time sends what is due; while the mail server is away, everything waits."""

import logging
import smtplib
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError
from django.db.models import F, Min
from django.utils import timezone, translation

from ingest.models import AccountMail, Job, Mail, Outgoing
from ingest.services import backoff, work
from ingest.services.bugs import log_bug
from ingest.services.failpoints import failpoint
from ingest.services.mail_account import account_message_of, reason_to_drop_account
from ingest.services.mail_message import message
from ingest.services.mail_outbox import kinds_that_leave, waiting
from ingest.services.mail_still import digest_of, reason_to_drop
from ingest.services.mail_words import letter_of
from ingest.services.people_settings import language_of, zone_named
from ingest.services.work import Claim, Clock, LeaseLost

logger = logging.getLogger(__name__)
TOO_LATE: Final = timedelta(days=1)
AT_ONCE: Final = 100
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 12
Message = Mail | AccountMail
_RELATED: Final[dict[type[Outgoing], tuple[str, ...]]] = {
    AccountMail: ("person", "invitation__workspace", "invitation__invited_by"),
    Mail: (
        "workspace", "person", "event__actor", "event__batch__workspace", "event__batch__result",
        "event__batch__destination",
    ),
}  # fmt: skip


class ServerAway(Exception):
    """The mail server takes no message at all just now."""


def run(job_id: int, owner: str, clock: Clock = timezone.now) -> None:
    """Send what is due; nothing happens when the job is not to be had. Never raises."""
    claim = work.claim(job_id, owner, kind=Job.Kind.MAIL, clock=clock)
    if claim is None:
        return
    try:
        _empty(claim)
    except LeaseLost:
        logger.info("job %s: another worker has it", job_id)
    except (OperationalError, InterfaceError) as error:
        logger.warning("job %s: left to its lease, the database failed (%s)", job_id, type(error).__name__)


def _empty(claim: Claim) -> None:
    connection = get_connection()
    try:
        due = _due(claim.clock())
        if due:
            _open(connection)
        for mail in due:
            claim.renew()
            _settle(mail, connection, claim.clock())
    except ServerAway as error:
        logger.warning("mail: the server took no message (%s); all wait", error)
        claim.wait(after=_pause(claim.clock()), code="mail.server_away")
    else:
        claim.finish()
    finally:
        _close(connection)


def _due(now: datetime) -> list[Message]:
    due = (
        waiting(kind).filter(next_attempt_at__lte=now).select_related(*_RELATED[kind]) for kind in kinds_that_leave()
    )
    return [mail for some in due for mail in some.order_by("pk")[:AT_ONCE]]


def _pause(now: datetime) -> timedelta:
    """As long as the oldest has waited already: twice as long every time, until it is a quarter of an hour."""
    since = (waiting(kind).aggregate(oldest=Min("next_attempt_at"))["oldest"] for kind in kinds_that_leave())
    waited: list[timedelta] = [now - oldest for oldest in since if oldest]
    return min(LONGEST_PAUSE, max([FIRST_PAUSE, *waited]))


def _settle(mail: Message, connection: BaseEmailBackend, now: datetime) -> None:
    """Send a message, or drop it, or let it wait. Raises ServerAway."""
    if mail.created_at < now - TOO_LATE:
        logger.warning("%s could not be sent within a day and was dropped", mail)
        _end(mail, Mail.State.DROPPED, now, "too_late")
        return
    try:
        if reason := _reason_to_drop(mail, now):
            _end(mail, Mail.State.DROPPED, now, reason)
            return
        connection.send_messages([_message_of(mail)])
    except (OperationalError, InterfaceError):
        raise
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        _refused(mail, now, _code(error))
    except smtplib.SMTPNotSupportedError:  # an address that this server can't write
        _again(mail, now, "not_supported")
    except OSError as error:  # smtplib's own errors are of this kind as well
        _later(mail, now, "server_away")  # behind the others, lest it is this one that the server stumbles over
        raise ServerAway(type(error).__name__) from None
    except Exception as error:  # noqa: BLE001 - logged by type and place; the other messages go on
        log_bug(error, str(mail))
        _again(mail, now, "bug")
    else:
        failpoint("mail.sent")
        _end(mail, Mail.State.SENT, now, "")


def _reason_to_drop(mail: Message, now: datetime) -> str:
    return reason_to_drop(mail) if isinstance(mail, Mail) else reason_to_drop_account(mail, now)


def _message_of(mail: Message) -> EmailMultiAlternatives:
    return message_of(mail) if isinstance(mail, Mail) else account_message_of(mail)


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The message with both its parts, in the language and the time zone of its receiver."""
    person = mail.person
    with translation.override(language_of(person)), timezone.override(zone_named(person.time_zone)):
        letter = letter_of(mail, [] if mail.event_id else digest_of(mail))
        return message(
            letter, to=person.email, workspace=mail.workspace.name, key=mail.key, date=format_datetime(mail.created_at)
        )


def _refused(mail: Message, now: datetime, code: int) -> None:
    """The server took none of it: for now (4xx), or for ever."""
    if code < 500:
        _again(mail, now, "refused_for_now")
        return
    logger.warning("%s was refused by the server (%s) and was dropped", mail, code)
    _end(mail, Mail.State.DROPPED, now, "refused")


def _code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> int:
    if isinstance(error, smtplib.SMTPDataError):
        return int(error.smtp_code)
    return max(int(code) for code, _words in error.recipients.values())


def _again(mail: Message, now: datetime, outcome: str) -> None:
    if mail.attempts + 1 >= MOST_ATTEMPTS:
        logger.warning("%s was tried %s times and was dropped", mail, MOST_ATTEMPTS)
        _end(mail, Mail.State.DROPPED, now, outcome)
    else:
        _later(mail, now, outcome)


def _later(mail: Message, now: datetime, outcome: str) -> None:
    later = now + backoff.delay(mail.attempts + 1, first_seconds=FIRST_PAUSE.total_seconds())
    waiting(type(mail)).filter(pk=mail.pk).update(attempts=F("attempts") + 1, next_attempt_at=later, outcome=outcome)


def _end(mail: Message, state: Outgoing.State, now: datetime, outcome: str) -> None:
    # Whoever has no account asked for one message, not for being remembered.
    forgotten = {"address": ""} if isinstance(mail, AccountMail) else {}
    waiting(type(mail)).filter(pk=mail.pk).update(state=state, settled_at=now, outcome=outcome, **forgotten)


def _open(connection: BaseEmailBackend) -> None:
    """One connection for all. Raises ServerAway."""
    try:
        connection.open()
    except OSError as error:
        raise ServerAway(type(error).__name__) from None


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError as error:
        logger.info("mail: the connection did not end in order (%s)", type(error).__name__)

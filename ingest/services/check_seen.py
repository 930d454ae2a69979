"""Whether the maker has seen that a check has ended: then they need no message about it."""

from datetime import datetime

from ingest.models import Batch, Check, User


def note_seen(check: Check, batch: Batch, user: User, *, now: datetime) -> None:
    """The maker looks at a page of a batch's check; what counts is the first look after its end.

    An open page asks every few seconds, and only while it is in view, so one that is closed or hidden does not count.
    """
    if check.finished_at is not None and check.seen_at is None and batch.maker_id == user.pk:
        Check.objects.filter(pk=check.pk, seen_at=None).update(seen_at=now)

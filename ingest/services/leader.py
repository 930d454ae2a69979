"""One process of a role at a time: a row with a lease, taken and prolonged by one conditional UPDATE."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from ingest.models import Leader

LEASE: Final = timedelta(seconds=15)


def lead(role: str, owner: str, *, now: datetime) -> bool:
    """Become or stay the leader of a role for 15 seconds; False: another process is. Works on every database."""
    free = Q(owner=owner) | Q(until__lt=now)
    if Leader.objects.filter(free, role=role).update(owner=owner, until=now + LEASE):
        return True
    if Leader.objects.filter(role=role).exists():
        return False
    try:
        with transaction.atomic():
            Leader.objects.create(role=role, owner=owner, until=now + LEASE)
    except IntegrityError:  # another one was first
        return False
    return True


def resign(role: str, owner: str, *, now: datetime) -> None:
    """Let the next one lead at once."""
    Leader.objects.filter(role=role, owner=owner).update(until=now - LEASE)

"""What killed processes leave behind: scratch folders, temporaries at destinations, parts that no check has."""

import logging
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ingest.models import Check, Destination, Job, Part
from ingest.services import files
from ingest.services.destination_open import opened
from ingest.transfer.errors import TransferFailure

logger = logging.getLogger(__name__)
_FOLDER: Final = re.compile(r"(check|deliver)-([0-9]+)-([0-9]+)")
# A worker puts its parts away before it says so in the database; this long one may take from the first to the last.
GRACE: Final = timedelta(days=1)
STALE_TEMPORARY: Final = timedelta(hours=1)


def sweep_scratch() -> int:
    """Remove the folders of claims that are lost or over; how many."""
    return sum(_remove(path) for path in files.scratch_folder().iterdir() if _is_lost(path))


def _is_lost(path: Path) -> bool:
    """Only whoever holds the newest claim on a running job still works in its folder."""
    named = _FOLDER.fullmatch(path.name)
    if named is None:
        return False
    kind, (subject_id, epoch) = Job.Kind(named[1]), map(int, named.groups()[1:])
    held = Job.objects.filter(kind=kind, subject_id=subject_id, epoch=epoch, state=Job.State.RUNNING)
    return not held.exists()


def _remove(path: Path) -> bool:
    shutil.rmtree(path, ignore_errors=True)
    return not path.exists()


def sweep_destinations(now: datetime, *, older_than: timedelta = STALE_TEMPORARY) -> int:
    """Remove temporaries of killed attempts at every destination that is in use; how many."""
    return sum(_sweep(destination, now, older_than) for destination in Destination.objects.filter(is_active=True))


def _sweep(destination: Destination, now: datetime, older_than: timedelta) -> int:
    try:
        with opened(destination) as place:
            return place.sweep(older_than=older_than, now=now)
    except TransferFailure as problem:
        logger.info("destination %s could not be swept (%s)", destination.pk, problem.code)
        return 0


def sweep_parts(now: datetime, *, grace: timedelta = GRACE) -> int:
    """Remove stored parts that no check has: their worker died before it could say so; how many."""
    return sum(remove_part(key, now, grace=grace) for key in _stored_parts())


def _stored_parts() -> Iterator[str]:
    for folder in files.folders("parts"):
        yield from files.names(f"parts/{folder}")


def remove_part(key: str, now: datetime, *, grace: timedelta = GRACE) -> bool:
    """Remove a stored part that no check needs, unless somebody has just put it away; False when it stays."""
    is_needed = Part.objects.filter(key=key, check_run__parts_deleted_at=None)
    if is_needed.exists():
        return False
    written = files.written_at(key)
    if written is None or written > now - grace:
        return False
    files.remove(key)
    return True


def remove_result(key: str) -> bool:
    """Remove a report or a list of refused rows, unless a copied check still has it; False when it stays."""
    of_report = Check.objects.filter(report_key=key, files_deleted_at=None)
    of_refused = Check.objects.filter(refused_key=key, files_deleted_at=None)
    if not key or of_report.exists() or of_refused.exists():
        return False
    files.remove(key)
    return True

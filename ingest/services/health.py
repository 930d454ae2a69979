"""Whether the portal can do its work: the database answers, and files can be written."""

import os
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection


def problems() -> list[str]:
    """The names of what does not work; empty when all is well. No path, no address."""
    found = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        found.append("database")
    folders = {"spool": settings.SPOOL_DIR, "scratch": settings.SCRATCH_DIR}
    found += [name for name, folder in folders.items() if not _is_writable(folder)]
    return found


def _is_writable(folder: Path) -> bool:
    """A folder that is not there yet is made when it is needed, if its parents allow it."""
    present = next((place for place in (folder, *folder.parents) if place.exists()), None)
    return present is not None and os.access(present, os.W_OK | os.X_OK)

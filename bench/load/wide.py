"""A real customer file of many columns for everybody: looked at, answered, checked, and of some sent for approval."""

from __future__ import annotations

import hashlib
import random
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ingest.models import Batch, Job, Upload
from ingest.services import check, check_run, files, start, submit

if TYPE_CHECKING:
    from bench.load.transfers import Cast
    from ingest.models import User

COLUMNS = 60
SIGNALS = 40
ROWS = 1_000
CITIES = ("Rome", "Lyon", "Oslo", "Bari", "Graz", "Cork", "Turku", "Gent")


def prepared(cast: Cast, number: int) -> Batch:
    """A checked transfer of this person."""
    user = cast.users[number]
    batch = start.start_batch(_upload(cast, user, number), actor=user, now=cast.now)
    columns = [{"column": _column(place), "action": "signal", "key": _column(place)} for place in range(SIGNALS)]
    mapping: dict[str, Any] = {
        **batch.mapping, "kind": "traits", "mode": "sync", "dpid": 478,
        "id": {"column": "crm_id", "type": "customer_id"}, "columns": columns,
    }  # fmt: skip
    not_sent = [_column(place) for place in range(SIGNALS, COLUMNS)]
    Batch.objects.filter(pk=batch.pk).update(mapping=mapping, not_sent=not_sent, destination=cast.place)
    batch.refresh_from_db()
    begun = check.start(batch, actor=user, now=cast.now)
    check_run.run(Job.objects.get(kind=Job.Kind.CHECK, subject_id=begun.pk).pk, "seed")
    batch.refresh_from_db()
    return batch


def asked(cast: Cast, number: int) -> Batch:
    """One that waits for a decision."""
    return submit.submit(prepared(cast, number), actor=cast.users[number], now=cast.now, replaces_confirmed=False)


def _upload(cast: Cast, user: User, number: int) -> Upload:
    content = _customers(number)
    upload = Upload(
        id=uuid.uuid4(), workspace=cast.workspace, owner=user, state=Upload.State.COMPLETE, name=f"crm-{number}.csv",
        declared_bytes=len(content), received_bytes=len(content), sha256=hashlib.sha256(content).hexdigest(),
        expires_at=cast.now + timedelta(days=7), completed_at=cast.now,
    )  # fmt: skip
    upload.key = files.upload_key(upload.id)
    path = files.spool_folder() / str(upload.id)
    path.write_bytes(content)
    files.put_away(path, upload.key)
    upload.save()
    return upload


def _customers(number: int) -> bytes:
    rng = random.Random(number)
    lines = [",".join(("crm_id", *map(_column, range(COLUMNS))))]
    for row in range(ROWS):
        cells = [rng.choice(CITIES) if place % 2 else str(rng.randint(0, 999)) for place in range(COLUMNS)]
        lines.append(",".join((f"A-{number}-{row}" if row % 50 else "", *cells)))
    return "\n".join(lines).encode()


def _column(place: int) -> str:
    return f"property_{place}"

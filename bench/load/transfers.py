"""Very many transfers with all that belongs to them, as two years of work would have left them."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench.load.bulk import insert
from ingest.models import Batch, Check, Decision, DeliveredPart, Delivery, Destination, Event, Part, Upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ingest.models import User, Workspace

EVERY = timedelta(minutes=10)  # a new transfer; 100,000 of them fill almost two years
STATES = ("sent", "sent", "sent", "sent", "sent", "sent", "draft", "sent", "cancelled", "changes_needed")
UNSENT = ("checked", "checked", "draft", "cancelled")
MAPPING: dict[str, Any] = {
    "version": 1, "kind": "traits", "mode": "sync", "dpid": 478, "id": {"column": "crm_id", "type": "customer_id"},
    "columns": [{"column": "tier", "action": "signal", "key": "tier"}],
}  # fmt: skip
SHA256 = "0" * 64
STAMP = 1_700_000_000


@dataclass(frozen=True)
class Cast:
    """What all transfers share; the last of them is of `now`."""

    workspace: Workspace
    users: list[User]
    place: Destination
    last: int
    now: datetime

    def at(self, number: int) -> datetime:
        """When this transfer was made, decided on and sent."""
        return self.now - EVERY * (self.last - number)

    def maker(self, number: int) -> int:
        """Everybody in turn."""
        return self.users[number % len(self.users)].pk

    def approver(self, number: int) -> int:
        """The one after the maker."""
        return self.maker(number + 1)


def make(cast: Cast, numbers: range) -> None:
    """Store these transfers, within a transaction: rows that point to each other have the transfer's number as key."""
    _checked(cast, numbers, {"state": _state, "decision": int, "delivery": int})
    _built(numbers)
    _sent(cast, numbers)
    for kind in ("started", "check", "check_finished", "submit", "approve"):
        event = Event(workspace=cast.workspace, kind=f"batch.{kind}")
        insert(event, numbers, {"batch": int, "actor": cast.maker, "at": cast.at})


def make_checked(cast: Cast, numbers: range) -> None:
    """The same, but none went further than its check: what lists show, and no more."""
    _checked(cast, numbers, {"state": lambda number: UNSENT[number % len(UNSENT)]})


def _checked(cast: Cast, numbers: range, more: dict[str, Callable[[int], Any]]) -> None:
    workspace, place, maker, at = cast.workspace, cast.place, cast.maker, cast.at
    insert(
        Upload(workspace=workspace, state="complete", declared_bytes=1000, received_bytes=1000), numbers,
        {
            "id": _uuid, "owner": maker, "name": _file, "sha256": _digest, "key": _key,
            "created_at": at, "expires_at": at, "completed_at": at,
        },
    )  # fmt: skip
    insert(
        Batch(workspace=workspace, mapping=MAPPING, destination=place, note="As last month"), numbers,
        {
            "id": int, "number": int, "maker": maker, "name": _name, "state_at": at, "created_at": at,
            "upload": _uuid, "header_sha256": _header, "result": int, **more,
        },
    )  # fmt: skip
    insert(
        Check(state="finished", mapping=MAPPING, mapping_sha256=SHA256), numbers,
        {
            "id": int, "batch": int, "started_by": maker, "upload": _uuid, "upload_sha256": _digest, "rows": _rows,
            "accepted": _accepted, "refused": _refused, "records": _accepted, "distinct_ids": _accepted,
            "created_at": at, "finished_at": at,
        },
    )  # fmt: skip


def _built(numbers: range) -> None:
    insert(
        Part(number=1, stored_bytes=10_000_000, content_bytes=50_000_000), numbers,
        {
            "id": int, "check_run": int, "key": _key, "sha256": _digest, "content_sha256": _digest,
            "records": _accepted,
        },
    )  # fmt: skip


def _sent(cast: Cast, numbers: range) -> None:
    place, at = cast.place, cast.at
    insert(
        Decision(verdict="approved", mapping_sha256=SHA256, destination=place, destination_sha256=SHA256), numbers,
        {"id": int, "batch": int, "check_run": int, "approver": cast.approver, "maker": cast.maker, "created_at": at},
    )  # fmt: skip
    insert(
        Delivery(workspace=cast.workspace, destination=place, environment="beta", prefix="ftp_dpm_478"), numbers,
        {"id": int, "batch": int, "decision": int, "stamp": _stamp, "created_at": at},
    )  # fmt: skip
    insert(
        DeliveredPart(state="sent", verify_level="READ_BACK", sent_bytes=10_000_000), numbers,
        {"delivery": int, "part": int, "name": _sent_name, "sent_at": at},
    )  # fmt: skip


def _uuid(number: int) -> uuid.UUID:
    return uuid.UUID(int=number)


def _digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _header(number: int) -> str:
    return _digest(number % 40)


def _key(number: int) -> str:
    return f"parts/{number}"


def _file(number: int) -> str:
    return f"customers-{number}.csv"


def _name(number: int) -> str:
    return f"Loyalty {number}"


def _state(number: int) -> str:
    return STATES[number % len(STATES)]


def _rows(number: int) -> int:
    return 1000 + number * 7919 % 2_000_000


def _refused(number: int) -> int:
    return _rows(number) // (20 + number % 180)


def _accepted(number: int) -> int:
    return _rows(number) - _refused(number)


def _stamp(number: int) -> int:
    return STAMP + number


def _sent_name(number: int) -> str:
    return f"ftp_dpm_478_{_stamp(number)}.sync.gz"

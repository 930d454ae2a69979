"""Approved transfers for the run with many faults: made by the portal's services, and looked at when all is over."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.utils import timezone

from ingest.lifecycle import BatchState
from ingest.models import Attempt, Batch, DeliveredPart, Delivery, Destination, Job, User, Workspace
from ingest.services import approve, deliver, destination_pause, destinations, submit, sweep
from ingest.services.destination_secrets import Changes
from ingest.services.mapping_digest import mapping_sha256
from ingest.transfer.secret import Secret
from tests import factories

SLUG = "many-faults"
SOURCES_OF_A_PLACE = 3
TRIED_AGAIN = (BatchState.FAILED, BatchState.PARTLY_SENT)
# A person presses the button for each of these; any other code would be a mistake of the portal.
NEVER = frozenset({"bug", "approval.changed", "artifact.changed", "artifact.missing", "seal.missing", "conflict"})


def open_places(places: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """A workspace with people and a destination for each place; their keys by name."""
    where = factories.workspace(slug=SLUG, name="Many faults")
    for name, role in (("Ada", "maker"), ("Wei", "approver"), ("Ines", "admin")):
        factories.member(where, name, roles=[role], email=f"{name.lower()}@example.com")
    return {name: _open(where, name, place) for name, place in places.items()}


def _open(where: Workspace, name: str, place: Mapping[str, Any]) -> int:
    secrets = Changes({field: Secret(text) for field, text in place["secrets"].items()})
    return destinations.add(
        where, actor=_person("Ines"), now=timezone.now(), secrets=secrets, name=name, environment="beta",
        method=place["method"], config=place["settings"], is_active=True, most_at_once=4,
    ).pk  # fmt: skip


def _person(name: str) -> User:
    return User.objects.get(email=f"{name.lower()}@example.com")


def make_transfers(places: list[int], first: int, parts: list[int]) -> list[int]:
    """A transfer to each place with parts of so many bytes, submitted by one person and approved by another."""
    where = Workspace.objects.get(slug=SLUG)
    return [_approved(where, place, first + at, parts) for at, place in enumerate(places)]


def _approved(where: Workspace, place: int, number: int, parts: list[int]) -> int:
    rng = random.Random(number)
    mapping = {**factories.MAPPING, "dpid": 1000 + place * SOURCES_OF_A_PLACE + number % SOURCES_OF_A_PLACE}
    maker, approver = _person("Ada"), _person("Wei")
    batch = factories.batch(
        where, maker, name=f"transfer {number}", mapping=mapping, destination_id=place,
        upload=factories.upload(where, maker, f"made up {number}".encode()),
    )  # fmt: skip
    factories.finished_check(
        batch, parts=[rng.randbytes(size) for size in parts], mapping=mapping, mapping_sha256=mapping_sha256(mapping),
        accepted=3, refused=0,
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKED)
    batch.refresh_from_db()
    batch = submit.submit(batch, actor=maker, now=timezone.now(), replaces_confirmed=False)
    seen = approve.seen_in(batch)
    assert seen is not None
    approve.approve(batch, actor=approver, now=timezone.now(), seen=seen)
    return batch.pk


def push_transfers() -> dict[str, Any]:
    """What people do when they look: try again what failed, let a paused destination go on. Counts of what is there."""
    pressed: Counter[str] = Counter()
    for batch in Batch.objects.filter(state__in=TRIED_AGAIN).select_related("workspace"):
        pressed += _try_again(batch)
    for place in Destination.objects.exclude(paused_at=None):
        pressed[place.paused_code] += 1
        destination_pause.resume(place, actor=_person("Ines"), now=timezone.now())
    return {"states": Counter(Batch.objects.values_list("state", flat=True)), "pressed": pressed}


def _try_again(batch: Batch) -> Counter[str]:
    held_up = DeliveredPart.objects.filter(delivery=batch.delivery_id, state="failed")
    codes = Counter(held_up.values_list("problem_code", flat=True))
    try:
        deliver.retry(batch, actor=batch.maker, now=timezone.now())
    except deliver.NotPossible:  # another transfer of the data source goes first
        return Counter()
    return codes


def summary() -> dict[str, Any]:
    """When and where each part was verified (seconds of the clock on the wall), and what it took."""
    done = DeliveredPart.objects.filter(state="sent").select_related("delivery__destination")
    sent = [(part.delivery.destination.name, part.sent_at.timestamp()) for part in done if part.sent_at]
    disturbed = [
        (part.sent_at - part.attempts.all()[0].started_at).total_seconds()
        for part in done.prefetch_related("attempts")
        if part.sent_at and len(part.attempts.all()) > 1
    ]
    attempts = Counter(Attempt.objects.values_list("outcome", flat=True))
    return {"sent": sent, "disturbed": disturbed, "attempts": attempts, "transfers": Batch.objects.count()}


def rung() -> int:
    """Jobs whose message was sent and that nobody has begun since."""
    return Job.objects.filter(state=Job.State.READY, rung_at__isnull=False).count()


def lay_jobs(count: int) -> None:
    """Jobs that nobody does but who claims them by their number."""
    Job.objects.bulk_create(Job(kind=Job.Kind.CHECK, subject_id=-number, max_attempts=1) for number in range(count))


def undone_jobs() -> int:
    """How many of them are left."""
    return Job.objects.exclude(state=Job.State.DONE).count()


def lost_attempts() -> int:
    """Attempts whose end nobody knows."""
    return Attempt.objects.filter(outcome=Attempt.Outcome.LOST).count()


def end_connections() -> None:
    """PostgreSQL: end everybody's connection but this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def expected() -> dict[str, dict[str, str]]:
    """By place and name: the checksum that was approved, of everything that has got a name so far."""
    found: dict[str, dict[str, str]] = {place.name: {} for place in Destination.objects.all()}
    for part in DeliveredPart.objects.select_related("part", "delivery__destination"):
        found[part.delivery.destination.name][part.name] = part.part.sha256
    return found


def swept() -> int:
    """The hourly sweep, an hour early: how many temporaries of killed attempts were removed."""
    return sweep.sweep_destinations(timezone.now(), older_than=timedelta(seconds=-60))


def faults_of_transfers() -> list[str]:
    """Everything in the database that is not as it should be once all is sent; nothing, if it is well."""
    unfinished = Job.objects.exclude(state=Job.State.DONE)
    found = [f"job {job.pk} ({job}) is {job.state}: {job.last_error_code}" for job in unfinished]
    for batch in Batch.objects.select_related("delivery"):
        found += _faults_of(batch)
    return found or _overlaps()


def _faults_of(batch: Batch) -> list[str]:
    delivery = batch.delivery
    if batch.state != BatchState.SENT or delivery is None or delivery.finished_at is None:
        return [f"{batch.name} is {batch.state}"]
    found = [] if batch.deliveries.count() == 1 else [f"{batch.name} has several deliveries"]
    for part in delivery.parts.select_related("part"):
        found += _faults_of_part(part)
    return found + _faults_of_history(batch, delivery)


def _faults_of_part(part: DeliveredPart) -> list[str]:
    """“Sent” only where the receiver's copy was verified, and every attempt is there with its end."""
    attempts = list(part.attempts.order_by("number"))
    ends = [attempt.outcome for attempt in attempts]
    found = []
    if part.state != "sent" or not part.verify_level or part.remote_bytes != part.part.stored_bytes:
        found.append(f"{part.name} is {part.state}, verified {part.verify_level!r}, {part.remote_bytes} bytes")
    if [attempt.number for attempt in attempts] != list(range(1, len(attempts) + 1)):
        found.append(f"{part.name}: the attempts are not all there")
    if ends[-1] not in {"sent", "already_there"} or not {"failed", "lost"}.issuperset(ends[:-1]):
        found.append(f"{part.name} has the attempts {ends}")
    if any(attempt.ended_at is None for attempt in attempts):
        found.append(f"{part.name} has an attempt that never ended")
    codes = NEVER.intersection(attempt.problem_code for attempt in attempts)
    return found + [f"{part.name}: an attempt ended with {code}" for code in codes]


def _faults_of_history(batch: Batch, delivery: Delivery) -> list[str]:
    """Each change of state from the one that the change before led to, and as many events as there were ends."""
    events = list(batch.events.order_by("pk"))
    kinds = Counter(event.kind for event in events)
    once = ("batch.submit", "batch.approve", "batch.send", "batch.sent_all")
    found = [f"{batch.name} tells {kinds[kind]} times of {kind}" for kind in once if kinds[kind] != 1]
    told = Counter(event.after["name"] for event in events if event.kind == "part.sent")
    if told != Counter(delivery.parts.values_list("name", flat=True)):
        found.append(f"{batch.name} tells of the parts {dict(told)}")
    moves = [event for event in events if "state" in event.after]
    wrong = [(one, other) for one, other in pairwise(moves) if one.after["state"] != other.before.get("state")]
    return found + [f"{batch.name}: {other.kind} follows {one.kind}" for one, other in wrong]


def _overlaps() -> list[str]:
    """Transfers of one data source that were under way together."""
    times: dict[int, list[tuple[Any, Any, str]]] = {}
    for attempt in Attempt.objects.select_related("delivered_part__delivery__batch").order_by("started_at"):
        delivery = attempt.delivered_part.delivery
        for dpid in delivery.sources.values_list("dpid", flat=True):
            times.setdefault(dpid, []).append((attempt.started_at, attempt.ended_at, delivery.batch.name))
    found = []
    for dpid, spans in times.items():
        for one, other in pairwise(_of_transfers(spans)):
            if other[0] < one[1]:
                found.append(f"data source {dpid}: {one[2]} and {other[2]} were under way together")
    return found


def _of_transfers(spans: list[tuple[Any, Any, str]]) -> list[tuple[Any, Any, str]]:
    """From the first to the last moment of attempts in a row that are of one transfer."""
    joined: list[tuple[Any, Any, str]] = []
    for begin, end, name in spans:
        if joined and joined[-1][2] == name:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end), name)
        else:
            joined.append((begin, end, name))
    return joined

"""What people do in tests with real processes, and what must be true when they are done."""

import gzip
import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils import timezone
from pysequoia import Tsk, decrypt

from ingest.lifecycle import BatchState
from ingest.models import Batch, Check, DeliveredPart, Destination, Job
from ingest.services import approve, check, deliver, files, submit, sweep
from ingest.services.sealing import seals
from ingest.transfer.seal_field import SEAL_KEY
from tests import factories

COLUMNS = [{"column": "tier", "action": "signal", "key": "tier"}]
PART_BYTES = 200_000


def make(batches: int, rows: int, first: int, *, sealed: bool = False) -> list[int]:
    """New batches, each with a file of its own, and a check that has begun; `sealed`: encrypted when they are sent."""
    where = factories.workspace(slug=f"acme-{first}", name=f"Acme {first}")
    maker = factories.member(where, email=f"ada-{first}@example.com")
    factories.member(where, "Wei", roles=["approver"], email=f"wei-{first}@example.com")
    place = factories.destination(where)
    if sealed:
        place = factories.destination(where, config={**place.config, SEAL_KEY: str(_receiver().extract_certificate())})
    return [_start(maker, place, number, rows).pk for number in range(first, first + batches)]


@cache
def _receiver() -> Tsk:
    """The receiver's secret key, which only this process has."""
    return Tsk.generate("receiver <receiver@example.com>")


def _opened(stored: bytes) -> bytes:
    return decrypt(stored, decryptor=_receiver().decryptor()).bytes or b""


def _start(maker: Any, place: Destination, number: int, rows: int) -> Batch:
    mapping = {
        **factories.MAPPING, "columns": COLUMNS, "repeated_ids": ("keep", "merge")[number % 2],
        "dpid": 478 + number // 2,  # two of each: they wait for each other
        "output": {"compression": ("gzip", "none")[number % 3 == 2], "max_part_bytes": PART_BYTES},
    }  # fmt: skip
    mapping["output"]["compression"] = "pgp" if seals(place) else mapping["output"]["compression"]
    content = "crm_id,tier\n" + "".join(f"U{number}-{row},t{row % 7}\n" for row in range(rows)) + ",gold\n"
    source = factories.upload(maker.memberships.get().workspace, maker, content.encode())
    values = {"upload": source, "mapping": mapping, "destination": place, "name": f"batch {number}", "note": str(rows)}
    batch = factories.batch(source.workspace, maker, number=number, **values)
    check.start(batch, actor=maker, now=timezone.now())
    return batch


def push(batches: list[int]) -> dict[str, int]:
    """What people do next with each batch, again and again until all are sent; how many are in which state."""
    for batch in Batch.objects.filter(pk__in=batches).select_related("maker", "workspace", "result", "destination"):
        if (step := NEXT.get(BatchState(batch.state))) is not None:
            step(batch)
    return dict(Counter(Batch.objects.filter(pk__in=batches).values_list("state", flat=True)))


def _check_again(batch: Batch) -> None:
    last = batch.checks.order_by("-pk")[0]
    assert last.problem_code == "worker.died", last.problem
    check.start(batch, actor=batch.maker, now=timezone.now())


def _submit(batch: Batch) -> None:
    submit.submit(batch, actor=batch.maker, now=timezone.now(), replaces_confirmed=False)


def _approve(batch: Batch) -> None:
    seen = approve.seen_in(batch)
    assert seen is not None
    approver = batch.workspace.memberships.get(approves=True).user
    approve.approve(batch, actor=approver, now=timezone.now(), seen=seen)


def _retry(batch: Batch) -> None:
    codes = set(DeliveredPart.objects.filter(delivery=batch.delivery_id).values_list("problem_code", flat=True))
    assert codes <= {"worker.died", ""}, codes
    deliver.retry(batch, actor=batch.maker, now=timezone.now())


NEXT: dict[BatchState, Callable[[Batch], None]] = {
    BatchState.DRAFT: _check_again,
    BatchState.CHECKED: _submit,
    BatchState.WAITING: _approve,
    BatchState.FAILED: _retry,
    BatchState.PARTLY_SENT: _retry,
}


def faults(batches: list[int]) -> list[str]:
    """Everything that is not as it should be once all is sent; nothing, if it is well."""
    found = [fault for batch in Batch.objects.filter(pk__in=batches) for fault in _faults_of(batch)]
    unfinished = Job.objects.exclude(state__in=[Job.State.DONE, Job.State.NEEDS_ATTENTION])
    found += [f"job {job.pk} ({job}) is {job.state}" for job in unfinished]
    sweep.sweep_scratch()
    sweep.sweep_destinations(timezone.now(), older_than=timedelta(seconds=-60))
    found += [f"scratch has {path.name}" for path in files.scratch_folder().iterdir()]
    for place in Destination.objects.all():
        # Two destinations may lead to one folder.
        sent = DeliveredPart.objects.filter(delivery__destination__config__folder=place.config["folder"])
        names = set(sent.values_list("name", flat=True))
        there = {path.name for path in Path(place.config["folder"]).iterdir()}
        found += [f"{place} has {name}" for name in sorted(there - names)]
    return found


def _faults_of(batch: Batch) -> list[str]:
    result, delivery = batch.result, batch.delivery
    if batch.state != "sent" or result is None or delivery is None:
        return [f"batch {batch.number} is {batch.state}"]
    rows = int(batch.note)
    found = []
    if (result.rows, result.accepted, result.refused) != (rows + 1, rows, 1):
        found.append(f"batch {batch.number} counts {result.rows} rows, {result.accepted} accepted")
    if batch.deliveries.count() != 1:
        found.append(f"batch {batch.number} has {batch.deliveries.count()} deliveries")
    folder = Path(delivery.destination.config["folder"])
    lines = b""
    for sent in delivery.parts.select_related("part").order_by("part__number"):
        stored = (folder / sent.name).read_bytes()
        expected_sha256 = sent.sealed_sha256 or sent.part.sha256
        if hashlib.sha256(stored).hexdigest() != expected_sha256 or sent.state != "sent":
            found.append(f"{sent.name} is {sent.state} or holds other bytes")
        if bool(sent.sealed_for) != sent.name.endswith(".gpg"):
            found.append(f"{sent.name} was encrypted for “{sent.sealed_for}”")
        stored = _opened(stored) if sent.sealed_for else stored
        lines += gzip.decompress(stored) if sent.name.endswith(".gz") else stored
        ended = [attempt.outcome for attempt in sent.attempts.all()]
        if ended.count("sent") + ended.count("already_there") != 1 or "open" in ended:
            found.append(f"{sent.name} has the attempts {ended}")
    expected = "".join(f'U{batch.number}-{row}\t"tier"="t{row % 7}"\n' for row in range(rows)).encode()
    if lines != expected:
        found.append(f"batch {batch.number} sent {len(lines)} bytes, {len(expected)} expected, or others")
    return found + _faults_of_history(batch, delivery.parts.count())


def _faults_of_history(batch: Batch, parts: int) -> list[str]:
    """Each change of state once, each from the state that the one before led to."""
    events = list(batch.events.order_by("pk"))
    kinds = Counter(event.kind for event in events)
    once = ("batch.check_finished", "batch.submit", "batch.approve", "batch.send", "batch.sent_all")
    found = [f"batch {batch.number} tells {kinds[kind]} times of {kind}" for kind in once if kinds[kind] != 1]
    if kinds["part.sent"] != parts:
        found.append(f"batch {batch.number} tells of {kinds['part.sent']} parts, {parts} were sent")
    moves = [event for event in events if "state" in event.after]
    for earlier, later in pairwise(moves):
        if earlier.after["state"] != later.before.get("state"):
            found.append(f"batch {batch.number}: {later.kind} follows {earlier.kind}")
    if Check.objects.filter(batch=batch, state="finished").count() != 1:
        found.append(f"batch {batch.number} has several finished checks")
    return found


def jobs() -> dict[str, int]:
    """How many jobs are in which state, and how often they were begun."""
    states = Counter(Job.objects.values_list("state", flat=True))
    return {**states, "attempts": sum(Job.objects.values_list("attempts", flat=True))}


def problems_of_checks(batches: list[int]) -> list[str]:
    """Why the last check of each ended without a result."""
    last = [Check.objects.filter(batch=batch).latest("pk") for batch in batches]
    return [one.problem_code for one in last if one.problem_code]


COMMANDS: dict[str, Callable[..., Any]] = {
    "make": make, "push": push, "faults": faults, "jobs": jobs, "problems_of_checks": problems_of_checks,
}  # fmt: skip

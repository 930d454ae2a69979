"""What every destination promises when several workers act at once, or one is killed."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.transfer.base import Source
from tests.transfer.receivers import NAME, RECEIVERS, Receiver, destination_of, finals, source_of, temporaries
from tests.transfer.workers import Worker, deliver

MIB = 1024 * 1024
CONTENT = os.urandom(6 * MIB + 5)


@pytest.fixture(params=sorted(RECEIVERS))
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Receiver]:
    with RECEIVERS[request.param](tmp_path) as one:
        yield one


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def test_of_two_workers_at_the_last_step_one_makes_the_file_and_both_know(
    receiver: Receiver, source: Source, tmp_path: Path
) -> None:
    workers = [Worker(tmp_path, receiver, source, tag=f"7-{epoch}", waits_at_fence=True) for epoch in (1, 2)]
    for worker in workers:
        worker.wait_for("at the fence")
    assert len(temporaries(receiver)) == 2
    for worker in workers:
        worker.go_on()
    outcomes = [worker.outcome() for worker in workers]
    makers = [outcome["already_there"] for outcome in outcomes].count(False)
    assert makers == 1 if receiver.refuses_taken_names else makers in {1, 2}
    assert {outcome["sha256"] for outcome in outcomes} == {source.sha256}
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == CONTENT


def test_of_two_workers_with_different_bytes_one_wins_and_the_other_is_told(
    receiver: Receiver, source: Source, tmp_path: Path
) -> None:
    other = source_of(tmp_path / "other", CONTENT[::-1])
    workers = [
        Worker(tmp_path, receiver, given, tag=f"7-{epoch}", waits_at_fence=True)
        for epoch, given in enumerate((source, other))
    ]
    for worker in workers:
        worker.wait_for("at the fence")
    for worker in workers:
        worker.go_on()
    outcomes = [worker.outcome() for worker in workers]
    ends = sorted(outcome.get("code", "delivered") for outcome in outcomes)
    if receiver.refuses_taken_names:
        assert ends == ["conflict", "delivered"]
    else:
        assert ends in (["conflict", "delivered"], ["delivered", "delivered"])
    assert receiver.everything() == [NAME]
    there = receiver.read(NAME)
    assert there in {CONTENT, CONTENT[::-1]}, "one of the two, whole, never something of both"
    if ends[0] == "conflict":
        winner = next(outcome["sha256"] for outcome in outcomes if "sha256" in outcome)
        assert winner == hashlib.sha256(there).hexdigest()
    assert deliver(receiver, source if there == CONTENT else other, tag="7-9").already_there


@pytest.mark.parametrize("place", ["sending", "at the fence"])
def test_a_killed_worker_leaves_no_file_and_the_next_attempt_delivers(
    receiver: Receiver, source: Source, tmp_path: Path, place: str
) -> None:
    stop = {"stop_at": 3 * MIB} if place == "sending" else {"waits_at_fence": True}
    worker = Worker(tmp_path, receiver, source, tag="7-1", **stop)
    worker.wait_for(place)
    worker.kill()
    assert finals(receiver) == []
    assert len(temporaries(receiver)) == 1
    assert not deliver(receiver, source, tag="7-2").already_there
    with destination_of(receiver) as destination:
        assert destination.sweep(older_than=timedelta(hours=1), now=datetime.now(UTC)) == 0
        assert destination.sweep(older_than=timedelta(hours=1), now=datetime.now(UTC) + timedelta(hours=2)) == 1
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == CONTENT


def test_a_worker_that_was_taken_for_dead_finds_its_file_delivered(
    receiver: Receiver, source: Source, tmp_path: Path
) -> None:
    """Its fence should stop it; even if it does not, there is one file."""
    late = Worker(tmp_path, receiver, source, tag="7-1", waits_at_fence=True)
    late.wait_for("at the fence")
    assert not deliver(receiver, source, tag="7-2").already_there
    late.go_on()
    assert late.outcome() == {"already_there": True, "sha256": source.sha256}
    assert receiver.everything() == [NAME]

"""How far a check is: whole per cent, time left once it can be told, who is before it, how often to ask."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ingest.models import Check, Job
from ingest.services import check
from ingest.services.progress import Progress, progress_of
from tests.services import working

pytestmark = pytest.mark.django_db
NOW = working.NOW


def _check(**fields: Any) -> Check:
    """A check that was asked for at NOW, with columns as they are given."""
    batch = working.draft()
    one = check.start(batch, actor=batch.maker, now=NOW)
    Check.objects.filter(pk=one.pk).update(**{"created_at": NOW, **fields})
    one.refresh_from_db()
    return one


def _running(done: int, *, whole: int = 1000, **fields: Any) -> Check:
    values = {"state": "running", "started_at": NOW, "bytes_done": done, "bytes_total": whole, **fields}
    return _check(**values)


def _after(one: Check, seconds: float) -> Progress:
    return progress_of(one, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("done", "whole", "percent"),
    [(0, 1000, 0), (1, 1000, 0), (509, 1000, 50), (999, 1000, 99), (1000, 1000, 99), (1500, 1000, 99), (7, 0, 0)],
)
def test_per_cent_are_whole_and_never_100_before_the_end(done: int, whole: int, percent: int) -> None:
    assert _after(_running(done, whole=whole), 1).percent == percent


def test_time_left_comes_from_the_speed_so_far() -> None:
    assert _after(_running(250), 10).left == timedelta(seconds=30)
    assert _after(_running(1000), 10).left == timedelta(0)


@pytest.mark.parametrize(
    ("done", "seconds", "is_told"), [(500, 4.9, False), (500, 5, True), (49, 60, False), (50, 60, True)]
)
def test_time_left_is_told_after_5_seconds_and_5_per_cent(done: int, seconds: float, is_told: bool) -> None:
    assert (_after(_running(done), seconds).left is not None) is is_told


def test_a_check_whose_size_nobody_knows_has_no_time_left() -> None:
    assert _after(_running(500, whole=0), 60).left is None


def test_time_left_does_not_grow_while_nothing_is_heard() -> None:
    heard = _running(250, progressed_at=NOW + timedelta(seconds=10))
    assert [_after(heard, seconds).left for seconds in (10, 15, 20, 20.1, 300)] == [timedelta(seconds=30)] * 3 + [
        None
    ] * 2
    Check.objects.filter(pk=heard.pk).update(bytes_done=500, progressed_at=NOW + timedelta(seconds=300))
    heard.refresh_from_db()
    assert _after(heard, 301).left == timedelta(seconds=300), "it is told again"


@pytest.mark.parametrize(("stage", "is_told"), [("checking", True), ("writing", False), ("storing", False)])
def test_time_left_is_about_the_rows_alone(stage: str, is_told: bool) -> None:
    assert (_after(_running(500, stage=stage), 60).left is not None) is is_told


def test_how_many_rows_there_will_be_is_a_round_guess() -> None:
    assert _after(_running(670, rows_done=812_000), 60).about == 1_200_000
    assert _after(_running(49, rows_done=812_000), 60).about is None
    assert _after(_running(500, whole=0, rows_done=812_000), 60).about is None


@pytest.mark.parametrize(("silent", "is_slow"), [(29, False), (30, False), (31, True)])
def test_it_takes_longer_than_usual_after_30_seconds_of_silence(silent: float, is_slow: bool) -> None:
    heard: datetime = NOW + timedelta(seconds=100)
    assert _after(_running(500, progressed_at=heard), 100 + silent).is_slow is is_slow


def test_silence_counts_from_the_start_where_nothing_was_heard_yet() -> None:
    assert _after(_running(0), 31).is_slow
    assert not _after(_check(), 3600).is_slow, "one that waits for a worker is not slow"


def test_checks_that_were_asked_for_before_are_counted_until_they_are_done() -> None:
    before = [_check() for _ in range(3)]
    others = _ahead_of_all()
    mine = _check()
    _check()
    assert _after(mine, 1).ahead == others
    working.work(before[0])
    Job.objects.filter(pk=working.job_of(before[1]).pk).update(state=Job.State.RUNNING)
    assert _after(mine, 1).ahead == others - 1, "one that runs is still before it, a finished one is not"


def _ahead_of_all() -> int:
    return Job.objects.filter(kind=Job.Kind.CHECK, state__in=[Job.State.READY, Job.State.RUNNING]).count()


def test_nothing_is_before_a_check_that_runs() -> None:
    _check()
    assert _after(_running(10), 1).ahead == 0


@pytest.mark.parametrize(("age", "seconds"), [(0, 1), (9.9, 1), (10, 2), (59, 2), (60, 5), (86400, 5)])
def test_pages_ask_each_second_at_first_and_later_less_often(age: float, seconds: int) -> None:
    assert _after(_check(), age).poll_seconds == seconds


@pytest.mark.parametrize(
    ("state", "is_open"),
    [("queued", True), ("running", True), ("finished", False), ("ended", False), ("cancelled", False)],
)
def test_there_is_something_to_wait_for_until_it_is_over(state: str, is_open: bool) -> None:
    assert _after(_check(state=state), 1).is_open is is_open


def test_why_it_ended_is_told_in_a_sentence() -> None:
    one = _check(state="ended", problem_code="file.empty", problem="The file is empty.")
    assert _after(one, 1).problem == "The file is empty."

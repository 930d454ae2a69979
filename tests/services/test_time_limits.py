"""A child that hangs does not keep its place for ever: every message says when it is ended, by the size of its file."""

from types import SimpleNamespace
from typing import Any

import pytest

from ingest import queue
from ingest.models import Job, Part, Upload
from ingest.services import check
from tests.services import working

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Tasks and limits of what is rung for."""
    rung: list[tuple[str, int]] = []

    def send_task(name: str, *, args: list[int], time_limit: int) -> None:
        assert len(args) == 1
        rung.append((name, time_limit))

    producer: Any = SimpleNamespace(send_task=send_task)
    monkeypatch.setattr(queue, "_producer", lambda: producer)
    return rung


def test_a_small_part_has_ten_minutes_and_a_large_one_a_second_for_each_megabyte(sent: list[tuple[str, int]]) -> None:
    job = working.job_of(working.sending(b"one\n").parts.get())
    assert queue.ring("deliver", job.pk)
    Part.objects.update(stored_bytes=3_000_000_000)
    assert queue.ring("deliver", job.pk)
    assert sent == [("ingest.deliver", 600), ("ingest.deliver", 3600)]


def test_a_check_has_time_for_its_file(sent: list[tuple[str, int]]) -> None:
    batch = working.draft()
    started = check.start(batch, actor=batch.maker, now=working.NOW)
    Upload.objects.update(received_bytes=5_000_000_000, declared_bytes=5_000_000_000)
    assert queue.ring("check", working.job_of(started).pk)
    assert sent == [("ingest.check", 5600)]


def test_a_look_after_sent_files_has_ten_minutes_and_so_has_a_job_that_is_gone(sent: list[tuple[str, int]]) -> None:
    job = queue.put(Job.Kind.WATCH, 1, now=working.NOW)
    assert queue.ring("watch", job.pk)
    assert queue.ring("check", job.pk + 1)
    assert [limit for _name, limit in sent] == [600, 600]

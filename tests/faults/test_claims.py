"""Many processes that write to one SQLite database at once: none is refused, and no job has two owners."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.faults.portal import Portal
from tests.house.tree import PROJECT

JOBS = 500
PROCESSES = 8


class _PortalWithoutWorkers(Portal):
    @staticmethod
    def _programs(workers: int) -> dict[str, list[str]]:  # noqa: ARG004 - as in Portal
        return {}


@pytest.mark.timeout(300)
def test_eight_processes_claim_five_hundred_jobs_of_which_each_goes_to_one(tmp_path: Path) -> None:
    with _PortalWithoutWorkers(tmp_path) as portal:
        portal.ask("lay_jobs", count=JOBS)
        with ExitStack() as started:
            claimers = [started.enter_context(_claimer(number, portal.environment)) for number in range(PROCESSES)]
            for claimer in claimers:
                assert _out_of(claimer).readline() == "ready\n"
            for claimer in claimers:
                _tell(claimer, "go")
            answers: list[list[int]] = [json.loads(_out_of(claimer).readline()) for claimer in claimers]
            assert [claimer.wait(30) for claimer in claimers] == [0] * PROCESSES, "one was told that it is locked"
        owners = Counter(job for answer in answers for job in answer)
        assert len(owners) == JOBS
        assert set(owners.values()) == {1}
        assert sum(len(answer) > 0 for answer in answers) > 1, "they did not work beside each other"
        assert portal.ask("undone_jobs") == 0


@contextmanager
def _claimer(number: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.faults.claimer", str(number)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT, env=environment
    ) as process:
        yield process


def _tell(claimer: subprocess.Popen[str], word: str) -> None:
    assert claimer.stdin is not None
    claimer.stdin.write(f"{word}\n")
    claimer.stdin.flush()


def _out_of(claimer: subprocess.Popen[str]) -> IO[str]:
    assert claimer.stdout is not None
    return claimer.stdout

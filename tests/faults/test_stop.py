"""Ctrl-C and SIGTERM in the middle of a run: it ends within two seconds, says so, and leaves nothing."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path
from threading import Event

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.errors import Cancelled
from ingest.engine.run import onboard
from tests.commands.command_line import TIMESTAMP, Desk, traits_mapping
from tests.faults.processes import bytes_in_workspace, everything_in, slow_mapping, start, wait_until

SECONDS = 2.0
STOPPED = 130
SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)


def _stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[float, str, str]:
    """Send the signal: seconds until the end, and what was said."""
    asked = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return time.monotonic() - asked, out, err


def _assert_stopped(process: subprocess.Popen[str], desk: Desk, number: signal.Signals) -> None:
    seconds, out, err = _stop(process, number)
    assert (process.returncode, out) == (STOPPED, "")
    assert "Nothing was written" in err
    assert "Traceback" not in err
    assert everything_in(desk.out) == []
    assert seconds < SECONDS


@SIGNALS
def test_a_run_stops_in_the_middle_of_a_large_file(large_desk: Desk, number: signal.Signals) -> None:
    large_desk.mapping.write_text(json.dumps(slow_mapping()), encoding="utf-8")
    process = start(large_desk)
    wait_until(lambda: bytes_in_workspace(large_desk, "part-*") > 0, process)
    _assert_stopped(process, large_desk, number)


@SIGNALS
def test_a_run_stops_while_rows_are_set_aside_to_be_merged(large_desk: Desk, number: signal.Signals) -> None:
    large_desk.mapping.write_text(json.dumps(slow_mapping(repeated_ids="merge")), encoding="utf-8")
    process = start(large_desk)
    wait_until(lambda: bytes_in_workspace(large_desk, "spill") > 0, process)
    _assert_stopped(process, large_desk, number)


@SIGNALS
def test_a_run_stops_while_rows_are_merged(tmp_path: Path, number: signal.Signals) -> None:
    rows = "".join(f"user-{user},town {user % 97},{user % 50 + 1}\n" for user in range(1_000_000))
    desk = Desk(tmp_path).lay(f"id,city,segments\n{rows}", traits_mapping(repeated_ids="merge"))
    process = start(desk)
    wait_until(lambda: bytes_in_workspace(desk, "part-*") > 0, process)
    _assert_stopped(process, desk, number)


@SIGNALS
def test_a_run_stops_in_its_first_look_at_the_dates(large_desk: Desk, number: signal.Signals) -> None:
    columns = [{"column": "f1", "action": "signal", "key": "f1", "transforms": ["date_iso"]}]
    large_desk.mapping.write_text(json.dumps(traits_mapping(columns=columns)), encoding="utf-8")
    process = start(large_desk)
    wait_until(lambda: large_desk.out.is_dir() and everything_in(large_desk.out) != [], process)
    time.sleep(0.1)
    _assert_stopped(process, large_desk, number)


@pytest.mark.parametrize("ids", [1, 100])
def test_a_run_stops_while_ids_that_contradict_themselves_are_merged(tmp_path: Path, ids: int) -> None:
    """The slow way of merging: row by row, by the exact rules."""
    rng = random.Random(1)
    pairs = [(f"{number % 900 + 1},", f",{number % 900 + 1}")[rng.random() < 0.5] for number in range(5000)]
    rows = "".join(f"user-{number % ids},{pairs[number % 5000]},{number}\n" for number in range(600_000))
    columns = [
        {"column": "add", "action": "add_traits"}, {"column": "del", "action": "remove_traits"},
        {"column": "more", "action": "signal", "key": "more"},
    ]  # fmt: skip
    mapping = traits_mapping(columns=columns, repeated_ids="merge")
    desk = Desk(tmp_path).lay(f"id,add,del,more\n{rows}", mapping)
    process = start(desk)
    wait_until(lambda: bytes_in_workspace(desk, "spill") > 1_000_000, process)
    time.sleep(0.3)
    _assert_stopped(process, desk, signal.SIGTERM)


def test_what_an_earlier_run_made_stays_when_a_run_is_stopped(large_desk: Desk) -> None:
    large_desk.mapping.write_text(json.dumps(slow_mapping()), encoding="utf-8")
    assert large_desk.onboard("--timestamp", TIMESTAMP, "--limit", 10).code == 0
    before = large_desk.results()
    process = start(large_desk)
    wait_until(lambda: bytes_in_workspace(large_desk, "part-*") > 0, process)
    _stop(process, signal.SIGTERM)
    assert process.returncode == STOPPED
    assert large_desk.results() == before


@pytest.mark.parametrize("repeated_ids", ["keep", "merge"])
@pytest.mark.parametrize("after", [0, 1, 2, 3, 5, 8, 13])
def test_a_run_may_be_stopped_at_every_question(tmp_path: Path, repeated_ids: str, after: int) -> None:
    """`stop` says yes after some questions: wherever that is, nothing is left, or the run had been through."""
    rows = "".join(f"user-{number},Rome,{number % 9 + 1}\n" for number in range(10_000))
    desk = Desk(tmp_path).lay(f"id,city,segments\n{rows}USER-1,x,1\n")
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    document = parse_mapping(traits_mapping(repeated_ids=repeated_ids))
    with pytest.raises(Cancelled):
        onboard(desk.customers, document, desk.out, timestamp=TIMESTAMP, block_bytes=512, stop=stop)
    assert everything_in(desk.out) == []


def test_a_run_that_is_asked_to_stop_before_it_begins_makes_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path).lay("id,city,segments\nA1,Rome,24\n")
    asked = Event()
    asked.set()
    with pytest.raises(Cancelled):
        onboard(desk.customers, parse_mapping(traits_mapping()), desk.out, timestamp=TIMESTAMP, stop=asked.is_set)
    assert everything_in(desk.out) == []

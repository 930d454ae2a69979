"""What every destination promises, tried at each against a real receiver."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.transfer.base import Present, Source, StepOutcome, Target, VerifyLevel
from ingest.transfer.errors import Permanent, TransferFailure, Transient
from ingest.transfer.failures import failure
from ingest.transfer.registry import METHODS
from tests.transfer.changes import CHANGES
from tests.transfer.receivers import (
    DAY,
    METHOD_OF,
    NAME,
    RECEIVERS,
    TARGET,
    Receiver,
    destination_of,
    finals,
    source_of,
    temporaries,
)  # fmt: skip
from tests.transfer.watching import watched
from tests.transfer.workers import at_bytes, deliver

MIB = 1024 * 1024
CONTENT = os.urandom(5 * MIB + 17)  # several pieces, the last one short
OTHER = bytes(reversed(CONTENT))
NUMBERS_TEMPORARIES = {"s3"}  # every upload in parts has a number of the server's


@pytest.fixture(params=sorted(RECEIVERS))
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Receiver]:
    with RECEIVERS[request.param](tmp_path) as one:
        yield one


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def test_every_method_has_a_receiver_here() -> None:
    assert METHOD_OF.keys() == RECEIVERS.keys()
    assert set(METHOD_OF.values()) == METHODS.keys()


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 17])
def test_a_file_arrives_whole_and_the_receipt_says_how_sure_we_are(
    receiver: Receiver, tmp_path: Path, size: int
) -> None:
    source = source_of(tmp_path / "part", CONTENT[:size])
    receipt = deliver(receiver, source)
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == CONTENT[:size]
    assert (receipt.size, receipt.sha256, receipt.already_there) == (source.size, source.sha256, False)
    assert receipt.verify_level >= VerifyLevel.SIZE
    assert receipt.remote_name.endswith(NAME)


def test_levels_of_being_sure_have_an_order() -> None:
    assert VerifyLevel.SIZE < VerifyLevel.CHECKSUM < VerifyLevel.READ_BACK


def test_progress_is_told_from_the_first_bytes_to_the_last_and_never_goes_back(
    receiver: Receiver, source: Source
) -> None:
    told: list[int] = []
    deliver(receiver, source, progress=told.append)
    assert told == sorted(told)
    assert told[0] <= MIB
    assert told[-1] == source.size


def test_the_fence_is_asked_once_when_everything_was_sent_and_nothing_has_the_name(
    receiver: Receiver, source: Source
) -> None:
    told: list[int] = []
    seen: list[tuple[int, list[str]]] = []
    deliver(receiver, source, progress=told.append, fence=lambda: seen.append((told[-1], finals(receiver))))
    assert seen == [(source.size, [])]


def test_the_same_bytes_twice_are_one_file(receiver: Receiver, source: Source) -> None:
    first = deliver(receiver, source)
    told: list[int] = []
    second = deliver(receiver, source, tag="7-2", progress=told.append)
    assert (first.already_there, second.already_there) == (False, True)
    assert (first.remote_name, first.sha256) == (second.remote_name, second.sha256)
    assert receiver.everything() == [NAME]
    assert set(told) <= {0}, "nothing was sent again"


@pytest.mark.parametrize("other", [OTHER, CONTENT[:-1], CONTENT + b"x", b""], ids=["same size", "less", "more", "none"])
def test_other_bytes_under_the_name_are_a_conflict_and_stay(receiver: Receiver, source: Source, other: bytes) -> None:
    receiver.put(NAME, other)
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source)
    assert caught.value.code == "conflict"
    assert NAME in str(caught.value)
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == other


def test_a_name_that_is_taken_while_we_send_is_not_overwritten(receiver: Receiver, source: Source) -> None:
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source, progress=at_bytes(2 * MIB, lambda: receiver.put(NAME, OTHER)))
    assert caught.value.code == "conflict"
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == OTHER


def test_a_name_that_is_taken_while_the_fence_is_asked_is_not_overwritten(receiver: Receiver, source: Source) -> None:
    """So late that only the last step itself, or a look right before it, can see it."""
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source, fence=lambda: receiver.put(NAME, OTHER))
    assert caught.value.code == "conflict"
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == OTHER


def test_a_name_that_gets_the_same_bytes_while_we_send_is_delivered(receiver: Receiver, source: Source) -> None:
    told: list[int] = []
    put = at_bytes(2 * MIB, lambda: receiver.put(NAME, CONTENT))

    def progress(sent: int) -> None:
        told.append(sent)
        put(sent)

    assert deliver(receiver, source, progress=progress).already_there
    assert told == sorted(told)
    assert receiver.everything() == [NAME]


def test_looking_says_absent_or_what_is_there(receiver: Receiver, source: Source) -> None:
    with destination_of(receiver) as destination:
        assert destination.look(TARGET) is None
        deliver(receiver, source)
        assert destination.look(TARGET) in {Present(source.size, source.sha256), Present(source.size, None)}
        assert destination.look(Target("ftp_dpm_478_1769817601.sync.gz", DAY)) is None


def test_whether_a_receiver_holds_a_file_is_told(receiver: Receiver, source: Source) -> None:
    with destination_of(receiver) as destination:
        assert not destination.holds(TARGET)
        deliver(receiver, source)
        assert destination.holds(TARGET)
        assert not destination.holds(Target(f"{NAME}.processed", DAY))
        receiver.put(f"{NAME}.processed", b"")
        assert destination.holds(Target(f"{NAME}.processed", DAY))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_sending", [False, True], ids=["before", "while sending"])
def test_a_source_that_is_not_what_was_approved_gets_no_name(
    receiver: Receiver, source: Source, change: str, is_sending: bool
) -> None:
    def act() -> None:
        CHANGES[change](source.path)

    if not is_sending:
        act()
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source, progress=at_bytes(MIB, act) if is_sending else lambda _sent: None)
    assert caught.value.code == "artifact.changed"
    assert receiver.everything() == []


def test_another_file_in_the_sources_place_gets_no_name(receiver: Receiver, source: Source) -> None:
    source.path.unlink()
    source.path.write_bytes(OTHER)
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source)
    assert caught.value.code == "artifact.changed"
    assert receiver.everything() == []


def test_a_source_that_is_gone_is_said(receiver: Receiver, source: Source) -> None:
    source.path.unlink()
    with pytest.raises(Permanent) as caught:
        deliver(receiver, source)
    assert caught.value.code == "artifact.missing"
    assert receiver.everything() == []


class Stop(Exception):
    """What a caller raises; a destination knows nothing of it."""


@pytest.mark.parametrize("error", [Stop(), OSError(28, "the caller's own"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("at", [1, 3 * MIB, len(CONTENT)])
def test_what_progress_raises_stops_the_transfer_and_comes_out_as_it_is(
    receiver: Receiver, source: Source, error: BaseException, at: int
) -> None:
    def stop() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        deliver(receiver, source, progress=at_bytes(at, stop))
    assert caught.value is error
    assert receiver.everything() == []
    assert not deliver(receiver, source, tag="7-2").already_there


@pytest.mark.parametrize("error", [failure("fence.lost"), Stop(), OSError(13, "the caller's own")], ids=repr)
def test_a_fence_that_does_not_open_leaves_nothing(receiver: Receiver, source: Source, error: Exception) -> None:
    def fence() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        deliver(receiver, source, fence=fence)
    assert caught.value is error
    assert receiver.everything() == []


def test_nobody_ever_sees_a_part_of_a_file_under_its_name(receiver: Receiver, tmp_path: Path) -> None:
    content = os.urandom(64 * MIB)
    source = source_of(tmp_path / "large", content)
    with watched(receiver, NAME) as sizes:
        deliver(receiver, source)
    assert sizes.looks > 20, "it looked often while the file was on its way"
    assert sizes.seen == {len(content)}


@pytest.mark.parametrize("tag", ["", "a/b", "../x", "a b", "x" * 65, "a.b", "é", "a\n"])
def test_a_tag_that_could_leave_the_folder_is_a_bug_of_the_caller(receiver: Receiver, source: Source, tag: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        deliver(receiver, source, tag=tag)
    assert receiver.everything() == []


def test_a_temporary_of_the_same_attempt_is_not_written_into(receiver: Receiver, source: Source) -> None:
    """Two workers that take themselves for the same attempt: the second one stops.

    Where the receiver numbers what is unfinished, each has a temporary of its own and the first to end makes the file.
    """
    made: list[bool] = []

    def again() -> None:
        if receiver.method in NUMBERS_TEMPORARIES:
            made.append(not deliver(receiver, source).already_there)
        else:
            with pytest.raises(Transient):
                deliver(receiver, source)

    made.append(not deliver(receiver, source, progress=at_bytes(MIB, again)).already_there)
    assert made.count(True) == 1
    assert receiver.everything() == [NAME]
    assert receiver.read(NAME) == CONTENT


def test_the_sweep_takes_only_what_is_ours_and_old(receiver: Receiver) -> None:
    now = datetime.now(UTC)
    foreign = ["report.csv", ".hidden", ".amportal-1.part", ".amportal-7-1-0123456789abcdef.part.bak", "x.part"]
    for name in foreign:
        receiver.put(name, b"x")
    receiver.put(".amportal-7-1-0123456789abcdef.part", b"x")
    with destination_of(receiver) as destination:
        assert destination.sweep(older_than=timedelta(hours=24), now=now) == 0
        assert destination.sweep(older_than=timedelta(hours=24), now=now + timedelta(hours=25)) == 1
    assert receiver.everything() == sorted(foreign)


def test_a_transfer_whose_temporary_was_swept_can_be_tried_again(receiver: Receiver, source: Source) -> None:
    def sweep() -> None:
        with destination_of(receiver) as destination:
            assert destination.sweep(older_than=timedelta(0), now=datetime.now(UTC) + timedelta(hours=1)) == 1

    with pytest.raises(TransferFailure) as caught:
        deliver(receiver, source, fence=sweep)
    assert isinstance(caught.value, Transient)
    assert receiver.everything() == []


def test_the_connection_test_goes_through_every_step_and_leaves_nothing(receiver: Receiver) -> None:
    with destination_of(receiver) as destination:
        steps = destination.check(temp_tag="check-1")
    assert {step.outcome for step in steps} == {StepOutcome.PASSED}
    assert len(steps) >= 4
    assert receiver.everything() == temporaries(receiver) == []

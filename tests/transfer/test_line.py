"""The line to a receiver fails while a part is sent: only the whole part ever has its name, and the next try ends it.

Each receiver is a real server behind a line that has faults; the waits of the program are cut short.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.transfer.base import Destination, Receipt, Source
from ingest.transfer.errors import Misconfigured, TransferFailure, Transient
from ingest.transfer.registry import Limits, build
from ingest.transfer.secret import Secret
from tests.fault_proxy import Fault, FaultProxy, Kind, Way
from tests.faults.hurried import hurry
from tests.faults.places import Place
from tests.faults.servers import FtpsPlace, S3Place, SftpPlace
from tests.transfer.ftp_servers import LOOPBACK
from tests.transfer.receivers import TARGET, source_of
from tests.transfer.workers import at_bytes, nothing

CONTENT = os.urandom(1_000_000)
PLACES: dict[str, Callable[[], Place]] = {
    "S3": S3Place, "SFTP": SftpPlace, "FTPS": FtpsPlace, "FTP": lambda: FtpsPlace(is_plain=True),
}  # fmt: skip
MOMENTS = {"at its beginning": 10_000, "in its middle": 500_000, "at its end": 990_000}
LONGEST = 25
FLIPS = 30
ANSWERS = 5_000
"""Bytes that come back at least, the part read back among them."""
SHARE = 0.4


@pytest.fixture(scope="module", params=sorted(PLACES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param.startswith("FTP") and not FtpsPlace.is_possible():
        pytest.skip("vsftpd is not installed here, or not started by root")
    with PLACES[request.param]() as one:
        yield one


@pytest.fixture(autouse=True)
def _empty(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    hurry(monkeypatch.setattr, share=SHARE)
    yield
    place.clear()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def line_to(place: Place) -> FaultProxy:
    assert place.line is not None
    return place.line


def opened(place: Place) -> Destination:
    where = place.where()
    secrets = {name: Secret(text) for name, text in where.secrets.items()}
    return build(where.method, where.settings, secrets=secrets, limits=Limits(private_networks=LOOPBACK))


def deliver(
    place: Place, source: Source, *, tag: str = "7-1", progress: Callable[[int], None] = nothing,
    fence: Callable[[], None] = nothing,
) -> Receipt:  # fmt: skip
    with opened(place) as destination:
        return destination.deliver(source, TARGET, temp_tag=tag, progress=progress, fence=fence)


def disturbed(place: Place, source: Source, **more: Callable[..., None]) -> TransferFailure | None:
    """What an attempt ended with that something happened to; None: it delivered all the same."""
    began = time.monotonic()
    try:
        deliver(place, source, **more)  # type: ignore[arg-type]
    except TransferFailure as failed:
        return failed
    finally:
        assert time.monotonic() - began < LONGEST, "it hung"
    return None


def assert_nothing_but_the_whole(place: Place, source: Source) -> None:
    assert {name: digest for name, (_mark, digest) in place.look().items()} in ({}, {TARGET.name: source.sha256})


def assert_the_next_try_ends(place: Place, source: Source) -> None:
    """As the job does: look, then send; it may take the receiver a moment to be there again."""
    assert_nothing_but_the_whole(place, source)
    end = time.monotonic() + LONGEST
    number, receipt = 2, None
    while receipt is None:
        try:
            receipt = deliver(place, source, tag=f"7-{number}")
        except Transient:
            assert time.monotonic() < end
            number += 1
            time.sleep(0.2)
    assert receipt.sha256 == source.sha256
    assert {name: digest for name, (_mark, digest) in place.look().items()} == {TARGET.name: source.sha256}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", [Kind.CUT, Kind.RESET, Kind.BLACK_HOLE])
def test_a_line_that_fails_while_a_part_is_sent(place: Place, source: Source, kind: Kind, moment: str) -> None:
    laid = line_to(place).lay(Fault(kind, after=MOMENTS[moment]))
    failed = disturbed(place, source)
    assert laid.hit.is_set()
    assert failed is None or isinstance(failed, Transient), failed
    assert_the_next_try_ends(place, source)


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.BLACK_HOLE])
def test_an_answer_that_is_lost_after_the_last_byte(place: Place, source: Source, kind: Kind) -> None:
    """The receiver may hold the part under its name, and nobody was told: the next try finds out."""

    def lose() -> None:
        line_to(place).strike(Fault(kind, Way.DOWN))

    failed = disturbed(place, source, fence=lose)
    assert failed is None or isinstance(failed, Transient), failed
    assert_the_next_try_ends(place, source)


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.RESET, Kind.BLACK_HOLE])
def test_a_line_that_fails_before_anybody_has_signed_in(place: Place, source: Source, kind: Kind) -> None:
    laid = line_to(place).lay(Fault(kind, Way.DOWN, after=20))
    failed = disturbed(place, source)
    assert laid.hit.is_set()
    assert failed is None or isinstance(failed, Transient), failed
    assert_the_next_try_ends(place, source)


def test_a_port_that_refuses_is_tried_again(place: Place, source: Source) -> None:
    line_to(place).refuse()
    try:
        failed = disturbed(place, source)
    finally:
        line_to(place).allow()
    assert isinstance(failed, Transient), failed
    assert_the_next_try_ends(place, source)


def test_a_receiver_that_is_killed_while_a_part_is_sent(place: Place, source: Source) -> None:
    try:
        failed = disturbed(place, source, progress=at_bytes(500_000, place.kill))
    finally:
        place.start()
    assert failed is None or isinstance(failed, Transient), failed
    assert_the_next_try_ends(place, source)


def test_a_receiver_that_stands_still_while_a_part_is_sent(place: Place, source: Source) -> None:
    try:
        failed = disturbed(place, source, progress=at_bytes(500_000, lambda: place.signal(signal.SIGSTOP)))
    finally:
        place.signal(signal.SIGCONT)
    assert failed is None or isinstance(failed, Transient), failed
    assert_the_next_try_ends(place, source)


def test_bits_that_flip_on_the_wire_never_make_a_file_with_other_bytes(place: Place, source: Source) -> None:
    """Wherever: in what is sent, in answers, while signing in. What it is taken for depends on where it was."""
    rng = random.Random(7)
    hit = 0
    for number in range(FLIPS):
        way, reach = ((Way.UP, 1_000_000), (Way.DOWN, ANSWERS))[number % 2]
        laid = line_to(place).lay(Fault(Kind.FLIP, way, after=rng.randrange(reach)))
        failed = disturbed(place, source)
        assert failed is None or isinstance(failed, Transient | Misconfigured) or failed.code == "remote.damaged", (
            failed
        )
        hit += not line_to(place).lift(laid)
        assert_nothing_but_the_whole(place, source)
        place.clear()
    assert hit >= FLIPS / 2
    assert_the_next_try_ends(place, source)

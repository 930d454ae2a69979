"""Encrypted parts: gpg, the receiver's program, opens what arrived; no end of an attempt sends a part twice."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ingest.models import DeliveredPart, Delivery, Event, Job
from ingest.services import deliver_sealed, deliver_way, files, sealing, sweep
from ingest.transfer.failures import failure
from ingest.transfer.local import LocalDestination
from ingest.transfer.seal_field import SEAL_KEY
from tests import factories
from tests.services import working
from tests.services.working import NOW, outbox, send_all, state_of
from tests.transfer.keys import Receiver

pytestmark = pytest.mark.django_db
LINES = b'A-1\t"tier"="gold"\n'
MAPPING = {**factories.MAPPING, "output": {"compression": "pgp"}}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with tempfile.TemporaryDirectory(prefix="gpg") as name:  # a short path: the agent's socket stands in it
        one = Receiver(Path(name))
        one.home.chmod(0o700)
        yield one
        one.close()


@pytest.fixture(scope="module")
def fingerprint(receiver: Receiver) -> str:
    return receiver.make_key("adobe")


@pytest.fixture
def public_key(receiver: Receiver, fingerprint: str, tmp_path: Path) -> str:
    return receiver.export(tmp_path / "key.asc", fingerprint).read_text()


@pytest.fixture
def delivery(public_key: str) -> Delivery:
    """One encrypted part on its way to a folder."""
    return _delivery(public_key, LINES)


def _delivery(public_key: str, *parts: bytes, mapping: dict[str, Any] = MAPPING) -> Delivery:
    where = factories.workspace()
    plain = factories.destination(where, is_active=False)
    place = factories.destination(where, config={**plain.config, SEAL_KEY: public_key})
    return working.sending(*parts, workspace=where, destination=place, mapping=mapping)


def _part(delivery: Delivery) -> DeliveredPart:
    return delivery.parts.select_related("part").order_by("part__number")[0]


def _scratch() -> list[str]:
    return [path.name for path in files.scratch_folder().iterdir() if path.name.startswith("deliver-")]


def _is_delivered_once(delivery: Delivery, receiver: Receiver, content: bytes = LINES) -> None:
    """Whole, for the receiver alone, known by its checksum, and nothing is left over."""
    part = _part(delivery)
    (stored,) = outbox(delivery).values()
    assert receiver.gpg("--decrypt", feed=stored).stdout == content
    assert (part.sealed_sha256, part.sealed_bytes) == (hashlib.sha256(stored).hexdigest(), len(stored))
    assert (part.state, part.remote_bytes, part.sent_bytes) == ("sent", len(stored), len(stored))
    assert part.sent_bytes == part.whole_bytes
    assert working.kinds(delivery.batch).count("part.sent") == 1
    assert (state_of(delivery.batch), _scratch()) == ("sent", [])


def test_what_arrives_is_opened_by_the_receiver_alone(receiver: Receiver, fingerprint: str, public_key: str) -> None:
    delivery = _delivery(public_key, b"one\n" * 9000, b"two\n")
    stamp = int(NOW.timestamp())
    assert (delivery.prefix, delivery.stamp) == ("ftp_dpm_478", stamp)
    send_all(delivery)
    sent = outbox(delivery)
    assert list(sent) == [f"ftp_dpm_478_{stamp}.sync.{number}.gpg" for number in (1, 2)]
    assert [receiver.gpg("--decrypt", feed=file).stdout for file in sent.values()] == [b"one\n" * 9000, b"two\n"]
    for part, file in zip(delivery.parts.all(), sent.values(), strict=True):
        assert (part.sealed_for, part.sealed_bytes) == (fingerprint, len(file))
        assert part.sealed_sha256 == hashlib.sha256(file).hexdigest()
        told = Event.objects.get(kind="part.sent", after__name=part.name)
        assert (told.sha256, told.after["sealed_sha256"]) == (part.part.sha256, part.sealed_sha256)
        assert told.after["sealed_for"] == fingerprint
    assert (state_of(delivery.batch), _scratch()) == ("sent", [])


def _stopped(monkeypatch: pytest.MonkeyPatch, delivery: Delivery, place: str, *, modules: tuple[Any, ...]) -> None:
    """A worker dies at a place: whatever would have come after it never happens, not even tidying up."""

    class Killed(BaseException):
        pass

    def reach(name: str) -> None:
        if name == place:
            raise Killed

    with monkeypatch.context() as patched:
        for module in modules:
            patched.setattr(module, "failpoint", reach)
        with pytest.raises(Killed):
            working.work(_part(delivery))
    Job.objects.update(lease_until=NOW)


@pytest.mark.parametrize("place", ["deliver.sealed", "deliver.sealed_kept", "deliver.sending", "deliver.fenced"])
def test_a_worker_that_died_before_the_final_name_is_followed_by_one_that_seals_anew(
    delivery: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    _stopped(monkeypatch, delivery, place, modules=(deliver_sealed, deliver_way))
    assert outbox(delivery) == {}
    kept = _part(delivery).sealed_sha256
    assert bool(kept) == (place != "deliver.sealed"), "it is known what would have been sent before a byte leaves"
    working.work(_part(delivery))
    _is_delivered_once(delivery, receiver)
    assert _part(delivery).sealed_sha256 != kept
    assert [attempt.outcome for attempt in _part(delivery).attempts.all()] == ["lost", "sent"]


def _delivers_and(monkeypatch: pytest.MonkeyPatch, after: Callable[[], None]) -> pytest.MonkeyPatch:
    """The destination has given the file its name, and only then something goes wrong."""
    real = LocalDestination.deliver

    def deliver(place: LocalDestination, *given: Any, **named: Any) -> Any:
        real(place, *given, **named)
        return after()

    monkeypatch.setattr(LocalDestination, "deliver", deliver)
    return monkeypatch


def test_a_worker_that_died_before_it_could_say_so_has_sent_it(
    delivery: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    with monkeypatch.context() as patched:
        _delivers_and(patched, die)
        with pytest.raises(Killed):
            working.work(_part(delivery))
    before = outbox(delivery)
    Job.objects.update(lease_until=NOW)
    working.work(_part(delivery))
    assert outbox(delivery) == before
    _is_delivered_once(delivery, receiver)
    assert [attempt.outcome for attempt in _part(delivery).attempts.all()] == ["lost", "already_there"]


def test_an_answer_that_was_lost_on_the_way_makes_no_second_file_and_no_conflict(
    delivery: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise failure("remote.interrupted", name="x", reason="cut")

    with monkeypatch.context() as patched:
        _delivers_and(patched, interrupted)
        working.work(_part(delivery))
    before = outbox(delivery)
    assert _part(delivery).state == "waiting"
    working.work(_part(delivery))
    assert outbox(delivery) == before
    _is_delivered_once(delivery, receiver)
    assert [attempt.outcome for attempt in _part(delivery).attempts.all()] == ["failed", "already_there"]


def test_a_frozen_worker_that_names_its_file_late_is_no_conflict(
    delivery: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It passed the fence, slept beyond its lease, and gives the name while the next one has just sealed its own."""
    sealed: list[bytes] = []
    real = deliver_sealed._write_down

    def write_down(way: Any, key: Any, source: Any) -> None:
        real(way, key, source)
        sealed.append(source.path.read_bytes())
        if len(sealed) == 2:
            (Path(delivery.destination.config["folder"]) / _part(delivery).name).write_bytes(sealed[0])

    monkeypatch.setattr(deliver_sealed, "_write_down", write_down)
    _stopped(monkeypatch, delivery, "deliver.fenced", modules=(deliver_way,))
    working.work(_part(delivery))
    assert list(outbox(delivery).values()) == [sealed[0]]
    _is_delivered_once(delivery, receiver)


def test_what_somebody_else_has_put_there_is_left_alone(delivery: Delivery) -> None:
    part = _part(delivery)
    (Path(delivery.destination.config["folder"]) / part.name).write_bytes(b"theirs")
    for _ in range(2):
        working.work(part)
    assert outbox(delivery) == {part.name: b"theirs"}
    assert (_part(delivery).state, _part(delivery).problem_code) == ("failed", "conflict")
    assert _scratch() == []


def test_a_worker_that_lost_its_lease_while_sealing_writes_nothing_down(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(name: str) -> None:
        if name == "deliver.sealed":
            Job.objects.filter(pk=working.job_of(_part(delivery)).pk).update(epoch=7, lease_owner="another")

    monkeypatch.setattr(deliver_sealed, "failpoint", overtaken)
    working.work(_part(delivery))
    part = _part(delivery)
    assert (outbox(delivery), part.sealed_sha256, part.state, _scratch()) == ({}, "", "sending", [])


def test_what_a_killed_worker_has_sealed_is_swept(delivery: Delivery) -> None:
    left = files.scratch_folder() / f"deliver-{_part(delivery).pk}-9"
    left.mkdir()
    (left / "sealed").write_bytes(b"half")
    sweep.sweep_scratch()
    assert not left.exists()


def test_bytes_that_changed_after_they_were_compared_are_not_sealed_to_their_end(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sealing.usable_key

    def changes(*given: Any) -> Any:
        with files.local_copy(_part(delivery).part.key) as path:
            path.write_bytes(LINES.replace(b"gold", b"lead"))
        return real(*given)

    monkeypatch.setattr(deliver_sealed, "usable_key", changes)
    working.work(_part(delivery))
    assert (outbox(delivery), _part(delivery).problem_code) == ({}, "approval.changed")
    assert (_part(delivery).sealed_sha256, _scratch()) == ("", [])


def test_a_full_disk_while_sealing_is_tried_again(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("ingest.transfer.sealing._TARGET", "../../../../../../../../dev/full")
        working.work(_part(delivery))
    part = _part(delivery)
    assert (part.state, part.problem_code) == ("waiting", "seal.failed")
    assert "No space left on device" in part.problem
    send_all(delivery)
    assert state_of(delivery.batch) == "sent"


def test_a_key_that_expired_since_the_approval_stops_before_anything_leaves(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = receiver.make_key("shortly", expires="30d")
    delivery = _delivery(receiver.export(tmp_path / "short.asc", short).read_text(), LINES)
    later = timezone.now() + timedelta(days=40)
    monkeypatch.setattr("ingest.services.deliver_run.timezone.now", lambda: later)
    send_all(delivery)
    part = _part(delivery)
    assert (outbox(delivery), part.state, part.problem_code) == ({}, "failed", "seal.expired")
    assert "An administrator must enter it" in part.problem


def test_files_that_were_made_to_be_sent_as_they_are_do_not_go_where_files_are_encrypted(public_key: str) -> None:
    delivery = _delivery(public_key, LINES, mapping=factories.MAPPING)
    send_all(delivery)
    assert (outbox(delivery), _part(delivery).problem_code) == ({}, "seal.not_wanted")


def test_a_row_holds_all_of_what_was_sealed_or_nothing(delivery: Delivery) -> None:
    rows = DeliveredPart.objects.filter(pk=_part(delivery).pk)
    for half in ({"sealed_for": "A" * 40}, {"sealed_bytes": 7}, {"sealed_sha256": "0" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**half)

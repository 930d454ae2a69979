"""Amazon S3 against a real server: keys, levels of being sure, accounts with few rights, sweeping."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from ingest.transfer.base import Present, Source, StepOutcome, VerifyLevel
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure
from ingest.transfer.names import temporary_name
from ingest.transfer.s3_place import MIB, SMALLEST_PART, part_bytes
from tests.transfer.receivers import DAY, NAME, TARGET, destination_of, source_of
from tests.transfer.s3_receiver import S3Receiver
from tests.transfer.s3_server import BUCKET, OWNER, READER, WRITER, shared_server
from tests.transfer.workers import at_bytes, deliver

SMALL = os.urandom(3 * MIB + 1)
LARGE = os.urandom(11 * MIB + 3)  # three parts, the last one short
LATER = timedelta(hours=2)


def _receiver(account: tuple[str, str] = OWNER, **more: Any) -> S3Receiver:
    return S3Receiver(shared_server(), DAY, account=account, more=more)


@pytest.fixture(params=[SMALL, LARGE], ids=["whole", "in parts"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", request.param)


@pytest.fixture
def small(tmp_path: Path) -> Source:
    return source_of(tmp_path / "small", SMALL)


@pytest.fixture
def large(tmp_path: Path) -> Source:
    return source_of(tmp_path / "large", LARGE)


def _head(receiver: S3Receiver) -> dict[str, Any]:
    answer: dict[str, Any] = receiver.client.head_object(
        Bucket=BUCKET, Key=receiver.key(NAME), ChecksumMode="ENABLED"
    )  # fmt: skip
    return answer


@pytest.mark.parametrize(
    ("pieces", "before"),
    [
        ({"prefix": "a/b", "partner_name": "acme"}, "a/b/acme/"),
        ({"prefix": "", "partner_name": "acme"}, "acme/"),
        ({"prefix": "a/b", "partner_name": ""}, "a/b/"),
        ({"prefix": "", "partner_name": ""}, ""),
    ],
)
def test_the_key_has_prefix_partner_and_day_and_no_empty_piece(
    pieces: dict[str, str], before: str, small: Source
) -> None:
    receiver = _receiver(OWNER, **pieces)
    key = f"{before}date=2026-01-31/{NAME}"
    try:
        assert deliver(receiver, small).remote_name == f"s3://{BUCKET}/{key}"
        assert receiver.client.get_object(Bucket=BUCKET, Key=key)["Body"].read() == SMALL
    finally:
        receiver.client.delete_object(Bucket=BUCKET, Key=key)


def test_s3_worked_out_a_checksum_of_all_of_it_and_keeps_our_hash(source: Source) -> None:
    receiver = _receiver()
    assert deliver(receiver, source).verify_level is VerifyLevel.CHECKSUM
    head = _head(receiver)
    assert head["Metadata"] == {"amportal-sha256": source.sha256}
    assert "ChecksumSHA256" in head or head["ChecksumType"] == "FULL_OBJECT"
    assert deliver(receiver, source, tag="7-2").verify_level is VerifyLevel.CHECKSUM


def test_a_small_file_has_not_left_the_house_when_the_fence_is_asked(small: Source) -> None:
    receiver = _receiver()
    told: list[int] = []
    seen: list[tuple[list[int], list[str]]] = []
    deliver(receiver, small, progress=told.append, fence=lambda: seen.append((list(told), receiver.everything())))
    assert seen == [([], [])]
    assert told == [0, MIB, 2 * MIB, 3 * MIB, len(SMALL)]


def test_a_small_file_can_be_stopped_on_its_way(small: Source) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    receiver = _receiver()
    with pytest.raises(KeyboardInterrupt):
        deliver(receiver, small, progress=at_bytes(2 * MIB, stop))
    assert receiver.everything() == []


def test_a_source_that_changes_before_its_last_part_leaves_nothing(large: Source) -> None:
    def change() -> None:
        with large.path.open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(bytes([LARGE[-1] ^ 1]))

    receiver = _receiver()
    sent: list[int] = []
    act = at_bytes(6 * MIB, change)

    def progress(count: int) -> None:
        sent.append(count)
        act(count)

    with pytest.raises(Permanent) as caught:
        deliver(receiver, large, progress=progress)
    assert caught.value.code == "artifact.changed"
    assert sent[-1] == 10 * MIB, "the last part never left"
    assert receiver.everything() == []


@pytest.mark.parametrize(
    ("size", "part"),
    [(0, 5), (SMALLEST_PART, 5), (320 * MIB, 5), (640 * MIB, 10), (1024 * MIB, 16), (100 * 1024 * MIB, 16)],
)
def test_parts_are_few_and_fit_into_memory(size: int, part: int) -> None:
    assert part_bytes(size) == part * MIB


@pytest.mark.parametrize("size", [1, 156 * 1024 * MIB, 5 * 1024 * 1024 * MIB, 5 * 1024 * 1024 * MIB - 1])
def test_there_are_never_more_parts_than_s3_takes(size: int) -> None:
    assert -(-size // part_bytes(size)) <= 10_000


def test_an_account_that_may_only_write_delivers_and_is_sure(source: Source) -> None:
    receiver = _receiver(WRITER)
    receipt = deliver(receiver, source)
    assert (receipt.verify_level, receipt.already_there) == (VerifyLevel.CHECKSUM, False)
    assert receiver.everything() == [NAME]


def test_an_account_that_may_only_write_never_sends_over_a_file(source: Source) -> None:
    """It cannot know whether the file is its own: a person is asked, and nothing is overwritten."""
    receiver = _receiver(WRITER)
    receiver.put(NAME, b"somebody else's")
    with destination_of(receiver) as destination:
        assert destination.look(TARGET) is None
    with pytest.raises(Misconfigured) as caught:
        deliver(receiver, source)
    assert caught.value.code == "s3.not_comparable"
    assert receiver.read(NAME) == b"somebody else's"
    assert receiver.everything() == [NAME]


def test_an_account_that_may_only_read_is_told_so(source: Source) -> None:
    receiver = _receiver(READER)
    with pytest.raises(Misconfigured) as caught:
        deliver(receiver, source)
    assert caught.value.code == "s3.denied"
    assert receiver.everything() == []


def test_without_the_newer_checksums_the_size_is_what_is_known(source: Source) -> None:
    receiver = _receiver(checksums="when_required")
    assert deliver(receiver, source).verify_level is VerifyLevel.SIZE
    assert not {"ChecksumSHA256", "ChecksumCRC32"} & _head(receiver).keys()
    assert deliver(receiver, source, tag="7-2").already_there
    with destination_of(receiver) as destination:
        assert destination.look(TARGET) == Present(source.size, source.sha256)


def test_without_checksums_other_bytes_of_the_same_size_are_still_a_conflict(source: Source, tmp_path: Path) -> None:
    receiver = _receiver(checksums="when_required")
    deliver(receiver, source)
    other = source_of(tmp_path / "other", source.path.read_bytes()[::-1])
    with pytest.raises(Permanent) as caught:
        deliver(receiver, other)
    assert caught.value.code == "conflict"


def _put_without_checksum(receiver: S3Receiver, content: bytes) -> None:
    client = botocore.session.Session().create_client(
        "s3", region_name="us-east-1", endpoint_url=receiver.server.endpoint, verify=True,
        aws_access_key_id=OWNER[0], aws_secret_access_key=OWNER[1],
        config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
    )  # fmt: skip
    client.put_object(Bucket=BUCKET, Key=receiver.key(NAME), Body=content)
    client.close()


def test_a_file_of_somebody_else_without_checksum_is_read_back_and_compared(source: Source) -> None:
    same, other = _receiver(), _receiver()
    _put_without_checksum(same, source.path.read_bytes())
    _put_without_checksum(other, source.path.read_bytes()[::-1])
    receipt = deliver(same, source)
    assert (receipt.already_there, receipt.verify_level) == (True, VerifyLevel.READ_BACK)
    with destination_of(same) as destination:
        assert destination.look(TARGET) == Present(source.size, None)
    with pytest.raises(Permanent) as caught:
        deliver(other, source)
    assert caught.value.code == "conflict"


def _pending(receiver: S3Receiver, key: str) -> str:
    upload = receiver.client.create_multipart_upload(Bucket=BUCKET, Key=f"inbound/files/{receiver.folder}/{key}")
    return str(upload["UploadId"])


def test_only_uploads_with_keys_like_ours_are_swept() -> None:
    receiver = _receiver()
    ours = _pending(receiver, f"date=2026-01-30/{NAME}")
    foreign = [_pending(receiver, key) for key in ("other.csv", "date=2026-01-30/deeper/x", "date=x/y", "dated/x")]
    with destination_of(receiver) as destination:
        assert destination.sweep(older_than=timedelta(hours=1), now=datetime.now(UTC)) == 0
        assert destination.sweep(older_than=timedelta(hours=1), now=datetime.now(UTC) + LATER) == 1
    assert set(receiver.uploads()) == set(foreign)
    assert ours not in foreign


def test_an_account_that_may_not_look_does_not_take_a_file_for_one_that_has_gone() -> None:
    """A receiver that has picked it up, and one that will not say, are not the same."""
    receiver = _receiver(WRITER)
    receiver.put(NAME, b"x")
    with destination_of(receiver) as destination, pytest.raises(Misconfigured) as caught:
        destination.holds(TARGET)
    assert caught.value.code == "s3.denied"


def test_an_account_that_may_not_list_sweeps_nothing_and_says_nothing() -> None:
    receiver = _receiver(WRITER)
    _pending(receiver, f"date=2026-01-30/{NAME}")
    receiver.put(temporary_name("probe", "7-1"), b"x")
    with destination_of(receiver) as destination:
        assert destination.sweep(older_than=timedelta(0), now=datetime.now(UTC) + LATER) == 0
    assert len(receiver.everything()) == 2


@pytest.mark.parametrize(
    ("account", "more", "code", "step"),
    [
        (("NOSUCHKEYID", "secret"), {}, "s3.key", "sign_in"),
        ((OWNER[0], "another secret"), {}, "s3.key", "sign_in"),
        (OWNER, {"bucket": "no-such-bucket"}, "s3.bucket_missing", "sign_in"),
        (READER, {}, "s3.denied", "write"),
    ],
    ids=["key unknown", "secret wrong", "no bucket", "no right"],
)
def test_what_is_wrong_is_said_by_the_real_server_too(
    account: tuple[str, str], more: dict[str, str], code: str, step: str, small: Source
) -> None:
    receiver = _receiver(account, **more)
    with pytest.raises(TransferFailure) as caught:
        deliver(receiver, small)
    assert caught.value.code == code
    with destination_of(receiver) as destination:
        steps = {one.code: one for one in destination.check(temp_tag="check")}
    assert steps[step].outcome is StepOutcome.FAILED
    assert steps[step].advice == caught.value.advice
    assert account[1] not in str(caught.value) + "".join(str(one.result) for one in steps.values())


def test_a_wrong_clock_is_told_from_a_wrong_key(small: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=20)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_arguments, **_more: ahead.replace(tzinfo=None))
    with pytest.raises(Misconfigured) as caught:
        deliver(_receiver(), small)
    assert caught.value.code == "s3.clock"


def test_a_writing_account_passes_the_connection_test_and_is_told_what_it_lacks() -> None:
    receiver = _receiver(WRITER)
    with destination_of(receiver) as destination:
        steps = {one.code: one for one in destination.check(temp_tag="check")}
    assert {one.outcome for one in steps.values()} == {StepOutcome.PASSED}
    assert "may not look" in str(steps["look"].result)
    assert receiver.everything() == []

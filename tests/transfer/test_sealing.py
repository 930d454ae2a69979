"""Sealing right before sending: the very bytes that were approved, in flat memory, and nothing that hangs behind."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.transfer.base import Source
from ingest.transfer.errors import TransferFailure
from ingest.transfer.openpgp import PublicKey, key_of
from ingest.transfer.sealing import seal_source
from tests import openpgp_keys
from tests.house.tree import PROJECT
from tests.transfer.keys import Receiver
from tests.transfer.receivers import RECEIVERS, TARGET, destination_of, finals, source_of, temporaries


@pytest.fixture
def key(public_key: Path) -> PublicKey:
    return key_of(public_key.read_bytes())


def _nobody() -> None:
    pass


@pytest.mark.parametrize("kind", RECEIVERS)
def test_gpg_opens_what_arrived_at_every_receiver(
    kind: str, key: PublicKey, receiver: Receiver, tmp_path: Path
) -> None:
    content = b"A1\td_sid=24\n" * 20_000
    plain = source_of(tmp_path / "plain", content)
    with RECEIVERS[kind](tmp_path) as place, destination_of(place) as destination:
        sealed = seal_source(plain, key, tmp_path, told=_nobody)
        receipt = destination.deliver(
            sealed, TARGET, temp_tag="sealed-1", progress=lambda _sent: None, fence=_nobody
        )  # fmt: skip
        arrived = place.read(TARGET.name)
        assert receiver.gpg("--decrypt", feed=arrived).stdout == content
        assert (receipt.size, receipt.sha256) == (len(arrived), hashlib.sha256(arrived).hexdigest())
        assert (finals(place), temporaries(place)) == ([TARGET.name], [])
        nowhere = Source(tmp_path / "nowhere", sealed.size, sealed.sha256)
        again = destination.deliver(nowhere, TARGET, temp_tag="sealed-2", progress=lambda _sent: None, fence=_nobody)
        assert again.already_there, "what was written down is enough to know it by"
        other = Source(tmp_path / "nowhere", sealed.size, "0" * 64)
        with pytest.raises(TransferFailure) as caught:
            destination.deliver(other, TARGET, temp_tag="sealed-3", progress=lambda _sent: None, fence=_nobody)
        assert caught.value.code == "conflict"


@pytest.mark.parametrize("kind", RECEIVERS)
def test_where_nothing_has_the_name_a_destination_asks_for_the_file(kind: str, tmp_path: Path) -> None:
    """So whoever only knows a checksum learns that nothing is there, and nothing comes to be there."""
    with RECEIVERS[kind](tmp_path) as place, destination_of(place) as destination:
        nowhere = Source(tmp_path / "nowhere", 100, "0" * 64)
        with pytest.raises(TransferFailure) as caught:
            destination.deliver(nowhere, TARGET, temp_tag="sealed-1", progress=lambda _sent: None, fence=_nobody)
        assert caught.value.code == "artifact.missing"
        assert (finals(place), temporaries(place)) == ([], [])


def test_two_sealings_differ(key: PublicKey, tmp_path: Path) -> None:
    plain = source_of(tmp_path / "plain", b"A1\n")
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    assert len({seal_source(plain, key, folder, told=_nobody).sha256 for folder in folders}) == 2


@pytest.mark.parametrize("change", [b"B1\n", b"A1\nA2\n", b"A"], ids=["other", "longer", "shorter"])
def test_bytes_that_were_not_approved_are_not_sealed(key: PublicKey, tmp_path: Path, change: bytes) -> None:
    plain = source_of(tmp_path / "plain", b"A1\n")
    plain.path.write_bytes(change)
    with pytest.raises(TransferFailure) as caught:
        seal_source(plain, key, tmp_path, told=_nobody)
    assert caught.value.code == "artifact.changed"


def test_whoever_is_told_can_stop_it_and_nothing_goes_on(key: PublicKey, tmp_path: Path) -> None:
    plain = source_of(tmp_path / "plain", os.urandom(5_000_000))

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        seal_source(plain, key, tmp_path, told=stop)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    assert not [command for command in commands if b"seal_program" in command]


def test_it_is_told_for_every_piece_so_that_a_lease_can_be_kept(key: PublicKey, tmp_path: Path) -> None:
    told: list[int] = []
    plain = source_of(tmp_path / "plain", os.urandom(8 * 1024 * 1024))
    seal_source(plain, key, tmp_path, told=lambda: told.append(1))
    assert len(told) >= 16, "eight while it is sealed, eight while it is hashed"


def test_a_place_that_takes_no_file_is_said_in_the_librarys_words(key: PublicKey, tmp_path: Path) -> None:
    plain = source_of(tmp_path / "plain", b"A1\n")
    (tmp_path / "sealed").mkdir()
    with pytest.raises(TransferFailure) as caught:
        seal_source(plain, key, tmp_path, told=_nobody)
    assert caught.value.code == "seal.failed"
    assert "directory" in str(caught.value)


def test_a_key_signed_with_sha_1_is_refused_in_words(receiver: Receiver, tmp_path: Path) -> None:
    """As GnuPG made them until about 2014."""
    (receiver.home / "gpg.conf").write_text("cert-digest-algo SHA1\n", encoding="ascii")
    old = receiver.make_key("old", at="20130501T000000")
    (receiver.home / "gpg.conf").unlink()
    key = key_of(receiver.export(tmp_path / "old.asc", old).read_bytes())
    assert (key.is_outdated, key.names, key.expires_at) == (True, (), None)
    with pytest.raises(TransferFailure) as caught:
        key.check(openpgp_keys.now())
    assert caught.value.code == "seal.outdated"


SEAL = """
import hashlib, os, re, sys
from pathlib import Path
from ingest.transfer.base import Source
from ingest.transfer.openpgp import key_of
from ingest.transfer.sealing import seal_source
plain, folder, key = map(Path, sys.argv[1:])
def most(process):
    return int(re.search(r"VmHWM:\\s+([0-9]+)", Path(f"/proc/{process}/status").read_text())[1]) // 1024
seen = [0]
def told():
    me = os.getpid()
    for child in Path(f"/proc/{me}/task/{me}/children").read_text().split():
        seen.append(most(child))
with plain.open("rb") as file:
    digest = hashlib.file_digest(file, "sha256").hexdigest()
before = most("self")
seal_source(Source(plain, plain.stat().st_size, digest), key_of(key.read_bytes()), folder, told=told)
print(most("self") - before, max(seen))
"""


def test_memory_does_not_grow_with_the_file(public_key: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    block = os.urandom(10_000_000)
    with plain.open("wb") as file:
        for _ in range(20):
            file.write(block)
    done = subprocess.run(
        [sys.executable, "-c", SEAL, plain, tmp_path, public_key],
        capture_output=True, text=True, timeout=100, check=True, cwd=PROJECT,
    )  # fmt: skip
    worker, program = map(int, done.stdout.split())
    assert (worker < 30, program < 80) == (True, True), done.stdout

"""Sealed files: gpg, the receiver's program, reads them; a key that cannot be used is refused with its reason."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.transfer.errors import Misconfigured
from ingest.transfer.openpgp import read_public_key
from tests.commands.command_line import TIMESTAMP, Desk, traits_mapping
from tests.house.tree import PROJECT
from tests.transfer.keys import Receiver

NOW = datetime.now(UTC)
NAME = f"ftp_dpm_478_{TIMESTAMP}.sync"


def _sealed(key: Path, content: bytes, folder: Path) -> Path:
    source, target = folder / "plain", folder / "sealed"
    source.write_bytes(content)
    read_public_key(key, now=NOW).seal(source, target)
    return target


@pytest.mark.parametrize(
    "content", [b"", b"A1\td_sid=24\n", bytes(range(256)) * 8192], ids=["nothing", "a line", "2 MiB"]
)
def test_gpg_opens_what_was_sealed_to_the_same_bytes(
    receiver: Receiver, public_key: Path, tmp_path: Path, content: bytes
) -> None:
    assert receiver.gpg("--decrypt", _sealed(public_key, content, tmp_path)).stdout == content


def test_what_was_sealed_is_binary_aes_256_with_integrity_protection(
    receiver: Receiver, public_key: Path, tmp_path: Path
) -> None:
    sealed = _sealed(public_key, b"A1\td_sid=24\n" * 1000, tmp_path)
    assert not sealed.read_bytes().startswith(b"-----")
    shown = receiver.gpg("--status-fd", 1, "--list-packets", sealed).stdout.decode()
    (info,) = re.findall(r"\[GNUPG:\] DECRYPTION_INFO (\d+) (\d+)", shown)
    protection, cipher = info
    assert (protection, cipher) == ("2", "9"), "a modification detection code, and AES-256"
    assert "literal data packet" in shown


def test_neither_the_name_nor_the_time_of_the_part_is_inside(
    receiver: Receiver, public_key: Path, tmp_path: Path
) -> None:
    shown = receiver.gpg("--list-packets", _sealed(public_key, b"x", tmp_path)).stdout.decode()
    assert 'name=""' in shown
    assert "created 0" in shown


@pytest.mark.parametrize("armor", [True, False])
def test_a_public_key_may_be_text_or_binary(receiver: Receiver, fingerprint: str, tmp_path: Path, armor: bool) -> None:
    key = receiver.export(tmp_path / "key", fingerprint, armor=armor)
    assert read_public_key(key, now=NOW).fingerprint.upper() == fingerprint
    assert receiver.gpg("--decrypt", _sealed(key, b"A1\n", tmp_path)).stdout == b"A1\n"


def test_a_key_of_elliptic_curves_is_as_good(receiver: Receiver, tmp_path: Path) -> None:
    fingerprint = receiver.make_key(
        "curves", kind="EDDSA", length="Key-Curve: ed25519",
        subkey="Subkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt",
    )  # fmt: skip
    key = receiver.export(tmp_path / "key", fingerprint)
    assert receiver.gpg("--decrypt", _sealed(key, b"A1\n", tmp_path)).stdout == b"A1\n"


def _refusal(key: Path, now: datetime = NOW) -> str:
    with pytest.raises(Misconfigured) as caught:
        read_public_key(key, now=now)
    sentence = str(caught.value)
    assert key.name in sentence
    assert sentence.endswith(".")
    return sentence


def test_an_expired_key_is_refused_with_its_day(receiver: Receiver, tmp_path: Path) -> None:
    fingerprint = receiver.make_key("expired", expires="2020-06-01", at="20200101T000000")
    sentence = _refusal(receiver.export(tmp_path / "key", fingerprint))
    assert "expired" in sentence
    assert "2020-06-01" in sentence


def test_a_key_that_is_still_good_today_is_expired_later(receiver: Receiver, tmp_path: Path) -> None:
    fingerprint = receiver.make_key("shortly", expires="30d")
    key = receiver.export(tmp_path / "key", fingerprint)
    assert read_public_key(key, now=NOW).fingerprint.upper() == fingerprint
    assert "expired" in _refusal(key, NOW + timedelta(days=40))


def test_a_revoked_key_is_refused(receiver: Receiver, tmp_path: Path) -> None:
    fingerprint = receiver.make_key("revoked")
    certificate = receiver.home / "openpgp-revocs.d" / f"{fingerprint}.rev"
    text = certificate.read_text(encoding="utf-8").replace("\n:-----BEGIN", "\n-----BEGIN")
    receiver.gpg("--import", feed=text.encode())
    assert "revoked" in _refusal(receiver.export(tmp_path / "key", fingerprint))


def test_a_secret_key_is_refused(receiver: Receiver, fingerprint: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(receiver.gpg("--armor", "--export-secret-keys", fingerprint).stdout)
    assert "secret key" in _refusal(key)


def test_several_keys_are_refused_with_their_number(receiver: Receiver, fingerprint: str, tmp_path: Path) -> None:
    other = receiver.make_key("other")
    assert "2 keys" in _refusal(receiver.export(tmp_path / "key", fingerprint, other))


def test_a_key_that_can_only_sign_is_refused_before_anything_is_read(receiver: Receiver, tmp_path: Path) -> None:
    fingerprint = receiver.make_key("signer", subkey="%no-ask-passphrase")
    sentence = _refusal(receiver.export(tmp_path / "key", fingerprint))
    assert "encrypt" in sentence


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x00\xff" * 100, b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "key"
    key.write_bytes(content)
    _refusal(key)


SEAL = """
import re, sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.transfer.openpgp import read_public_key
source, target, key = map(Path, sys.argv[1:])
read_public_key(key, now=datetime.now(UTC)).seal(source, target)
print(int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def test_sealing_300_mb_takes_less_than_150_mb_of_memory(public_key: Path, tmp_path: Path) -> None:
    source = tmp_path / "part"
    with source.open("wb") as file:
        block = os.urandom(10_000_000)
        for _ in range(30):
            file.write(block)
    done = subprocess.run(
        [sys.executable, "-c", SEAL, source, tmp_path / "sealed", public_key],
        capture_output=True, text=True, timeout=100, check=True, cwd=PROJECT,
    )  # fmt: skip
    assert (tmp_path / "sealed").stat().st_size > 300_000_000
    assert int(done.stdout) < 150


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    rows = "".join(f"user-{number:04},Rome {number},24|{number + 1}\n" for number in range(2000))
    return Desk(tmp_path).lay(f"id,city,segments\n{rows}", traits_mapping(output={"compression": "pgp"}))


def test_the_command_line_writes_gpg_parts_and_no_other(desk: Desk, receiver: Receiver, public_key: Path) -> None:
    ran = desk.onboard("--timestamp", TIMESTAMP, "--pgp-key", public_key)
    assert (ran.code, ran.err) == (0, "")
    assert desk.results().keys() == {f"{NAME}.gpg", "report.json", "refused.csv"}
    part = desk.report()["parts"][0]
    lines = receiver.gpg("--decrypt", desk.out / f"{NAME}.gpg").stdout
    assert (part["bytes"], part["compressed_bytes"]) == (len(lines), len(desk.parts()[f"{NAME}.gpg"]))
    desk.lay(desk.customers.read_bytes())
    assert desk.onboard("--timestamp", TIMESTAMP + 1).code == 0
    assert desk.parts()[f"ftp_dpm_478_{TIMESTAMP + 1}.sync"] == lines
    assert desk.report()["parts"][0]["sha256"] == part["sha256"]


def test_each_of_several_parts_is_sealed(desk: Desk, receiver: Receiver, public_key: Path) -> None:
    desk.lay(desk.customers.read_bytes(), traits_mapping(output={"compression": "pgp", "max_part_bytes": 40_000}))
    assert desk.onboard("--timestamp", TIMESTAMP, "--pgp-key", public_key).code == 0
    names = [part["name"] for part in desk.report()["parts"]]
    assert names == [f"{NAME}.{number}.gpg" for number in range(1, len(names) + 1)]
    assert desk.parts().keys() == set(names)
    opened = [receiver.gpg("--decrypt", desk.out / name).stdout for name in names]
    assert [len(lines) for lines in opened] == [part["bytes"] for part in desk.report()["parts"]]


@pytest.mark.parametrize("expires", ["2020-06-01"])
def test_the_command_line_refuses_an_expired_key_with_2(
    desk: Desk, receiver: Receiver, tmp_path: Path, expires: str
) -> None:
    fingerprint = receiver.make_key("expired-too", expires=expires, at="20200101T000000")
    ran = desk.onboard("--pgp-key", receiver.export(tmp_path / "key.asc", fingerprint))
    assert (ran.code, ran.out) == (2, "")
    assert "expired" in ran.err
    assert not desk.out.exists()


def test_the_command_line_refuses_a_key_that_can_only_sign_with_2(
    desk: Desk, receiver: Receiver, tmp_path: Path
) -> None:
    fingerprint = receiver.make_key("signer-too", subkey="%no-ask-passphrase")
    ran = desk.onboard("--pgp-key", receiver.export(tmp_path / "key.asc", fingerprint))
    assert (ran.code, ran.out) == (2, "")
    assert "encrypt" in ran.err


def test_a_full_disk_while_sealing_is_not_blamed_on_the_key(public_key: Path, tmp_path: Path) -> None:
    source = tmp_path / "part"
    source.write_bytes(os.urandom(100_000))
    key = read_public_key(public_key, now=NOW)
    with pytest.raises((OSError, Misconfigured)) as caught:
        key.seal(source, Path("/dev/full"))
    assert "No space left on device" in str(caught.value)
    assert "key" not in str(caught.value)

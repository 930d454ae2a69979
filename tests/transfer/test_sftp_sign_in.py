"""SFTP: who signs in and how, and the private keys that people have."""

import io
import os
import time
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from paramiko.common import AUTH_PARTIALLY_SUCCESSFUL

from ingest.transfer.base import Source
from ingest.transfer.errors import Misconfigured, TransferFailure, Transient
from ingest.transfer.secret import Secret
from ingest.transfer.sftp import SftpDestination
from ingest.transfer.sftp_keys import private_key
from ingest.transfer.sftp_session import Patience
from tests.transfer.odd_sftp import PASSWORD, Gate, OddServer
from tests.transfer.receivers import NAME, source_of
from tests.transfer.sftp_receiver import SftpReceiver, sftp_receiver
from tests.transfer.sftp_sending import at, send, server_at
from tests.transfer.sshd import KEY_KINDS, private_text, public_text, user_key

PASSPHRASE = "open sesame"
PEM = serialization.Encoding.PEM
FORMS = {
    "OpenSSH": serialization.PrivateFormat.OpenSSH,
    "PEM": serialization.PrivateFormat.TraditionalOpenSSL,
    "PKCS 8": serialization.PrivateFormat.PKCS8,
}


def _text(kind: str, form: str, passphrase: str = "") -> str:
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return user_key(kind).private_bytes(PEM, FORMS[form], lock).decode()


@pytest.fixture
def receiver(tmp_path: Path) -> SftpReceiver:
    return sftp_receiver(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", os.urandom(100_000))


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
@pytest.mark.parametrize(
    ("kind", "form"), [(kind, form) for kind in KEY_KINDS for form in FORMS if (kind, form) != ("ed25519", "PEM")]
)
def test_keys_of_all_kinds_are_read_in_all_forms(kind: str, form: str, passphrase: str) -> None:
    read = private_key(Secret(_text(kind, form, passphrase)), Secret(passphrase))
    assert public_text(user_key(kind)) == f"{read.get_name()} {read.get_base64()}"


def test_a_key_may_come_with_the_line_ends_of_a_form_and_blanks_around_it() -> None:
    pasted = "\r\n  " + _text("ed25519", "OpenSSH").replace("\n", " \r\n") + " \r\n"
    assert private_key(Secret(pasted), None).get_name() == "ssh-ed25519"


def test_a_passphrase_that_the_key_does_not_need_is_no_harm() -> None:
    assert private_key(Secret(_text("ecdsa", "PEM")), Secret("not needed")).get_name() == "ecdsa-sha2-nistp256"


def _other_curve() -> str:
    key = ec.generate_private_key(ec.SECP256K1())
    return key.private_bytes(PEM, FORMS["PKCS 8"], serialization.NoEncryption()).decode()


def _dsa() -> str:
    key = dsa.generate_private_key(2048)
    return key.private_bytes(PEM, FORMS["PEM"], serialization.NoEncryption()).decode()


BAD_KEYS = {
    "none": ("", "", "sftp.key_missing"),
    "blanks": (" \n", "", "sftp.key_missing"),
    "words": ("hello", "", "sftp.key_damaged"),
    "cut off": (_text("rsa", "OpenSSH")[:300], "", "sftp.key_damaged"),
    "a line is missing": ("".join(_text("rsa", "PEM").splitlines(keepends=True)[:5]), "", "sftp.key_damaged"),
    "letters are wrong": (_text("ed25519", "OpenSSH").replace("A", "B"), "", "sftp.key_damaged"),
    "public": (public_text(user_key("rsa")), "", "sftp.key_public"),
    "PuTTY": ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "", "sftp.key_putty"),
    "DSA": (_dsa(), "", "sftp.key_kind"),
    "another curve": (_other_curve(), "", "sftp.key_kind"),
    **{f"no passphrase, {form}": (_text("rsa", form, PASSPHRASE), "", "sftp.key_locked") for form in FORMS},
    **{f"wrong, {form}": (_text("rsa", form, PASSPHRASE), "hunter2", "sftp.passphrase_wrong") for form in FORMS},
}


@pytest.mark.parametrize("case", BAD_KEYS)
def test_a_key_that_cannot_be_used_is_said_before_anything_is_connected(
    receiver: SftpReceiver, source: Source, case: str
) -> None:
    text, passphrase, code = BAD_KEYS[case]
    key = {"private_key": Secret(text), "passphrase": Secret(passphrase)}
    with pytest.raises(Misconfigured) as caught:
        send(at(receiver, port=1, **key), source)
    assert caught.value.code == code
    assert caught.value.what_to_do
    told = f"{caught.value!r} {caught.value} {caught.value.what_to_do}"
    assert "hunter2" not in told
    assert not text.strip() or text.strip()[:20] not in told
    steps = {step.code: step for step in at(receiver, **key).check(temp_tag="check")}
    assert str(steps["sign_in"].result) == str(caught.value)


def test_a_key_of_dsa_in_the_form_of_openssh_is_refused_too(recwarn: pytest.WarningsRecorder) -> None:
    key = dsa.generate_private_key(1024)  # noqa: S505 - SSH had no others
    with pytest.warns(UserWarning, match="DSA"):
        text = key.private_bytes(PEM, FORMS["OpenSSH"], serialization.NoEncryption())
    with pytest.warns(UserWarning, match="DSA"), pytest.raises(Misconfigured) as caught:
        private_key(Secret(text.decode()), None)
    assert caught.value.code == "sftp.key_kind"
    assert len(recwarn) == 0


@pytest.mark.parametrize("kind", KEY_KINDS)
def test_keys_of_all_kinds_sign_in(receiver: SftpReceiver, source: Source, kind: str) -> None:
    locked = {"private_key": Secret(_text(kind, "OpenSSH", PASSPHRASE)), "passphrase": Secret(PASSPHRASE)}
    assert not send(at(receiver, **locked), source).already_there
    assert receiver.everything() == [NAME]


def test_a_key_that_the_server_does_not_know_is_said_with_its_fingerprint(
    receiver: SftpReceiver, source: Source
) -> None:
    unknown = private_text(ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(Misconfigured) as caught:
        send(at(receiver, private_key=Secret(unknown)), source)
    assert caught.value.code == "sftp.key_refused"
    assert paramiko.ECDSAKey.from_private_key(io.StringIO(unknown)).fingerprint in str(caught.value)
    assert receiver.server.user in str(caught.value)


def test_a_server_that_takes_rsa_only_with_sha_1_is_said(source: Source) -> None:
    key = Secret(_text("rsa", "OpenSSH"))
    with OddServer(without=["rsa-sha2-512", "rsa-sha2-256"]) as server, pytest.raises(Misconfigured) as caught:
        send(SftpDestination(server_at(server.port, ".", private_key=key)), source)
    assert caught.value.code == "sftp.rsa_old"


def test_nothing_but_the_given_key_signs_in(
    receiver: SftpReceiver, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's own keys and agent would let us in; they are not asked."""
    keys = tmp_path / ".ssh"
    keys.mkdir(mode=0o700)
    (keys / "id_ed25519").write_text(private_text(user_key()), encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    with pytest.raises(Misconfigured) as caught:
        send(at(receiver, private_key=Secret(private_text(ec.generate_private_key(ec.SECP256R1())))), source)
    assert caught.value.code == "sftp.key_refused"


class OnlyQuestions(Gate):
    ways = "keyboard-interactive"


class OnlyKeys(Gate):
    ways = "publickey"


class OnlyPasswords(Gate):
    ways = "password"


class WantsMore(Gate):
    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        del username, key
        return AUTH_PARTIALLY_SUCCESSFUL


class Sleepy(Gate):
    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        time.sleep(2)
        return super().check_auth_publickey(username, key)


class NoSftp(Gate):
    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        del channel, name
        return False


class SleepyChannel(Gate):
    def check_channel_request(self, kind: str, chanid: int) -> int:
        time.sleep(2)
        return super().check_channel_request(kind, chanid)


class SleepySftp(Gate):
    """The library would wait for this answer for ever."""

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        time.sleep(3)
        return super().check_channel_subsystem_request(channel, name)


class NoSessions(Gate):
    def check_channel_request(self, kind: str, chanid: int) -> int:
        del kind, chanid
        return paramiko.common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


@pytest.mark.parametrize("gate", [Gate, OnlyPasswords, OnlyQuestions])
def test_a_password_signs_in_however_it_is_asked_for(source: Source, tmp_path: Path, gate: type[Gate]) -> None:
    folder = tmp_path / "outbox"
    folder.mkdir()
    with OddServer(gate=gate) as server:
        config = server_at(server.port, str(folder), with_password=True, password=Secret(PASSWORD), private_key=None)
        assert not send(SftpDestination(config), source).already_there
    assert [path.name for path in folder.iterdir()] == [NAME]


def _refusal(gate: type[Gate], source: Source, **changes: object) -> TransferFailure:
    with OddServer(gate=gate) as server, pytest.raises(TransferFailure) as caught:
        send(SftpDestination(server_at(server.port, ".", **changes)), source)
    assert "hunter2" not in f"{caught.value} {caught.value!r}"
    return caught.value


WRONG = {"with_password": True, "password": Secret("hunter2")}


@pytest.mark.parametrize(
    ("gate", "changes", "code"),
    [
        (Gate, WRONG, "sftp.password_refused"),
        (OnlyQuestions, WRONG, "sftp.password_refused"),
        (OnlyKeys, WRONG, "sftp.no_passwords"),
        (OnlyPasswords, {}, "sftp.no_keys"),
        (WantsMore, {}, "sftp.more_wanted"),
        (NoSftp, {}, "sftp.no_service"),
        (Gate, {"with_password": True}, "sftp.password_missing"),
    ],
)
def test_why_nobody_could_begin_is_said(
    source: Source, gate: type[Gate], changes: dict[str, object], code: str
) -> None:
    refused = _refusal(gate, source, **changes)
    assert refused.code == code
    assert isinstance(refused, Misconfigured)


@pytest.mark.parametrize(
    ("gate", "changes", "code"),
    [
        (Sleepy, {"patience": Patience(sign_in=0.5)}, "sftp.silent"),
        (Sleepy, {"patience": Patience(silence=0.5)}, "sftp.silent"),
        (NoSessions, {}, "sftp.no_session"),
        (SleepyChannel, {"patience": Patience(channel=0.5)}, "sftp.silent"),
        (SleepySftp, {"patience": Patience(silence=0.5)}, "sftp.silent"),
    ],
)
def test_what_may_be_better_later_is_tried_again(
    source: Source, gate: type[Gate], changes: dict[str, object], code: str
) -> None:
    refused = _refusal(gate, source, **changes)
    assert refused.code == code
    assert isinstance(refused, Transient)

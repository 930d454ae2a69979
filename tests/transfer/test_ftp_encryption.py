"""FTPS: whose certificate is taken, what is said before and after it, and which connections are encrypted."""

import hashlib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.transfer.base import Source, StepOutcome
from ingest.transfer.errors import Misconfigured, TransferFailure
from ingest.transfer.ftp_wire import Wire
from ingest.transfer.registry import build
from tests.transfer.certificates import Certificate, certificate
from tests.transfer.ftp_script import Script, scripted
from tests.transfer.ftp_servers import PASSWORD, USER, FtpReceiver, vsftpd
from tests.transfer.receivers import NAME, TARGET, destination_of, source_of
from tests.transfer.workers import deliver

CONTENT = bytes(range(256)) * 5000


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def reached(script: Script, **more: Any) -> FtpReceiver:
    """How the portal is told to reach a scripted server."""
    shown = script.certificate
    settings = {
        "host": "localhost", "port": script.port, "user": USER, "authority": shown.authority if shown else "",
        "security": "implicit" if script.is_implicit else "explicit", **more,
    }  # fmt: skip
    return FtpReceiver(Path(), settings)


def refused(script: Script, source: Source, **more: Any) -> TransferFailure:
    """Nothing secret was said when it failed; the connection test tells the same."""
    with scripted(script):
        receiver = reached(script, **more)
        with pytest.raises(TransferFailure) as caught:
            deliver(receiver, source)
        with destination_of(receiver) as destination:
            steps = destination.check(temp_tag="check")
    assert not any(said.split()[-1] == "PASS" or "USER" in said for said in script.heard)
    assert script.files == {}
    step = next(step for step in steps if step.outcome is StepOutcome.FAILED)
    assert (step.code, str(step.result)) == ("encrypt", str(caught.value))
    return caught.value


@pytest.mark.parametrize("implicit", [False, True], ids=["explicit", "implicit"])
@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_control_and_data_are_encrypted_and_data_continue_the_session(
    source: Source, implicit: bool, version: str
) -> None:
    only = ssl.TLSVersion.TLSv1_2 if version == "1.2" else ssl.TLSVersion.TLSv1_3
    script = Script(certificate=certificate(), is_implicit=implicit, most_tls=only, least_tls=only)
    with scripted(script):
        deliver(reached(script), source)
    assert script.files == {NAME: CONTENT}
    assert [said for said in script.heard if said.startswith("plain")] == ([] if implicit else ["plain AUTH TLS"])
    assert "PROT P" in script.heard
    assert script.sessions == [True, True], "one to send, one to read back"


BAD: dict[str, tuple[Callable[[], Certificate], str]] = {
    "self-signed": (lambda: certificate(is_self_signed=True), "tls.self_signed"),
    "expired": (lambda: certificate(days=(-20, -10)), "tls.expired"),
    "of tomorrow": (lambda: certificate(days=(2, 20)), "tls.not_yet_valid"),
    "for another host": (lambda: certificate(host="ftp.example.com"), "tls.other_host"),
}


@pytest.mark.parametrize("implicit", [False, True], ids=["explicit", "implicit"])
@pytest.mark.parametrize("case", BAD)
def test_a_certificate_that_is_wrong_is_refused_before_a_name_is_said(
    source: Source, case: str, implicit: bool
) -> None:
    shown, code = BAD[case]
    caught = refused(Script(certificate=shown(), is_implicit=implicit), source)
    assert (type(caught), caught.code) == (Misconfigured, code)
    assert "localhost" in str(caught)


def test_an_authority_that_nobody_knows_is_refused(source: Source) -> None:
    assert refused(Script(certificate=certificate()), source, authority="").code == "tls.unknown_authority"


def test_another_authority_does_not_help(source: Source) -> None:
    other = certificate(is_self_signed=True, host="other.example.com").pem()
    assert refused(Script(certificate=certificate()), source, authority=other).code == "tls.unknown_authority"


def test_a_host_given_as_an_address_needs_a_certificate_for_it(source: Source) -> None:
    script = Script(certificate=certificate())
    with scripted(script):
        deliver(reached(script, host="127.0.0.1"), source)
    assert script.files == {NAME: CONTENT}
    shown = certificate(host="ftp.example.com")
    assert refused(Script(certificate=shown), source, host="127.0.0.1").code == "tls.other_host"


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("with_colons", [False, True])
def test_a_certificate_whose_fingerprint_is_known_is_taken_whatever_else_it_says(
    source: Source, case: str, with_colons: bool
) -> None:
    shown = BAD[case][0]()
    digits = shown.fingerprint
    given = ":".join(digits[at : at + 2] for at in range(0, 64, 2)).upper() if with_colons else digits
    script = Script(certificate=shown)
    with scripted(script):
        deliver(reached(script, authority="", fingerprint=given), source)
    assert script.files == {NAME: CONTENT}


@pytest.mark.parametrize("implicit", [False, True], ids=["explicit", "implicit"])
def test_another_certificate_than_the_one_that_is_known_is_refused_even_if_it_is_good(
    source: Source, implicit: bool
) -> None:
    script = Script(certificate=certificate(), is_implicit=implicit)
    caught = refused(script, source, authority="", fingerprint=hashlib.sha256(b"another").hexdigest())
    assert (type(caught), caught.code) == (Misconfigured, "tls.other_certificate")


def test_tls_13_is_not_spoken_where_12_only_was_chosen(source: Source) -> None:
    script = Script(certificate=certificate(), least_tls=ssl.TLSVersion.TLSv1_3)
    assert refused(script, source, is_tls12_only=True).code == "tls.failed"
    both = Script(certificate=certificate())
    with scripted(both):
        deliver(reached(both, is_tls12_only=True), source)
    assert both.files == {NAME: CONTENT}


@pytest.mark.parametrize("reply", [500, 502, 504, 530, 534])
def test_a_server_without_encryption_gets_no_password(source: Source, reply: int) -> None:
    caught = refused(Script(replies={"AUTH": f"{reply} spoken by the server"}), source)
    assert (type(caught), caught.code) == (Misconfigured, "ftp.no_tls")
    assert "spoken" not in str(caught)


def test_a_plain_server_at_the_port_of_implicit_tls_is_said(source: Source) -> None:
    script = Script()
    with scripted(script), pytest.raises(TransferFailure) as caught:
        deliver(reached(script, security="implicit"), source)
    assert caught.value.code == "tls.failed"


def test_data_are_never_sent_unencrypted_because_a_server_refuses_to_protect_them(source: Source) -> None:
    script = Script(certificate=certificate(), replies={"PROT": "536 not here"})
    with scripted(script), pytest.raises(TransferFailure) as caught:
        deliver(reached(script), source)
    assert caught.value.code == "ftp.no_tls"
    assert not any(said.startswith("STOR") for said in script.heard)


@pytest.mark.parametrize("is_pinned", [False, True])
def test_a_data_connection_is_judged_like_the_control_connection(source: Source, is_pinned: bool) -> None:
    """Somebody else may have come first to the port that the server named."""
    good, other = certificate(), certificate(is_self_signed=True)
    script = Script(certificate=good, data_certificate=other)
    trust = {"authority": "", "fingerprint": good.fingerprint} if is_pinned else {}
    with scripted(script), pytest.raises(Misconfigured) as caught:
        deliver(reached(script, **trust), source)
    assert caught.value.code == ("tls.other_certificate" if is_pinned else "tls.self_signed")
    assert script.files == {}


def test_answers_that_were_slipped_in_before_the_encryption_are_not_believed(source: Source) -> None:
    script = Script(certificate=certificate(), after_auth=b"230 you are in\r\n" * 3)
    with scripted(script):
        deliver(reached(script), source)
    assert "PASS" in script.heard, "the server was asked, and its own answers counted"
    assert script.files == {NAME: CONTENT}


def test_a_server_that_just_closes_encrypted_data_connections_is_understood(source: Source) -> None:
    script = Script(certificate=certificate(), says_goodbye=False)
    with scripted(script):
        deliver(reached(script), source)
    assert script.files == {NAME: CONTENT}


def test_an_encrypted_upload_that_is_cut_is_no_success_even_if_the_server_says_so(source: Source) -> None:
    script = Script(certificate=certificate(), takes=100_000)
    with scripted(script), pytest.raises(TransferFailure) as caught:
        deliver(reached(script), source)
    assert caught.value.code == "ftp.broken_off"
    assert script.files == {}


@pytest.mark.parametrize("options", [{}, {"is_tls12_only": True}], ids=["TLS 1.3", "TLS 1.2"])
@pytest.mark.parametrize("implicit", [False, True], ids=["explicit", "implicit"])
def test_vsftpd_takes_files_as_it_comes_from_debian(source: Source, options: dict[str, Any], implicit: bool) -> None:
    """It wants the session of the control connection on data connections."""
    with vsftpd(implicit=implicit) as plain:
        receiver = FtpReceiver(plain.folder, {**plain.settings, **options})
        deliver(receiver, source)
        assert receiver.everything() == [NAME]
        assert receiver.read(NAME) == CONTENT


def test_vsftpd_is_told_by_tls_itself_that_a_file_has_ended(source: Source) -> None:
    """Where it is strict it takes everything else for a connection that was cut."""
    with vsftpd(strict_ssl_read_eof="YES", strict_ssl_write_shutdown="YES") as receiver:
        deliver(receiver, source)
        assert receiver.read(NAME) == CONTENT


def test_vsftpd_refuses_a_data_connection_with_a_session_of_its_own(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ftplib would do it; so the test above does show that the session is continued."""

    def without_session(self: Wire, data: Any) -> ssl.SSLSocket:
        return self.context.wrap_socket(data, server_hostname=self.host)

    monkeypatch.setattr(Wire, "encrypt_data", without_session)
    with vsftpd() as receiver:
        with pytest.raises(Misconfigured) as caught:
            deliver(receiver, source)
        assert caught.value.code == "ftp.data_not_encrypted"
        assert "522" in str(caught.value)
        assert "TLS 1.2 only" in caught.value.what_to_do
        assert receiver.everything() == []


def test_a_server_that_wants_encryption_says_so_to_plain_ftp() -> None:
    with vsftpd() as receiver:
        settings = {**receiver.settings, "security": "plain", "allows_plain": True, "authority": ""}
        with (
            build("ftp", settings, secrets=receiver.secrets, limits=receiver.limits) as destination,
            pytest.raises(Misconfigured) as caught,
        ):
            destination.look(TARGET)
    assert caught.value.code == "ftp.wants_tls"
    assert PASSWORD not in str(caught.value)

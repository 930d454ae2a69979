"""FTP servers that refuse, fail, close, keep silent or lie: what is said, what is tried again, what is left behind."""

from pathlib import Path
from typing import Any

import pytest

from ingest.transfer.base import Source, VerifyLevel
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient
from ingest.transfer.ftp import FtpConfig, FtpDestination, ReadBack
from ingest.transfer.ftp_line import FtpServer, Security
from ingest.transfer.ftp_wire import Patience
from ingest.transfer.names import is_temporary
from ingest.transfer.secret import Secret
from tests.transfer.ftp_script import CLOSE, CUT, DRIP, SILENCE, Script, scripted
from tests.transfer.ftp_servers import LOOPBACK, PASSWORD, USER
from tests.transfer.receivers import NAME, TARGET, source_of
from tests.transfer.workers import nothing

MIB = 1024 * 1024
CONTENT = bytes(range(256)) * 4096 * 3 + b"\r\nend\n"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def destination(
    script: Script, *, patience: Patience | None = None, password: str = PASSWORD, **more: Any
) -> FtpDestination:
    server = FtpServer(
        "127.0.0.1", USER, Secret(password), port=script.port, folder="in/box", security=Security.PLAIN,
        private_networks=LOOPBACK, patience=patience or Patience(),
    )  # fmt: skip
    return FtpDestination(FtpConfig(server, **more))


def deliver(script: Script, source: Source, **more: Any) -> Any:
    with scripted(script), destination(script, **more) as one:
        return one.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)


def failed(script: Script, source: Source, **more: Any) -> TransferFailure:
    with pytest.raises(TransferFailure) as caught:
        deliver(script, source, **more)
    for text in (str(caught.value), caught.value.what_to_do):
        assert PASSWORD not in text
        assert "spoken by the server" not in text, "no banner is repeated"
    return caught.value


def test_the_server_of_these_tests_takes_a_file_if_nothing_is_wrong(source: Source) -> None:
    script = Script()
    assert deliver(script, source).verify_level is VerifyLevel.READ_BACK
    assert script.files == {NAME: CONTENT}


REFUSALS = [
    ("USER", 530, Misconfigured, "ftp.sign_in"),
    ("PASS", 530, Misconfigured, "ftp.sign_in"),
    ("PASS", 430, Misconfigured, "ftp.sign_in"),
    ("PASS", 332, Misconfigured, "ftp.refused"),
    ("PASS", 421, Transient, "ftp.unavailable"),
    ("CWD", 550, Misconfigured, "ftp.folder"),
    ("CWD", 450, Transient, "ftp.unavailable"),
    ("SIZE", 502, Misconfigured, "ftp.no_size"),
    ("SIZE", 421, Transient, "ftp.unavailable"),
    ("TYPE", 504, Misconfigured, "ftp.no_size"),
    ("PASV", 425, Transient, "ftp.no_data_connection"),
    ("STOR", 425, Transient, "ftp.no_data_connection"),
    ("STOR", 426, Transient, "ftp.broken_off"),
    ("STOR", 421, Transient, "ftp.unavailable"),
    ("STOR", 450, Transient, "ftp.unavailable"),
    ("STOR", 451, Transient, "ftp.not_stored"),
    ("STOR", 452, Transient, "remote.full"),
    ("STOR", 552, Transient, "remote.full"),
    ("STOR", 550, Misconfigured, "ftp.not_writable"),
    ("STOR", 553, Misconfigured, "ftp.not_writable"),
    ("STOR", 522, Misconfigured, "ftp.data_not_encrypted"),
    ("STOR", 534, Misconfigured, "ftp.data_not_encrypted"),
    ("STOR", 599, Misconfigured, "ftp.refused"),
    ("RETR", 550, Misconfigured, "ftp.not_readable"),
    ("RETR", 450, Transient, "ftp.unavailable"),
    ("RNFR", 550, Misconfigured, "ftp.not_renamable"),
    ("RNFR", 450, Transient, "ftp.unavailable"),
    ("RNTO", 550, Misconfigured, "ftp.not_renamable"),
    ("RNTO", 502, Misconfigured, "ftp.not_renamable"),
    ("RNTO", 553, Permanent, "ftp.name_refused"),
    ("RNTO", 552, Transient, "remote.full"),
    ("RNTO", 421, Transient, "ftp.outcome_unknown"),
]


@pytest.mark.parametrize(("verb", "reply", "kind", "code"), REFUSALS, ids=str)
def test_an_answer_means_what_was_being_tried(
    source: Source, verb: str, reply: int, kind: type[TransferFailure], code: str
) -> None:
    script = Script(replies={verb: f"{reply} spoken by the server"})
    caught = failed(script, source)
    assert (type(caught), caught.code) == (kind, code)
    assert script.files == {}, "nothing is left"


@pytest.mark.parametrize(
    ("reply", "code"),
    [(426, "ftp.broken_off"), (451, "ftp.not_stored"), (452, "remote.full"), (552, "remote.full"),
     (550, "ftp.not_writable"), (200, "ftp.refused")],
)  # fmt: skip
def test_only_an_end_that_the_server_confirms_is_one(source: Source, reply: int, code: str) -> None:
    script = Script(ends={"STOR": f"{reply} spoken by the server"})
    assert failed(script, source).code == code
    assert script.files == {}


@pytest.mark.parametrize("verb", ["USER", "PASS", "FEAT", "CWD", "TYPE", "SIZE", "PASV", "STOR", "RETR", "RNFR"])
@pytest.mark.parametrize("fault", [CLOSE, CUT])
def test_a_server_that_goes_away_is_tried_again_later(source: Source, verb: str, fault: str) -> None:
    """In the middle of an answer, too: "213 12" is not believed to be "213 12345"."""
    caught = failed(Script(replies={verb: fault}), source)
    assert isinstance(caught, Transient)
    assert caught.code in {"ftp.closed", "ftp.broken_off"}


@pytest.mark.parametrize("verb", ["USER", "FEAT", "SIZE", "PASV", "STOR", "RETR", "RNFR"])
def test_a_server_that_falls_silent_is_given_up(source: Source, verb: str) -> None:
    caught = failed(Script(replies={verb: SILENCE}), source, patience=Patience(answer=1, goodbye=1))
    assert (type(caught), caught.code) == (Transient, "ftp.silent")


@pytest.mark.parametrize("verb", ["USER", "SIZE", "STOR"])
def test_a_server_that_lets_bytes_drip_is_cut_off_by_the_clock(source: Source, verb: str) -> None:
    """It is never silent for long."""
    caught = failed(Script(replies={verb: DRIP}), source, patience=Patience(step=2, goodbye=1))
    assert (type(caught), caught.code) == (Transient, "ftp.too_slow")


def test_an_upload_that_does_not_get_on_is_cut_off_by_the_clock(tmp_path: Path) -> None:
    large = source_of(tmp_path / "large", bytes(64 * MIB))  # more than the system takes into its own buffers
    caught = failed(Script(reads_slowly=True), large, patience=Patience(piece=2, goodbye=1))
    assert (type(caught), caught.code) == (Transient, "ftp.too_slow")


def test_a_server_that_says_nothing_at_all_is_given_up(source: Source) -> None:
    assert failed(Script(greeting=SILENCE), source, patience=Patience(answer=1)).code == "ftp.silent"


def test_an_answer_without_an_end_is_not_listened_to_for_ever(source: Source) -> None:
    assert failed(Script(replies={"FEAT": "211-so\r\n" + "211-and so\r\n" * 2000}), source).code == "ftp.closed"


@pytest.mark.parametrize("greeting", ["SSH-2.0-OpenSSH_9.2", "HTTP/1.1 400 Bad Request", "+OK ready"])
def test_what_is_no_ftp_server_is_said(source: Source, greeting: str) -> None:
    caught = failed(Script(greeting=greeting), source)
    assert (caught.code, greeting in str(caught)) == ("ftp.no_server", False)


def test_a_server_that_is_full_up_is_tried_again(source: Source) -> None:
    caught = failed(Script(greeting="421 too many connections, spoken by the server"), source)
    assert (type(caught), caught.code) == (Transient, "ftp.unavailable")


def test_answers_in_other_alphabets_are_understood_by_their_numbers(source: Source) -> None:
    script = Script(greeting="220 Gr\xfc\xdfe", replies={"NOOP": "200 sch\xf6n"})
    deliver(script, source)
    assert script.files == {NAME: CONTENT}


def test_an_upload_that_the_server_cuts_off_is_no_success_even_if_it_says_so(source: Source) -> None:
    script = Script(takes=MIB)
    assert failed(script, source).code == "ftp.broken_off"
    assert script.files == {}


def test_the_servers_reason_counts_more_than_the_connection_that_broke(source: Source) -> None:
    script = Script(takes=MIB, ends={"STOR": "452 spoken by the server"})
    assert failed(script, source).code == "remote.full"


@pytest.mark.parametrize("read_back", [ReadBack.UP_TO_1_GB, ReadBack.ALWAYS])
def test_a_file_that_lost_its_end_or_a_bit_never_gets_the_name(source: Source, read_back: ReadBack) -> None:
    for spoils, code in ((lambda content: content[:-1], "ftp.broken_off"), (_flipped, "remote.damaged")):
        script = Script(spoils=spoils)
        assert failed(script, source, read_back=read_back).code == code
        assert script.files == {}
        assert not any(said.startswith("RNTO") for said in script.heard)


def _flipped(content: bytes) -> bytes:
    return content[:MIB] + bytes([content[MIB] ^ 1]) + content[MIB + 1 :]


def test_without_reading_back_the_receipt_says_that_only_the_size_is_known(source: Source) -> None:
    script = Script(spoils=_flipped)
    assert deliver(script, source, read_back=ReadBack.NEVER).verify_level is VerifyLevel.SIZE
    assert script.files[NAME] != CONTENT


@pytest.mark.parametrize("fault", [CLOSE, SILENCE])
def test_a_rename_without_an_answer_is_unknown_and_the_next_attempt_finds_it(source: Source, fault: str) -> None:
    script = Script(done={"RNTO": fault})
    caught = failed(script, source, patience=Patience(answer=1))
    assert (type(caught), caught.code) == (Transient, "ftp.outcome_unknown")
    assert script.files == {NAME: CONTENT}
    again = Script(files=script.files)
    with scripted(again), destination(again) as one:
        present = one.look(TARGET)
        assert present is not None
        assert (present.size, present.sha256) == (source.size, source.sha256)
        assert one.deliver(source, TARGET, temp_tag="7-2", progress=nothing, fence=nothing).already_there


def test_a_temporary_is_removed_over_a_new_connection_when_the_first_one_is_lost(source: Source) -> None:
    script = Script(replies={"RETR": CLOSE})
    assert isinstance(failed(script, source), Transient)
    assert script.heard.count(f"USER {USER}") == 2
    assert script.files == {}


def test_what_cannot_be_removed_stays_under_its_hidden_name_for_the_sweep(source: Source) -> None:
    script = Script(replies={"RETR": CLOSE, "DELE": CLOSE})
    assert failed(script, source).code in {"ftp.closed", "ftp.broken_off"}
    assert [is_temporary(name) for name in script.files] == [True]


def test_numbers_of_bytes_are_asked_for_in_binary_mode_only_and_files_travel_in_it(source: Source) -> None:
    script = Script()
    deliver(script, source)
    mode = ""
    for said in script.heard:
        mode = said if said.startswith("TYPE") else mode
        if said.split()[0] in {"SIZE", "STOR", "RETR"}:
            assert mode == "TYPE I", said
    assert "TYPE I" in script.heard


def test_no_address_that_a_server_names_is_connected_to(source: Source) -> None:
    """It names 203.0.113.7, to which the guard of these tests would let nobody go."""
    script = Script()
    deliver(script, source)
    assert script.files == {NAME: CONTENT}
    assert not any(said.startswith(("PORT", "EPRT")) for said in script.heard), "and none connects to us"


def test_a_barred_port_for_data_is_told_from_a_server_that_is_down(source: Source) -> None:
    script = Script(replies={"PASV": "227 passive (127,0,0,1,0,1)"})
    caught = failed(script, source)
    assert (type(caught), caught.code) == (Transient, "ftp.no_data_connection")
    assert "passive ports" in caught.what_to_do


def test_a_connection_that_the_server_closed_meanwhile_is_made_again(source: Source) -> None:
    script = Script(replies={"NOOP": CLOSE})
    with scripted(script), destination(script) as one:
        assert one.look(TARGET) is None
        assert one.look(TARGET) is None
        assert not one.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing).already_there
    assert script.heard.count(f"USER {USER}") == 3


def test_a_file_that_is_taken_away_at_once_is_delivered(source: Source) -> None:
    """A program that polls the folder may be quicker than our last look."""

    class Taking(dict[str, bytes]):
        def __setitem__(self, name: str, content: bytes) -> None:
            if name != NAME:
                super().__setitem__(name, content)

    script = Script(files=Taking())
    assert not deliver(script, source).already_there


def test_a_password_with_a_line_break_is_not_sent() -> None:
    script = Script()
    with scripted(script), destination(script, password="a\r\nDELE b") as one, pytest.raises(Misconfigured) as caught:
        one.look(TARGET)
    assert caught.value.code == "ftp.password_unusable"
    assert script.heard == ["QUIT"]
    assert "DELE" not in repr(caught.value)

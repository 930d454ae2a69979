"""FTP servers that refuse, fail, close, keep silent or lie: what is said, what is tried again, what is left behind."""

from pathlib import Path

import pytest

from ingest.transfer.base import Source, VerifyLevel
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient
from ingest.transfer.ftp import ReadBack
from ingest.transfer.names import is_temporary
from tests.transfer.ftp_script import CLOSE, Script, scripted
from tests.transfer.ftp_servers import USER
from tests.transfer.ftp_trying import deliver, destination, failed
from tests.transfer.receivers import NAME, TARGET, source_of

MIB = 1024 * 1024
CONTENT = bytes(range(256)) * 4096 * 3 + b"\r\nend\n"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


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


def test_a_file_that_is_taken_away_at_once_is_delivered(source: Source) -> None:
    """A program that polls the folder may be quicker than our last look."""

    class Taking(dict[str, bytes]):
        def __setitem__(self, name: str, content: bytes) -> None:
            if name != NAME:
                super().__setitem__(name, content)

    script = Script(files=Taking())
    assert not deliver(script, source).already_there


def test_a_name_that_another_program_takes_in_the_last_moment_is_a_conflict_not_a_success(source: Source) -> None:
    """No server can be told to refuse; at least it is seen."""

    class Overwritten(dict[str, bytes]):
        def __setitem__(self, name: str, content: bytes) -> None:
            super().__setitem__(name, content + b"x" if name == NAME else content)

    caught = failed(Script(files=Overwritten()), source)
    assert (type(caught), caught.code) == (Permanent, "conflict")


def test_a_password_with_a_line_break_is_not_sent() -> None:
    script = Script()
    with scripted(script), destination(script, password="a\r\nDELE b") as one, pytest.raises(Misconfigured) as caught:
        one.look(TARGET)
    assert caught.value.code == "ftp.password_unusable"
    assert script.heard == ["QUIT"]
    assert "DELE" not in repr(caught.value)

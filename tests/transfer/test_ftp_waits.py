"""FTP servers that close, keep silent, or let bytes drip: every wait has an end, and the next attempt goes on."""

import socket
from pathlib import Path

import pytest

from ingest.transfer.base import Source
from ingest.transfer.errors import Transient
from ingest.transfer.ftp_wire import Patience
from tests.transfer.ftp_script import CLOSE, CUT, DRIP, SILENCE, Script, scripted
from tests.transfer.ftp_servers import USER
from tests.transfer.ftp_trying import destination, failed
from tests.transfer.receivers import NAME, TARGET, source_of
from tests.transfer.workers import nothing

MIB = 1024 * 1024
CONTENT = bytes(range(256)) * 4096 * 3 + b"\r\nend\n"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


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


def test_an_upload_that_nobody_takes_any_more_is_given_up(tmp_path: Path) -> None:
    large = source_of(tmp_path / "large", bytes(64 * MIB))
    caught = failed(Script(reads_slowly=True), large, patience=Patience(answer=2, goodbye=1))
    assert (type(caught), caught.code) == (Transient, "ftp.silent")


def test_an_upload_that_does_not_get_on_is_cut_off_by_the_clock(tmp_path: Path) -> None:
    large = source_of(tmp_path / "large", bytes(64 * MIB))  # more than the system takes into its own buffers
    caught = failed(Script(reads_slowly=True), large, patience=Patience(piece=2, goodbye=1))
    assert (type(caught), caught.code) == (Transient, "ftp.too_slow")


def test_a_server_that_says_nothing_at_all_is_given_up(source: Source) -> None:
    assert failed(Script(greeting=SILENCE), source, patience=Patience(answer=1)).code == "ftp.silent"


def test_an_answer_without_an_end_is_not_listened_to_for_ever(source: Source) -> None:
    assert failed(Script(replies={"FEAT": "211-so\r\n" + "211-and so\r\n" * 2000}), source).code == "ftp.closed"


@pytest.mark.parametrize("fault", [CLOSE, SILENCE])
def test_a_rename_without_an_answer_is_unknown_and_the_next_attempt_finds_it(source: Source, fault: str) -> None:
    script = Script(done={"RNTO": fault})
    caught = failed(script, source, patience=Patience(answer=3))
    assert (type(caught), caught.code) == (Transient, "ftp.outcome_unknown")
    assert script.files == {NAME: CONTENT}
    again = Script(files=script.files)
    with scripted(again), destination(again) as one:
        present = one.look(TARGET)
        assert present is not None
        assert (present.size, present.sha256) == (source.size, source.sha256)
        assert one.deliver(source, TARGET, temp_tag="7-2", progress=nothing, fence=nothing).already_there


def test_a_connection_that_the_server_closed_meanwhile_is_made_again(source: Source) -> None:
    script = Script(replies={"NOOP": CLOSE})
    with scripted(script), destination(script) as one:
        assert one.look(TARGET) is None
        assert one.look(TARGET) is None
        assert not one.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing).already_there
    assert script.heard.count(f"USER {USER}") == 3


def test_firewalls_are_reminded_of_the_connection_that_is_silent_while_a_file_travels() -> None:
    script = Script()
    with scripted(script), destination(script) as one:
        one.look(TARGET)
        opening = one._opening
        assert opening is not None
        line = opening.talk.wire.sock
        assert line is not None
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 60

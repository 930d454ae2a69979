"""FTP accounts that may not do everything: what is missing is named, and what can be done without it is."""

import os
from pathlib import Path

import pytest

from ingest.transfer.base import Present, Source, StepOutcome, VerifyLevel
from ingest.transfer.errors import Misconfigured, Permanent
from ingest.transfer.secret import Secret
from tests.transfer.ftp_servers import FtpReceiver, pyftpdlib, vsftpd
from tests.transfer.ftp_trying import steps_of, told
from tests.transfer.receivers import NAME, TARGET, destination_of, source_of
from tests.transfer.workers import deliver

MIB = 1024 * 1024
CONTENT = os.urandom(3 * MIB + 1)
RIGHTS = {"list": "l", "read": "r", "write": "w", "rename": "f", "remove": "d", "enter": "e"}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path / "part", CONTENT)


def without(right: str) -> str:
    return "".join(sign for name, sign in RIGHTS.items() if name != right)


@pytest.mark.parametrize("server", ["vsftpd", "pyftpdlib"])
def test_a_wrong_password_is_said_at_its_step_and_never_repeated(source: Source, tmp_path: Path, server: str) -> None:
    with vsftpd() if server == "vsftpd" else pyftpdlib(tmp_path / "root") as receiver:
        wrong = FtpReceiver(receiver.folder, receiver.settings, secrets={"password": Secret("hunter2")})
        with pytest.raises(Misconfigured) as caught:
            deliver(wrong, source)
        step = steps_of(wrong)["sign_in"]
    assert caught.value.code == "ftp.sign_in"
    assert (step.outcome, str(step.result)) == (StepOutcome.FAILED, str(caught.value))
    assert "hunter2" not in f"{caught.value!r} {caught.value} {caught.value.__context__!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("server", ["vsftpd", "pyftpdlib"])
def test_a_folder_that_is_missing_is_said(source: Source, tmp_path: Path, server: str) -> None:
    with vsftpd() if server == "vsftpd" else pyftpdlib(tmp_path / "root") as receiver:
        elsewhere = told(receiver, folder="missing")
        with pytest.raises(Misconfigured) as caught:
            deliver(elsewhere, source)
        step = steps_of(elsewhere)["folder"]
    assert caught.value.code == "ftp.folder"
    assert "missing" in str(caught.value)
    assert step.outcome is StepOutcome.FAILED


@pytest.mark.parametrize(
    ("right", "code", "failing"),
    [("enter", "ftp.folder", "folder"), ("write", "ftp.not_writable", "write"),
     ("read", "ftp.not_readable", "read_back"), ("rename", "ftp.not_renamable", "rename")],
)  # fmt: skip
def test_a_right_that_is_missing_is_named_and_the_connection_test_finds_it(
    source: Source, tmp_path: Path, right: str, code: str, failing: str
) -> None:
    with pyftpdlib(tmp_path / "root", rights=without(right)) as receiver:
        with pytest.raises(Misconfigured) as caught:
            deliver(receiver, source)
        steps = steps_of(receiver)
        assert receiver.everything() == []
    assert caught.value.code == code
    assert [step.code for step in steps.values() if step.outcome is StepOutcome.FAILED] == [failing]
    assert str(steps[failing].advice) == caught.value.what_to_do


def test_who_may_not_remove_can_deliver_and_the_connection_test_tells_what_it_means(
    source: Source, tmp_path: Path
) -> None:
    with pyftpdlib(tmp_path / "root", rights=without("remove")) as receiver:
        assert not deliver(receiver, source).already_there
        step = steps_of(receiver)["remove"]
    assert (step.outcome, "stay behind" in str(step.advice)) == (StepOutcome.FAILED, True)


def test_who_may_not_read_can_choose_not_to(source: Source, tmp_path: Path) -> None:
    with pyftpdlib(tmp_path / "root", rights=without("read")) as server:
        receiver = told(server, read_back="never")
        assert deliver(receiver, source).verify_level is VerifyLevel.SIZE
        assert receiver.read(NAME) == CONTENT
        with destination_of(receiver) as destination:
            assert destination.look(TARGET) == Present(source.size, None)
        assert "read_back" not in steps_of(receiver)
        with pytest.raises(Permanent) as caught:
            deliver(receiver, source, tag="7-2")
        assert caught.value.code == "ftp.not_comparable", "equal sizes are not taken for equal files"


def test_who_may_not_rename_can_have_the_final_name_written_at_once(source: Source, tmp_path: Path) -> None:
    with pyftpdlib(tmp_path / "root", rights=without("rename")) as server:
        receiver = told(server, naming="at_once")
        asked: list[list[str]] = []
        assert not deliver(receiver, source, fence=lambda: asked.append(receiver.everything())).already_there
        assert asked == [[]], "before the name is there"
        assert receiver.everything() == [NAME]
        assert receiver.read(NAME) == CONTENT
        assert deliver(receiver, source, tag="7-2").already_there
        steps = steps_of(receiver)
        assert {step.outcome for step in steps.values()} == {StepOutcome.PASSED}
        assert "rename" not in steps

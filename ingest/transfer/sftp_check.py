"""The test of a server: a hidden probe goes through everything that a delivery does."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.base import CheckStep, StepOutcome
from ingest.transfer.checking import Step, run_steps
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import FAILURES, failure
from ingest.transfer.names import temporary_name
from ingest.transfer.sftp_files import RemoteFile, RemoteFolder
from ingest.transfer.sftp_opening import Opening
from ingest.transfer.sftp_session import Session, SftpServer
from ingest.transfer.words import Message

HOST_KEY_NEW: Final = "sftp.host_key_new"
_PROBE: Final = b"A connection test of amportal. It is removed at once.\n"
LABELS: Final = {
    "resolve": Message(gettext_noop("Find the address of the host")),
    "connect": Message(gettext_noop("Connect to it")),
    "host_key": Message(gettext_noop("Agree on encryption, and compare the host key with the accepted one")),
    "sign_in": Message(gettext_noop("Sign in")),
    "folder": Message(gettext_noop("Find the folder")),
    "write": Message(gettext_noop("Write a file")),
    "read_back": Message(gettext_noop("Read the file back")),
    "name_once": Message(gettext_noop("Give it a name that nothing has, and leave a name that is taken alone")),
    "remove": Message(gettext_noop("Remove the file")),
}


def check_server(server: SftpServer, *, temp_tag: str) -> Sequence[CheckStep]:
    """Resolve, connect, host key, sign in, folder, write, read back, name, remove.

    All names of the probe are temporary ones: no receiver takes it for a file, and the sweep removes what a killed test
    leaves. Where no host key was accepted yet, the code of that step is `sftp.host_key_new`, and the parameters of its
    result hold the `fingerprint`, so that a page can offer to accept it.
    """
    with ExitStack() as stack:
        probe = _Probe(stack, server, temp_tag)
        attempts: dict[str, Callable[[], None]] = {
            "resolve": probe.opening.resolve,
            "connect": probe.opening.connect,
            "host_key": probe.opening.check_host_key,
            "sign_in": probe.sign_in,
            "folder": probe.find,
            "write": probe.write,
            "read_back": probe.read_back,
            "name_once": probe.create_once if server.writes_at_once else probe.rename_once,
            "remove": probe.remove,
        }
        if not server.reads_back:
            del attempts["read_back"]
        steps = run_steps([Step(code, LABELS[code], attempt) for code, attempt in attempts.items()])
    return tuple(replace(step, code=HOST_KEY_NEW) if _is_new_key(step) else step for step in steps)


def _is_new_key(step: CheckStep) -> bool:
    return step.outcome is StepOutcome.FAILED and step.result.text == FAILURES[HOST_KEY_NEW].sentence


class _Probe:
    def __init__(self, stack: ExitStack, server: SftpServer, tag: str) -> None:
        self.opening = Opening(server, told=lambda: None)
        self._stack, self._server = stack, server
        self._first, self._named, self._second = (temporary_name(f"probe {number}", tag) for number in range(3))
        self._session: Session | None = None
        self._file: RemoteFile | None = None
        stack.callback(self.opening.close)

    @property
    def _folder(self) -> RemoteFolder:
        if self._session is None:
            raise RuntimeError("not signed in yet")
        return RemoteFolder(self._session)

    def sign_in(self) -> None:
        self.opening.read_key()
        self.opening.sign_in()
        self._session = self.opening.begin()

    def find(self) -> None:
        if self._session is not None:
            self._session.find_folder()

    def write(self) -> None:
        self._file = self._written(self._first)

    def read_back(self) -> None:
        size = len(_PROBE)
        if b"".join(self._folder.pieces(self._first, size)) != _PROBE:
            raise failure("remote.damaged", name=self._first)

    def rename_once(self) -> None:
        """The second time the name is taken, and the server has to say so."""
        second = self._written(self._second)
        self._stack.callback(self._folder.remove, self._named)
        if self._file is None or not self._folder.rename(self._file, self._named):
            raise failure("sftp.rename_failed", name=self._named)
        if self._folder.rename(second, self._named):
            raise failure("sftp.cannot_refuse", folder=self._server.folder)

    def create_once(self) -> None:
        """Nothing is renamed at this server, so it is creating that must fail where the name is taken."""
        try:
            with self._folder.new_file(self._first, self._first, len(_PROBE)) as again:
                again.keep()
        except TransferFailure as failed:
            if failed.code != "sftp.in_use":
                raise
        else:
            raise failure("sftp.cannot_refuse", folder=self._server.folder)

    def remove(self) -> None:
        name = self._first if self._server.writes_at_once else self._named
        if not self._folder.remove(name):
            raise self._no_removal()

    def _no_removal(self) -> TransferFailure:
        return failure("sftp.no_remove", user=self._server.user, folder=self._server.folder)

    def _written(self, name: str) -> RemoteFile:
        """A probe under one of its names; it is removed when the test ends, whatever happens."""
        file = self._stack.enter_context(self._folder.new_file(name, name, len(_PROBE)))
        file.write(_PROBE)
        file.finish()
        held = self._folder.held(name)
        if held is None or held.size != len(_PROBE):
            raise failure("remote.damaged", name=name)
        return file

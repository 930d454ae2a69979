"""The test of an FTP server: a hidden probe goes through everything that a delivery does."""

import hashlib
from collections.abc import Iterator
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.base import CheckStep
from ingest.transfer.checking import Step, run_steps
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.ftp_errors import Attempt, Verb
from ingest.transfer.ftp_files import Files
from ingest.transfer.ftp_line import FtpServer, Opening, Security
from ingest.transfer.names import temporary_name
from ingest.transfer.words import Message

_PROBE: Final = b"A connection test of amportal. It is removed at once.\n"
_LABELS: Final = {
    "resolve": Message(gettext_noop("Find the address of the host")),
    "connect": Message(gettext_noop("Connect")),
    "encrypt": Message(gettext_noop("Encrypt the connection, and check the server's certificate")),
    "sign_in": Message(gettext_noop("Sign in")),
    "folder": Message(gettext_noop("Go into the folder")),
    "write": Message(gettext_noop("Write a file")),
    "read_back": Message(gettext_noop("Read the file back")),
    "rename": Message(gettext_noop("Give the file another name")),
    "remove": Message(gettext_noop("Remove the file")),
}
_UNENCRYPTED: Final = Message(
    gettext_noop("Nothing is encrypted: password and file can be read, and changed, by anybody on the way.")
)


def check_server(server: FtpServer, *, temp_tag: str, reads: bool, renames: bool) -> tuple[CheckStep, ...]:
    """All steps in order. All names of the probe are temporary ones: the sweep removes what a killed test leaves."""
    probe = _Probe(server, temp_tag)
    try:
        return run_steps(list(_steps(probe, reads=reads, renames=renames)))
    finally:
        probe.close()


def _steps(probe: "_Probe", *, reads: bool, renames: bool) -> Iterator[Step]:
    opening = probe.opening
    yield Step("resolve", _LABELS["resolve"], opening.resolve)
    yield Step("connect", _LABELS["connect"], opening.connect)
    if opening.server.security is Security.PLAIN:
        yield Step("encrypt", _LABELS["encrypt"], lambda: _UNENCRYPTED)
    else:
        yield Step("encrypt", _LABELS["encrypt"], opening.encrypt)
    yield Step("sign_in", _LABELS["sign_in"], opening.sign_in)
    yield Step("folder", _LABELS["folder"], opening.enter)
    yield Step("write", _LABELS["write"], probe.write)
    if reads:
        yield Step("read_back", _LABELS["read_back"], probe.read_back)
    if renames:
        yield Step("rename", _LABELS["rename"], probe.rename)
    yield Step("remove", _LABELS["remove"], probe.remove)


class _Probe:
    def __init__(self, server: FtpServer, tag: str) -> None:
        self.opening = Opening(server)
        self._first, self._second = (temporary_name(f"probe {number}", tag) for number in range(2))
        self._name = ""
        self._host = server.host

    @property
    def _files(self) -> Files:
        return Files(self.opening)

    def write(self) -> None:
        attempt = Attempt(Verb.STORE, self._first, len(_PROBE))
        self._name = self._first
        self._files.store(self._first, [_PROBE], attempt, progress=lambda _sent: None)
        found = self._files.find(self._first)
        if found is None or found.size != len(_PROBE):
            raise failure("ftp.vanished", host=self._host, name=self._first)

    def read_back(self) -> None:
        attempt = Attempt(Verb.READ, self._name, len(_PROBE))
        digest = self._files.hash_of(self._name, len(_PROBE), attempt, told=lambda: None)
        if digest != hashlib.sha256(_PROBE).hexdigest():
            raise failure("remote.damaged", name=self._name)

    def rename(self) -> None:
        self._files.rename(self._first, self._second, Attempt(Verb.RENAME, self._second))
        self._name = self._second

    def remove(self) -> None:
        if not self._files.remove(self._name):
            raise failure("ftp.vanished", host=self._host, name=self._name)
        self._name = ""

    def close(self) -> None:
        """Remove what a failed step has left, and close."""
        try:
            if self._name:
                self._files.remove(self._name)
        except TransferFailure:
            self._name = ""  # the step that failed has told why; the sweep takes the probe later
        finally:
            self.opening.close()

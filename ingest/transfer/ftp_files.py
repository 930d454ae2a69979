"""What a delivery does with files on an FTP server: store, look, read, rename, remove, list."""

import ftplib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.ftp_data import Data, transfer
from ingest.transfer.ftp_errors import Attempt, Verb, reply_of
from ingest.transfer.ftp_line import Opening
from ingest.transfer.hashing import SideHash

_ABSENT: Final = 550
_UNKNOWN_COMMAND: Final = frozenset({500, 502, 504})
_NOTHING_TO_LIST: Final = frozenset({450, 501, 550})
_MOMENT: Final = re.compile(r"[0-9]{14}(\.[0-9]+)?")
_LONGEST_LIST: Final = 64 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Found:
    """Something has the name; `size` is None where it is no file, or none whose size is told."""

    size: int | None


@dataclass(frozen=True)
class Listed:
    """A file in the folder; `written` is None where the server does not say when."""

    name: str
    written: datetime | None


class Files:
    """The folder of an open connection. Names have no line breaks: targets and temporaries are checked before."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._talk = opening.talk
        self._wire = self._talk.wire
        self._type = ""
        self._host, self._trust = opening.server.host, opening.server.trust

    def find(self, name: str) -> Found | None:
        """What has a name, or None. Raises Misconfigured `ftp.no_size` where the server cannot say sizes.

        Where a server knows MLST it is asked, too: SIZE says of a folder, and of a file that must not be read, the same
        as of nothing.
        """
        attempt = Attempt(Verb.ASK, name)
        with self._talk.speaking(attempt):
            self._set_type("I")  # of a text file a server would say how long it were with other line ends, or refuse
            answer = self._ask(f"SIZE {name}")
            if answer is None:
                return Found(None) if self._is_listed(name) else None
        size = answer[4:].strip()
        if not (size.isascii() and size.isdigit()):
            raise failure("ftp.no_size", host=self._host)
        return Found(int(size))

    def _is_listed(self, name: str) -> bool:
        if "MLST" not in self._opening.features:
            return False
        try:
            self._wire.sendcmd(f"MLST {name}")
        except ftplib.error_perm:
            return False
        return True

    def _ask(self, command: str) -> str | None:
        """The answer; None where there is nothing of the name."""
        try:
            return self._wire.sendcmd(command)
        except ftplib.error_perm as refused:
            if reply_of(refused) != _ABSENT:
                raise
            return None

    def _set_type(self, kind: str) -> None:
        if self._type != kind:
            self._wire.voidcmd(f"TYPE {kind}")
            self._type = kind

    def store(self, name: str, pieces: Iterable[bytes], attempt: Attempt, progress: Callable[[int], None]) -> None:
        """Send all pieces under a name that nothing has, and have the server say that it holds them."""
        sent = 0
        with self._transfer(f"STOR {name}", attempt) as data:
            for piece in pieces:
                data.send(piece)
                sent += len(piece)
                progress(sent)

    def hash_of(self, name: str, size: int, attempt: Attempt, told: Callable[[], None]) -> str:
        """SHA-256 of `size` bytes that the server hands out. Raises Transient `remote.damaged` if it has others."""
        received = 0
        with SideHash() as digest, self._transfer(f"RETR {name}", attempt) as data:
            while piece := data.receive():
                digest.update(piece)
                received += len(piece)
                if received > size:
                    raise failure("remote.damaged", name=attempt.name)
                told()
        if received != size:
            raise failure("remote.damaged", name=attempt.name)
        return digest.hexdigest()

    def rename(self, temporary: str, name: str, attempt: Attempt) -> None:
        """Give a file its final name; most servers overwrite what has it. An end that nobody knows is said as such."""
        with self._talk.speaking(attempt):
            self._wire.sendcmd(f"RNFR {temporary}")
        try:
            with self._talk.on_time(self._talk.patience.step):
                self._wire.voidcmd(f"RNTO {name}")
        except (ftplib.error_temp, ftplib.error_perm) as refused:
            if reply_of(refused) == 421:
                raise failure("ftp.outcome_unknown", host=self._host, name=name) from None
            raise self._talk.in_words(refused, attempt) from None
        except (ftplib.Error, OSError, EOFError):
            raise failure("ftp.outcome_unknown", host=self._host, name=name) from None

    def remove(self, name: str) -> bool:
        """Whether there was such a file. Raises Misconfigured `ftp.not_removable` where one stays."""
        try:
            with self._talk.speaking(Attempt(Verb.REMOVE, name)):
                self._wire.voidcmd(f"DELE {name}")
        except TransferFailure as refused:
            if refused.code != "ftp.not_removable" or self.find(name) is not None:
                raise
            return False
        return True

    def listed(self, is_wanted: Callable[[str], bool]) -> list[Listed]:
        """The files in the folder that are wanted by name, with the time when they were last written to."""
        if self._opening.features & {"MLST", "MLSD"}:
            facts = [_fact_of(line) for line in self._lines("MLSD")]
            return [
                Listed(name, _moment(fact.get("modify", "")))
                for name, fact in facts
                if fact.get("type", "file").lower() == "file" and is_wanted(name)
            ]
        # `-a` shows hidden names where it is known; elsewhere it may be taken for the name of a file.
        names = {*self._names("NLST -a"), *self._names("NLST")}
        return [Listed(name, self._written(name)) for name in sorted(names) if is_wanted(name)]

    def _written(self, name: str) -> datetime | None:
        with self._talk.speaking(Attempt(Verb.LIST)):
            try:
                return _moment(self._wire.sendcmd(f"MDTM {name}")[4:].strip())
            except ftplib.error_perm as refused:
                if reply_of(refused) not in {_ABSENT, *_UNKNOWN_COMMAND}:
                    raise
                return None

    def _names(self, command: str) -> list[str]:
        """By NLST; of an empty folder many servers say that there is nothing to list."""
        try:
            return [line.rpartition("/")[2] for line in self._lines(command)]
        except TransferFailure as failed:
            if failed.message.params.get("reply") not in _NOTHING_TO_LIST:
                raise
            return []

    def _lines(self, command: str) -> list[str]:
        held = b""
        with self._transfer(command, Attempt(Verb.LIST), kind="A") as data:
            while piece := data.receive():
                held += piece
                if len(held) > _LONGEST_LIST:
                    raise failure("ftp.too_slow", host=self._host)
        return held.decode("utf-8", "replace").splitlines()

    @contextmanager
    def _transfer(self, command: str, attempt: Attempt, *, kind: str = "I") -> Iterator[Data]:
        with self._talk.speaking(attempt):
            self._set_type(kind)
        with transfer(self._talk, self._trust, command, attempt) as data:
            yield data


def _fact_of(line: str) -> tuple[str, dict[str, str]]:
    """A line of MLSD (RFC 3659, section 7): a name, and what is known of it."""
    facts, _blank, name = line.partition(" ")
    pairs = (fact.partition("=") for fact in facts.split(";") if fact)
    return name, {key.lower(): value for key, _equals, value in pairs}


def _moment(text: str) -> datetime | None:
    """A time in UTC as RFC 3659 (section 2.3) writes it; fractions of a second are left out."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # a 13th month
        return None

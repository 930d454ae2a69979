"""What an FTP server answers, or does not, as one of the three kinds of failure, in words.

The server's own words are not repeated: they would tell strangers what runs there.
"""

import ftplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import FAILURES
from ingest.transfer.failures import failure as failure_of


class Verb(Enum):
    """What is being tried; the same answer means something else for each."""

    CONNECT = auto()
    ENCRYPT = auto()
    SIGN_IN = auto()
    FOLDER = auto()
    ASK = auto()
    STORE = auto()
    READ = auto()
    RENAME = auto()
    REMOVE = auto()
    LIST = auto()


class NoAnswerError(ftplib.Error):
    """What came is no answer in FTP."""


@dataclass(frozen=True)
class Attempt:
    """`name` and `size` (bytes) of the file, where there is one."""

    verb: Verb
    name: str = ""
    size: int = 0


_REFUSED: Final[Mapping[Verb, str]] = MappingProxyType(
    {
        Verb.ENCRYPT: "ftp.no_tls",
        Verb.FOLDER: "ftp.folder",
        Verb.ASK: "ftp.no_size",
        Verb.STORE: "ftp.not_writable",
        Verb.READ: "ftp.not_readable",
        Verb.RENAME: "ftp.not_renamable",
        Verb.REMOVE: "ftp.not_removable",
        Verb.LIST: "ftp.not_listable",
    }
)
_DATA: Final = frozenset({Verb.STORE, Verb.READ, Verb.LIST})
_NO_ENCRYPTION: Final = frozenset({431, 521, 522, 533, 534, 535, 536})  # RFC 2228, RFC 4217
_NO_RIGHTS: Final = frozenset({500, 501, 502, 504, 550, 553})
_BY_REPLY: Final[Mapping[tuple[int, Verb], str]] = MappingProxyType(
    {
        **{(reply, Verb.SIGN_IN): "ftp.sign_in" for reply in (430, 530, 532)},
        **{(reply, Verb.ENCRYPT): "ftp.no_tls" for reply in (530, 534, 536)},
        **{(reply, verb): "remote.full" for reply in (452, 552) for verb in (Verb.STORE, Verb.RENAME)},
        **{(426, verb): "ftp.broken_off" for verb in (Verb.STORE, Verb.READ)},
        (451, Verb.STORE): "ftp.not_stored",
        (553, Verb.RENAME): "ftp.name_refused",
    }
)


@dataclass(frozen=True)
class Speaker:
    """Makes failures about one server."""

    host: str
    port: int
    folder: str

    def of_error(self, error: Exception, attempt: Attempt) -> TransferFailure:
        """What ftplib or a socket raised."""
        if isinstance(error, ftplib.error_proto | NoAnswerError) and attempt.verb is Verb.CONNECT:
            return self._failure("ftp.no_server", attempt)
        if isinstance(error, ftplib.Error) and (reply := reply_of(error)):
            return self.of_reply(reply, attempt)
        if isinstance(error, TimeoutError):
            return self._failure("ftp.silent", attempt)
        # SSLError: bytes that were damaged on the way; the handshake has words of its own.
        is_lost = attempt.verb in _DATA and attempt.name and isinstance(error, ConnectionError | ssl.SSLError)
        return self._failure("ftp.broken_off" if is_lost else "ftp.closed", attempt)

    def of_reply(self, reply: int, attempt: Attempt) -> TransferFailure:
        """An answer that is none of success."""
        return self._failure(_code_of(reply, attempt.verb), attempt, reply)

    def _failure(self, code: str, attempt: Attempt, reply: int = 0) -> TransferFailure:
        """Only what the words of this code ask for: the rest would be kept in the history for nothing."""
        known: dict[str, str | int] = {
            "host": self.host, "port": self.port, "folder": self.folder or "/", "reply": reply,
            "name": attempt.name, "size": attempt.size,
        }  # fmt: skip
        rule = FAILURES[code]
        asked = {name: value for name, value in known.items() if f"%({name})" in rule.sentence + rule.what_to_do}
        return failure_of(code, **asked)

    def late(self) -> TransferFailure:
        """The watchdog has cut the connection."""
        return failure_of("ftp.too_slow", host=self.host)


def _code_of(reply: int, verb: Verb) -> str:
    if reply in _NO_ENCRYPTION and verb in _DATA:
        return "ftp.data_not_encrypted"
    if reply == 425:
        return "ftp.no_data_connection"
    if code := _BY_REPLY.get((reply, verb)):
        return code
    if reply in _NO_RIGHTS and verb in _REFUSED:
        return _REFUSED[verb]
    return "ftp.unavailable" if 400 <= reply < 500 else "ftp.refused"


def reply_of(error: ftplib.Error) -> int:
    """The number of the answer that ftplib raised; 0 where there is none in it."""
    digits = str(error)[:3]
    return int(digits) if digits.isascii() and digits.isdigit() else 0

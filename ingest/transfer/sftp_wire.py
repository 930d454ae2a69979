"""SFTP, version 3, as far as a delivery needs it, on paramiko's channel.

paramiko's own file objects are not used: with pipelining they drop what the server answers to a write, they drop errors
of closing, and they read ahead in a thread of its own that outlives a lost connection. Here every answer is looked at.
"""

import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import paramiko
from paramiko.sftp import (
    CMD_ATTRS,
    CMD_CLOSE,
    CMD_DATA,
    CMD_HANDLE,
    CMD_LSTAT,
    CMD_NAME,
    CMD_OPEN,
    CMD_OPENDIR,
    CMD_READ,
    CMD_READDIR,
    CMD_STAT,
    CMD_STATUS,
    CMD_WRITE,
    SFTP_FLAG_CREATE,
    SFTP_FLAG_EXCL,
    SFTP_FLAG_READ,
    SFTP_FLAG_WRITE,
    SFTPError,
    int64,
)

from ingest.transfer.sending import PIECE_BYTES
from ingest.transfer.sftp_stream import Stream

_BYTES_AHEAD: Final = 2 * 1024 * 1024  # as much as a channel lets through before an answer
_FULL_WORDS: Final = ("no space", "disk full", "quota")


class Status(IntEnum):
    """What a server answers; those after 8 come from later drafts and are sent all the same."""

    END = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    UNSUPPORTED = 8
    NO_SUCH_PATH = 10
    EXISTS = 11
    WRITE_PROTECTED = 12
    NO_SPACE = 14
    QUOTA = 15


ABSENT: Final = frozenset({Status.NO_SUCH_FILE, Status.NO_SUCH_PATH})
FORBIDDEN: Final = frozenset({Status.PERMISSION_DENIED, Status.WRITE_PROTECTED})


class Refused(OSError):
    """The server said no. `is_full`: by its code or its words there is no room. Its words themselves are not kept."""

    def __init__(self, status: int, *, is_full: bool) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.is_full = is_full


@dataclass(frozen=True)
class Attributes:
    """What a server says of a file; None for what it does not say. `size` in bytes, `written` in seconds since 1970."""

    size: int | None
    mode: int | None
    written: int | None

    @property
    def is_file(self) -> bool:
        """Whether it is a file; a server that tells no kind is believed."""
        return self.mode is None or stat.S_IFMT(self.mode) in {0, stat.S_IFREG}

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, or its server tells no kind."""
        return self.mode is None or stat.S_IFMT(self.mode) in {0, stat.S_IFDIR}


class _Answers:
    """What has arrived of the answers to requests that were sent ahead, by their numbers."""

    def __init__(self) -> None:
        self.arrived: dict[int, tuple[int, paramiko.Message]] = {}

    def _async_response(self, kind: int, message: paramiko.Message, number: int) -> None:
        """Called by paramiko."""
        self.arrived[number] = (kind, message)


class Wire(Stream):
    """Raises Refused where the server says no; OSError, EOFError, SSHException, SFTPError where the line fails."""

    if TYPE_CHECKING:  # paramiko's own calls, which its types do not show

        def _async_request(self, collector: object, kind: int, *fields: object) -> int: ...
        def _read_response(self, number: int | None = None) -> tuple[int, paramiko.Message]: ...

    def _convert_status(self, message: paramiko.Message) -> None:
        """Called by paramiko for every status; its own version forgets the number."""
        code = message.get_int()
        if code == Status.END:
            raise EOFError
        if code:
            words = message.get_string().lower().decode("utf-8", "replace")
            is_full = code in {Status.NO_SPACE, Status.QUOTA} or any(word in words for word in _FULL_WORDS)
            raise Refused(code, is_full=is_full)

    @property
    def chunks_ahead(self) -> int:
        """How many requests are sent before the first one's answer is waited for."""
        return max(1, _BYTES_AHEAD // self.chunk_bytes)

    def attributes(self, path: str, *, follows_links: bool = False) -> Attributes | None:
        """Of a file or folder; None if there is none."""
        try:
            kind, message = self._request(CMD_STAT if follows_links else CMD_LSTAT, path)
        except Refused as refused:
            if refused.status in ABSENT:
                return None
            raise
        _expect(kind, CMD_ATTRS)
        return _attributes(message)

    def create(self, path: str) -> bytes:
        """A handle for writing a file that was not there before."""
        return self._open(path, SFTP_FLAG_WRITE | SFTP_FLAG_CREATE | SFTP_FLAG_EXCL)

    def open_to_read(self, path: str) -> bytes:
        """A handle for reading."""
        return self._open(path, SFTP_FLAG_READ)

    def _open(self, path: str, flags: int) -> bytes:
        kind, message = self._request(CMD_OPEN, path, flags, paramiko.SFTPAttributes())
        _expect(kind, CMD_HANDLE)
        return message.get_binary()

    def close_handle(self, handle: bytes) -> None:
        """What the server could not keep it may say only now."""
        self._request(CMD_CLOSE, handle)

    def names(self, folder: str) -> Iterator[str]:
        """Everything in a folder; what is no UTF-8 is shown with replacements."""
        kind, message = self._request(CMD_OPENDIR, folder)
        _expect(kind, CMD_HANDLE)
        handle = message.get_binary()
        while True:
            try:
                kind, message = self._request(CMD_READDIR, handle)
            except EOFError:
                break
            _expect(kind, CMD_NAME)
            for _ in range(message.get_int()):
                yield message.get_string().decode("utf-8", "replace")
                message.get_string()  # as `ls -l` would show it
                _attributes(message)
        self.close_handle(handle)

    def ask_to_write(self, collector: object, handle: bytes, offset: int, chunk: bytes) -> int:
        """Send a piece without waiting; the number of the request."""
        return self._async_request(collector, CMD_WRITE, handle, int64(offset), chunk)

    def ask_to_read(self, collector: object, handle: bytes, offset: int, size: int) -> int:
        """Ask for a piece without waiting; the number of the request."""
        return self._async_request(collector, CMD_READ, handle, int64(offset), size)

    def take_answer(self) -> None:
        """Wait for the next answer, whichever it is; its collector has it then."""
        self._read_response()

    def judge(self, kind: int, message: paramiko.Message) -> None:
        """Raise Refused, or EOFError at the end of a file, if it is a status that says so."""
        if kind == CMD_STATUS:
            self._convert_status(message)


class Upload:
    """A file that is being written through a handle; `taken` counts the bytes that the server has confirmed."""

    def __init__(self, wire: Wire, handle: bytes) -> None:
        self.taken = 0
        self._wire, self._handle = wire, handle
        self._answers = _Answers()
        self._ahead: deque[tuple[int, int]] = deque()
        self._offset = 0

    @property
    def piece_bytes(self) -> int:
        """About PIECE_BYTES, in whole requests."""
        most = self._wire.chunk_bytes
        return max(1, PIECE_BYTES // most) * most

    def write(self, piece: bytes) -> None:
        """Send a piece of any size. What is refused may be said at a later piece."""
        most = self._wire.chunk_bytes
        for start in range(0, len(piece), most):
            while len(self._ahead) >= self._wire.chunks_ahead:
                self._take()
            chunk = piece[start : start + most]
            number = self._wire.ask_to_write(self._answers, self._handle, self._offset, chunk)
            self._ahead.append((number, len(chunk)))
            self._offset += len(chunk)

    def finish(self) -> None:
        """Wait until the server has answered to every piece."""
        while self._ahead:
            self._take()

    def _take(self) -> None:
        number, size = self._ahead.popleft()
        while number not in self._answers.arrived:
            self._wire.take_answer()
        kind, message = self._answers.arrived.pop(number)
        _expect(kind, CMD_STATUS)
        self._wire.judge(kind, message)
        self.taken += size


def download(wire: Wire, handle: bytes, size: int) -> Iterator[bytes]:
    """The first `size` bytes of a file, asked for ahead; fewer if it ends before."""
    answers = _Answers()
    ahead: deque[tuple[int, int, int]] = deque()
    asked = 0
    while True:
        while asked < size and len(ahead) < wire.chunks_ahead:
            wanted = min(wire.chunk_bytes, size - asked)
            ahead.append((wire.ask_to_read(answers, handle, asked, wanted), asked, wanted))
            asked += wanted
        if not ahead:
            return
        number, offset, wanted = ahead.popleft()
        got = 0
        while got < wanted:  # a server may give less than it was asked for
            piece = _read_answer(wire, answers, number)
            if not piece:
                return
            yield piece
            got += len(piece)
            if got < wanted:
                number = wire.ask_to_read(answers, handle, offset + got, wanted - got)


def _read_answer(wire: Wire, answers: _Answers, number: int) -> bytes:
    while number not in answers.arrived:
        wire.take_answer()
    kind, message = answers.arrived.pop(number)
    try:
        wire.judge(kind, message)
    except EOFError:
        return b""
    _expect(kind, CMD_DATA)
    return message.get_string()


def _attributes(message: paramiko.Message) -> Attributes:
    """The part of an answer that draft-ietf-secsh-filexfer-02 describes in section 5."""
    flags = message.get_int()
    size = message.get_int64() if flags & 0x1 else None
    if flags & 0x2:
        message.get_bytes(8)  # user and group
    mode = message.get_int() if flags & 0x4 else None
    written = None
    if flags & 0x8:
        message.get_int()  # when it was last read
        written = message.get_int()
    if flags & 0x80000000:
        for _ in range(2 * message.get_int()):
            message.get_string()
    return Attributes(size, mode, written)


def _expect(kind: int, wanted: int) -> None:
    if kind != wanted:
        raise SFTPError("an answer of another kind than the protocol has")

"""The line to an SSH server: a socket that knows when a byte last came in, and that is cut when none does."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing_extensions import Buffer

_FIRST_BYTES: Final = 16


class Line(socket.socket):
    """Takes over a connected socket. paramiko reads and writes it like any other.

    paramiko has waits without an end (a full send buffer, the answer to a subsystem), so a clock beside it cuts the
    line when nothing comes in for `patience` seconds while something is expected. Only what comes in counts: keep-alive
    messages go out even when nobody is there any more.
    """

    def __init__(self, connected: socket.socket, *, patience: float) -> None:
        super().__init__(connected.family, connected.type, connected.proto, fileno=connected.detach())
        self.is_cut = False
        self.has_ended = False
        self.first = b""
        self._patience = patience
        self._last = time.monotonic()
        self._is_expecting = False
        self._is_over = threading.Event()
        threading.Thread(target=self._watch, name="sftp-watch", daemon=True).start()

    @contextlib.contextmanager
    def expecting(self) -> Iterator[None]:
        """While this lasts, something is to come in now and then."""
        self._last = time.monotonic()
        self._is_expecting = True
        try:
            yield
        finally:
            self._is_expecting = False

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """As of any socket; remembers how it began, and that the other side has ended the line."""
        try:
            received = super().recv(bufsize, flags)
        except ConnectionError:
            self.has_ended = True
            raise
        self._last = time.monotonic()
        self.has_ended = self.has_ended or not received
        if len(self.first) < _FIRST_BYTES:
            self.first += received[:_FIRST_BYTES]
        return received

    def send(self, data: "Buffer", flags: int = 0, /) -> int:
        """As of any socket; remembers that the other side has ended the line."""
        try:
            return super().send(data, flags)
        except ConnectionError:
            self.has_ended = True
            raise

    def close(self) -> None:
        """Close it, and end the clock beside it."""
        self._is_over.set()
        super().close()

    def _watch(self) -> None:
        while not self._is_over.wait(min(1.0, self._patience / 4)):
            if self._is_expecting and time.monotonic() - self._last > self._patience:
                self.is_cut = True
                # Not closed here: its number could be another file's before the library's thread looks again.
                with contextlib.suppress(OSError):
                    self.shutdown(socket.SHUT_RDWR)
                return

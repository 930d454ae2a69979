"""A line between portal and server that can fall silent, lose answers or break."""

import select
import socket
import threading
from types import TracebackType
from typing import Self

_BYTES = 64 * 1024


class Proxy:
    """Forwards connections from a port of its own to one on loopback. Use it as a context manager."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.loses_answers = False
        self.loses_everything = False
        self.lost = threading.Event()
        self._is_over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def cut(self) -> None:
        """Break every connection."""
        for pair in self._pairs:
            for side in pair:
                _shut(side)

    def _accept(self) -> None:
        while not self._is_over.is_set():
            ready, _, _ = select.select([self._listener], [], [], 0.05)
            if ready:
                client, _ = self._listener.accept()
                pair = (client, socket.create_connection(("127.0.0.1", self._target), timeout=10))
                self._pairs.append(pair)
                thread = threading.Thread(target=self._forward, args=pair)
                self._threads.append(thread)
                thread.start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        while not self._is_over.is_set():
            ready, _, _ = select.select([client, server], [], [], 0.05)
            for side in ready:
                if not self._pass_on(side, server if side is client else client, is_answer=side is server):
                    _shut(client)
                    _shut(server)
                    return

    def _pass_on(self, side: socket.socket, other: socket.socket, *, is_answer: bool) -> bool:
        try:
            content = side.recv(_BYTES)
            if self.loses_everything or (self.loses_answers and is_answer):
                self.lost.set()
            elif content:
                other.sendall(content)
        except OSError:
            return False
        return bool(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()
        for side in (self._listener, *(side for pair in self._pairs for side in pair)):
            side.close()


def _shut(side: socket.socket) -> None:
    try:
        side.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster

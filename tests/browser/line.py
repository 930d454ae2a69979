"""A line between browser and portal that is slow, and can be cut and mended: a TCP proxy on the loopback."""

import socket
import threading
import time
from contextlib import suppress
from typing import Self

PIECE = 64 * 1024


class Line:
    """`bytes_a_second` limits what goes to the portal, all connections together."""

    def __init__(self, port: int, *, bytes_a_second: int) -> None:
        self._target = ("127.0.0.1", port)
        self._rate = bytes_a_second
        self._is_cut = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def cut(self) -> None:
        """Every connection breaks off, and no new one comes about."""
        with self._lock:
            self._is_cut = True
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """New connections come about again."""
        self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            with self._lock:
                if self._is_cut:
                    near.close()
                    far.close()
                    continue
                self._open |= {near, far}
            threading.Thread(target=self._pump, args=(near, far, self._rate), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, 0), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, rate: int) -> None:
        with suppress(OSError):
            while data := source.recv(PIECE):
                target.sendall(data)
                if rate:
                    time.sleep(len(data) / rate)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for one in self._open & {source, target}:
                self._open.discard(one)
        source.close()

"""A line between a client and a server on loopback that has faults when a test says so, whatever is spoken over it.

It forwards TCP connections. A fault that was laid happens to the first connection on which so many bytes have passed in
one direction; a fault that strikes happens to every open connection at once.
"""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, Self

_BYTES: Final = 64 * 1024
_NO_LINGER: Final = struct.pack("ii", 1, 0)


class Kind(StrEnum):
    """What happens to a connection."""

    CUT = "cut"
    """Both sides are told that it has ended."""
    RESET = "reset"
    """Both sides are told that it is broken."""
    BLACK_HOLE = "black hole"
    """Nothing gets through any more, in `way` or in both, and nobody is told."""
    FLIP = "bit flip"
    """One bit arrives as the other one; everything else goes on."""
    LATENCY = "latency"
    """Every piece takes `amount` seconds longer."""
    RATE = "rate"
    """No more than `amount` bytes a second."""


class Way(StrEnum):
    """A direction of a connection."""

    UP = "to the server"
    DOWN = "to the client"


@dataclass(frozen=True)
class Fault:
    """`after`: so many bytes pass on this way of a connection first. `way` None: whichever comes first, or both."""

    kind: Kind
    way: Way | None = Way.UP
    after: int = 0
    amount: float = 0


@dataclass(eq=False)
class Laid:
    """A fault that waits for its connection; `at`: when it happened, by the monotonic clock."""

    fault: Fault
    at: float = 0
    hit: threading.Event = field(default_factory=threading.Event)

    def happens(self) -> None:
        """It has found its connection."""
        self.at = time.monotonic()
        self.hit.set()


class FaultProxy:
    """Forwards from a port of its own to `target`; use it as a context manager.

    `passive`: ports that are forwarded to the same port of the target's host, for protocols such as FTP that name them.
    """

    def __init__(self, target: tuple[str, int], *, passive: Sequence[int] = (), host: str = "127.0.0.1") -> None:
        self.lost = threading.Event()
        """Something was swallowed by a black hole."""
        self._laid: list[Laid] = []
        self._lines: set[_Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        main = _listener(host, 0)
        self.port: int = main.getsockname()[1]
        self._routes = [(main, target)]
        self._routes += [(_listener(host, port), (target[0], port)) for port in passive]
        self._loop = asyncio.new_event_loop()
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._thread = threading.Thread(target=self._serve, name="fault-proxy", daemon=True)
        self._thread.start()

    @property
    def open_lines(self) -> int:
        """How many connections there are now."""
        return len(self._lines)

    def lay(self, fault: Fault) -> Laid:
        """Let it happen to the first connection that gets there."""
        laid = Laid(fault)
        self._loop.call_soon_threadsafe(self._laid.append, laid)
        return laid

    def lift(self, laid: Laid) -> bool:
        """Take back a fault that nothing has run into; False when it has happened."""
        done = threading.Event()

        def remove() -> None:
            with contextlib.suppress(ValueError):
                self._laid.remove(laid)
            done.set()

        self._loop.call_soon_threadsafe(remove)
        done.wait(10)
        return not laid.hit.is_set()

    def strike(self, fault: Fault) -> None:
        """Let it happen now to every open connection, whatever has passed there."""
        for line in tuple(self._lines):
            self._loop.call_soon_threadsafe(line.suffer, fault)

    def refuse(self) -> None:
        """From now on nobody listens at the ports; connections that are open stay so."""

        def shut() -> None:
            self._is_open.clear()
            for listener, _target in self._routes:
                listener.shutdown(socket.SHUT_RDWR)

        self._loop.call_soon_threadsafe(shut)

    def allow(self) -> None:
        """Listen again."""

        def listen() -> None:
            for listener, _target in self._routes:
                listener.listen(100)
            self._is_open.set()

        self._loop.call_soon_threadsafe(listen)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        for listener, target in self._routes:
            self._begin(self._accept(listener, target))
        self._loop.run_forever()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket, target: tuple[str, int]) -> None:
        while True:
            await self._is_open.wait()
            try:
                client, _peer = await self._loop.sock_accept(listener)
            except OSError:  # it does not listen just now
                await asyncio.sleep(0.01)
            else:
                self._begin(self._forward(client, target))

    async def _forward(self, client: socket.socket, target: tuple[str, int]) -> None:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        server.setblocking(False)
        try:
            await self._loop.sock_connect(server, target)
        except OSError:
            server.close()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            client.close()
            return
        line = _Line(self, client, server)
        self._lines.add(line)
        try:
            await line.run()
        finally:
            self._lines.discard(line)
            line.close()

    def taken(self, way: Way, passed: int, more: int) -> Laid | None:
        for laid in self._laid:
            if laid.fault.way in {way, None} and passed + more > laid.fault.after:
                self._laid.remove(laid)
                return laid
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        for listener, _target in self._routes:
            listener.close()

    async def _end(self) -> None:
        ending = list(self._tasks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


class _Line:
    """One connection: both of its sockets, and what is wrong with it."""

    def __init__(self, proxy: FaultProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._ends = {Way.UP: (client, server), Way.DOWN: (server, client)}
        self._passed = {Way.UP: 0, Way.DOWN: 0}
        self._silent: set[Way] = set()
        self._delay = 0.0
        self._rate = 0.0
        self._pumps: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Until both sides have ended, or the line has."""
        self._pumps = [asyncio.ensure_future(self._pump(way)) for way in Way]
        try:
            await asyncio.gather(*self._pumps, return_exceptions=True)
        finally:
            self._end()

    async def _pump(self, way: Way) -> None:
        """Pass on what comes in on one side until that side, or the line, has ended."""
        source, sink = self._ends[way]
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while piece := await loop.sock_recv(source, _BYTES):
                await self._pass(way, piece)
        if self._silent:  # whoever leaves such a line is not heard, but no socket stays
            self._end()
        else:
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    async def _pass(self, way: Way, piece: bytes) -> None:
        laid = self._proxy.taken(way, self._passed[way], len(piece))
        if laid is None:
            await self._send(way, piece)
            return
        begin = max(0, laid.fault.after - self._passed[way])
        await self._send(way, piece[:begin])
        rest = piece[begin:]
        if laid.fault.kind is Kind.FLIP:
            rest = bytes([rest[0] ^ 1 << laid.fault.after % 8]) + rest[1:]
        laid.happens()
        self.suffer(laid.fault, both=True)
        await asyncio.sleep(0)  # where the line has ended, this ends here
        await self._pass(way, rest)

    async def _send(self, way: Way, piece: bytes) -> None:
        if way in self._silent:
            self._proxy.lost.set()
            return
        self._passed[way] += len(piece)
        if self._delay or self._rate:
            await asyncio.sleep(self._delay + (len(piece) / self._rate if self._rate else 0))
        await asyncio.get_running_loop().sock_sendall(self._ends[way][1], piece)

    def suffer(self, fault: Fault, *, both: bool = False) -> None:
        """What is wrong from now on. `both`: the fault's `way` says only on which way it was met."""
        match fault.kind:
            case Kind.CUT | Kind.RESET:
                for end, _other in self._ends.values():
                    with contextlib.suppress(OSError):
                        if fault.kind is Kind.CUT:
                            end.shutdown(socket.SHUT_RDWR)
                        else:
                            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                self._end()
            case Kind.BLACK_HOLE:
                self._silent |= set(Way) if both or fault.way is None else {fault.way}
            case Kind.LATENCY:
                self._delay = fault.amount
            case Kind.RATE:
                self._rate = fault.amount
            case Kind.FLIP:
                pass  # it was done to the bytes

    def _end(self) -> None:
        for pump in self._pumps:
            pump.cancel()

    def close(self) -> None:
        for end, _other in self._ends.values():
            end.close()


def _listener(host: str, port: int) -> socket.socket:
    if not port:  # a port that was asked for by its number is kept while nobody listens there
        with socket.create_server((host, 0)) as free:
            port = free.getsockname()[1]
    made = socket.create_server((host, port), backlog=100)
    made.setblocking(False)
    return made

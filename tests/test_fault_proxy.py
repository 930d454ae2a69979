"""The line of the tests that has faults: it has those that were asked for, where they were asked for, and no others."""

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.fault_proxy import Fault, FaultProxy, Kind, Way

CONTENT = os.urandom(300_000)
PATIENCE = 10


class Echo:
    """A server that sends back what it gets."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = ("127.0.0.1", self._listener.getsockname()[1])
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._is_over.is_set():
            if select.select([self._listener], [], [], 0.02)[0]:
                thread = threading.Thread(target=self._serve, args=(self._listener.accept()[0],))
                self._threads.append(thread)
                thread.start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            line.settimeout(PATIENCE)
            while piece := line.recv(65536):
                line.sendall(piece)

    def end(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    one = Echo()
    yield one
    one.end()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[FaultProxy]:
    with FaultProxy(echo.address) as one:
        yield one


@contextmanager
def connected(proxy: FaultProxy) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE) as line:
        yield line


def exchanged(proxy: FaultProxy, content: bytes = CONTENT) -> bytes:
    """Send everything, end, and read what comes back until the end."""
    with connected(proxy) as line:
        sender = threading.Thread(target=_send, args=(line, content))
        sender.start()
        try:
            return _read(line)
        finally:
            sender.join(PATIENCE)


def _send(line: socket.socket, content: bytes) -> None:
    with contextlib.suppress(OSError):
        line.sendall(content)
        line.shutdown(socket.SHUT_WR)


def _read(line: socket.socket) -> bytes:
    got = b""
    while piece := line.recv(65536):
        got += piece
    return got


def test_without_a_fault_every_byte_and_every_end_gets_through(proxy: FaultProxy) -> None:
    assert exchanged(proxy) == CONTENT


@pytest.mark.parametrize("way", Way)
def test_a_line_is_cut_after_so_many_bytes(proxy: FaultProxy, way: Way) -> None:
    laid = proxy.lay(Fault(Kind.CUT, way, after=100_001))
    with contextlib.suppress(ConnectionError):
        got = exchanged(proxy)
        assert len(got) == 100_001 if way is Way.DOWN else len(got) <= 100_001
        assert CONTENT.startswith(got)
    assert laid.hit.is_set()
    assert exchanged(proxy) == CONTENT, "the next connection is well"


def test_a_line_is_reset(proxy: FaultProxy) -> None:
    laid = proxy.lay(Fault(Kind.RESET, after=10))
    with connected(proxy) as line:
        line.sendall(b"x" * 100)
        with pytest.raises(ConnectionResetError):
            _read(line)
    assert laid.hit.is_set()


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("after", [0, 1, 65_535, 65_536, 299_999])
def test_one_bit_is_another_and_nothing_else(proxy: FaultProxy, way: Way, after: int) -> None:
    proxy.lay(Fault(Kind.FLIP, way, after=after))
    got = exchanged(proxy)
    assert len(got) == len(CONTENT)
    others = [place for place, (is_now, was) in enumerate(zip(got, CONTENT, strict=True)) if is_now != was]
    assert others == [after]
    assert (got[after] ^ CONTENT[after]).bit_count() == 1


def test_nothing_comes_out_of_a_black_hole_and_nobody_is_told(proxy: FaultProxy) -> None:
    proxy.lay(Fault(Kind.BLACK_HOLE, after=10))
    with connected(proxy) as line:
        line.settimeout(0.5)
        line.sendall(b"x" * 10)
        assert line.recv(100) == b"x" * 10
        line.sendall(b"y" * 10)
        with pytest.raises(TimeoutError):
            line.recv(100)
    assert proxy.lost.is_set()


def test_a_black_hole_may_swallow_the_answers_alone(proxy: FaultProxy) -> None:
    with connected(proxy) as line:
        line.settimeout(0.3)
        line.sendall(b"x")
        assert line.recv(1) == b"x"
        proxy.strike(Fault(Kind.BLACK_HOLE, Way.DOWN))
        line.sendall(b"y")
        with pytest.raises(TimeoutError):
            line.recv(1)
        assert proxy.lost.wait(PATIENCE), "the server did answer"


def test_what_is_slow_arrives_whole(proxy: FaultProxy) -> None:
    proxy.lay(Fault(Kind.RATE, amount=600_000))
    began = time.monotonic()
    assert exchanged(proxy) == CONTENT
    assert time.monotonic() - began >= 0.5
    proxy.lay(Fault(Kind.LATENCY, amount=0.2))
    began = time.monotonic()
    assert exchanged(proxy, b"x") == b"x"
    assert time.monotonic() - began >= 0.2


def test_a_port_refuses_and_listens_again(proxy: FaultProxy) -> None:
    for _time in range(3):
        proxy.refuse()
        _until(lambda: not _connects(proxy))
        proxy.allow()
        _until(lambda: _connects(proxy))
        assert exchanged(proxy) == CONTENT


def test_what_strikes_meets_every_open_line(proxy: FaultProxy) -> None:
    with connected(proxy) as one, connected(proxy) as other:
        for line in (one, other):
            line.sendall(b"x")
            assert line.recv(1) == b"x"
        assert proxy.open_lines == 2
        proxy.strike(Fault(Kind.CUT))
        assert one.recv(1) == other.recv(1) == b""


def test_a_fault_happens_once_and_may_be_lifted_before(proxy: FaultProxy) -> None:
    laid = proxy.lay(Fault(Kind.CUT, after=10**9))
    assert exchanged(proxy) == CONTENT
    assert not laid.hit.is_set()
    assert proxy.lift(laid)
    hit = proxy.lay(Fault(Kind.FLIP))
    exchanged(proxy)
    assert not proxy.lift(hit)


def test_a_server_that_is_not_there_is_a_line_that_breaks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()
    with FaultProxy(nobody) as proxy, pytest.raises(ConnectionResetError), connected(proxy) as line:
        _read(line)


def test_ports_that_a_protocol_names_are_forwarded_too(echo: Echo) -> None:
    """As of FTP: the server listens at another address of this machine, at the same port."""
    port = echo.address[1]
    with (
        FaultProxy(echo.address, passive=[port], host="127.0.0.3"),
        socket.create_connection(("127.0.0.3", port), timeout=PATIENCE) as line,
    ):
        line.sendall(b"x")
        assert line.recv(1) == b"x"


def _connects(proxy: FaultProxy) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", proxy.port)) == 0


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)

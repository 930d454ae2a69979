"""A server that answers as S3 does in its worse moments: it keeps what it is asked, a test sets what it says."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext, SSLError
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.transfer.receivers import DAY
from tests.transfer.s3_receiver import S3Receiver
from tests.transfer.s3_server import S3Server


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer; `is_cut` closes the line instead, `after` is waited for first."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False
    after: threading.Event | None = None


def error(status: int, code: str, *, more: str = "", headers: Mapping[str, str] | None = None) -> Said:
    """An error in S3's own form, with a sentence that nobody is to see."""
    text = f"<Error><Code>{code}</Code><Message>the server's own banner</Message>{more}<RequestId>1</RequestId></Error>"
    return Said(status, f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode(), headers or {})


ABSENT = Said(404)
DENIED = Said(403)
LIST = Said(200, b"<ListBucketResult></ListBucketResult>", {"Content-Type": "application/xml"})

Answer = Callable[[Asked], Said]


@dataclass
class Fake:
    """`answer` says what to answer; everything that was asked is in `asked`."""

    endpoint: str
    answer: Answer
    asked: list[Asked] = field(default_factory=list)
    has_ended: threading.Event = field(default_factory=threading.Event)
    """That a client has closed its line."""

    def receiver(self, **more: Any) -> S3Receiver:
        """The server as a destination has it."""
        return S3Receiver(S3Server(self.endpoint), DAY, folder="partner", more=more)

    def of(self, method: str) -> list[Asked]:
        """The requests of a method."""
        return [one for one in self.asked if one.method == method]


def by_method(**answers: Said | list[Said]) -> Answer:
    """The same answer to each request of a method, or one after the other, the last of them again and again."""

    def answer(asked: Asked) -> Said:
        said = answers.get(asked.method, error(501, "NotImplemented"))
        if isinstance(said, list):
            return said.pop(0) if len(said) > 1 else said[0]
        return said

    return answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def __getattr__(self, name: str) -> Callable[[], None]:
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._any

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, url.path, query, headers, body)
        self.server.made.asked.append(asked)
        said = self.server.made.answer(asked)
        if said.after is not None:
            said.after.wait(60)
        if said.is_cut:
            self.close_connection = True
            return
        self.send_response(said.status)
        for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said.body)

    def finish(self) -> None:
        super().finish()
        self.server.made.has_ended.set()

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    made: Fake

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """A client that has gone away is what some tests are about; any other error is a fault of the test."""
        problem = sys.exception()
        if problem is not None and not isinstance(problem, ConnectionError | SSLError):
            raise problem


@contextmanager
def fake(answer: Answer, *, tls: SSLContext | None = None) -> Iterator[Fake]:
    """Runs while this lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if tls is None else "https"
    server.made = Fake(f"{scheme}://127.0.0.1:{server.server_address[1]}", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

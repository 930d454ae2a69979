"""An FTP server that does what a test says: it answers wrongly, closes, keeps silent, drips, loses bytes.

It keeps its files in memory and knows the commands that a delivery needs, plain and with TLS. Whatever a `Script` does
not say it does right.
"""

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.transfer.certificates import Certificate

CLOSE, CUT, SILENCE, DRIP = "close", "cut", "silence", "drip"
PATIENCE = 30


@dataclass
class Script:
    """`replies`: by command, instead of doing it. `ends`: by command, the answer after its data connection was closed.

    `takes`: so many bytes of an upload, then its connection is closed. `spoils`: what is stored of what came.
    `done`: by command, what happens (CLOSE, SILENCE) after it was done and before it is answered.
    """

    replies: dict[str, str] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    takes: int | None = None
    reads_slowly: bool = False
    spoils: Callable[[bytes], bytes] = lambda content: content
    greeting: str = "220 ready"
    certificate: Certificate | None = None
    data_certificate: Certificate | None = None
    """Another one, for data connections."""
    is_implicit: bool = False
    says_goodbye: bool = True
    most_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    least_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    after_auth: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    """Every command with its argument; those before TLS begin with `plain `, a password is `PASS`."""
    sessions: list[bool] = field(default_factory=list)
    """Of each encrypted data connection: whether it continued a session."""
    port: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)


class Gone(Exception):
    """The connection is to be closed."""


class _Session:
    def __init__(self, script: Script, line: socket.socket, contexts: "_Contexts") -> None:
        self.script, self.line = script, line
        self.context, self.data_context = contexts
        self.file: Any = None
        self.passive: socket.socket | None = None
        self.renamed, self.protects = "", False

    def run(self) -> None:
        if self.script.is_implicit:
            self.encrypt()
        else:
            self.file = self.line.makefile("rb")
        self.answer(self.script.greeting)
        while heard := self.file.readline():
            verb, _blank, argument = heard.decode("latin-1").strip().partition(" ")
            encrypted = "" if isinstance(self.line, ssl.SSLSocket) else "plain "
            said = "PASS" if verb == "PASS" else f"{verb} {argument}".strip()
            self.script.heard.append((encrypted if self.context else "") + said)
            canned = self.script.replies.get(verb)
            self.answer(canned if canned is not None else self.do(verb, argument))

    def encrypt(self) -> None:
        assert self.context is not None
        self.line = self.context.wrap_socket(self.line, server_side=True)
        self.file = self.line.makefile("rb")

    def answer(self, text: str) -> None:
        if text == CLOSE:
            raise Gone
        if text == CUT:
            self.line.sendall(b"213 12")
            raise Gone
        if text == SILENCE:
            self.script.is_over.wait(PATIENCE)
            raise Gone
        if text == DRIP:
            self.drip()
        if text:
            self.line.sendall(text.encode("latin-1") + b"\r\n")

    def drip(self) -> None:
        while not self.script.is_over.wait(0.1):
            self.line.sendall(b"2")

    def do(self, verb: str, argument: str) -> str:
        answer = getattr(self, f"do_{verb.lower()}", lambda _argument: "502 unknown")(argument)
        return self.script.done.get(verb, str(answer))

    def do_auth(self, _argument: str) -> str:
        self.line.sendall(b"234 go on\r\n" + self.script.after_auth)
        self.encrypt()
        return ""

    def do_user(self, _argument: str) -> str:
        return "331 password"

    def do_pass(self, _argument: str) -> str:
        return "230 welcome"

    def do_cwd(self, _argument: str) -> str:
        return "250 there"

    def _ok(self, _argument: str) -> str:
        return "200 ok"

    do_noop = do_type = do_pbsz = _ok

    def do_prot(self, argument: str) -> str:
        self.protects = argument == "P"
        return "200 ok"

    def do_pasv(self, _argument: str) -> str:
        """With an address to which nobody should go."""
        if self.passive:
            self.passive.close()
        self.passive = socket.create_server(("127.0.0.1", 0))
        self.passive.settimeout(PATIENCE)
        high, low = divmod(self.passive.getsockname()[1], 256)
        return f"227 passive (203,0,113,7,{high},{low})"

    def do_size(self, name: str) -> str:
        return f"213 {len(self.script.files[name])}" if name in self.script.files else "550 none"

    def do_mdtm(self, name: str) -> str:
        return "213 20260101000000" if name in self.script.files else "550 none"

    def do_dele(self, name: str) -> str:
        return "550 none" if self.script.files.pop(name, None) is None else "250 gone"

    def do_rnfr(self, name: str) -> str:
        self.renamed = name
        return "350 and?" if name in self.script.files else "550 none"

    def do_rnto(self, name: str) -> str:
        self.script.files[name] = self.script.files.pop(self.renamed)
        return "250 renamed"

    def do_stor(self, name: str) -> str:
        with self.data() as data:
            content, most = b"", self.script.takes
            with contextlib.suppress(OSError):
                while most is None or len(content) < most:
                    piece = data.recv(16 if self.script.reads_slowly else 65536)
                    if self.script.reads_slowly and self.script.is_over.wait(0.2):
                        break
                    if not piece:
                        break
                    content += piece
                    self.script.files[name] = content
            self.script.files[name] = self.script.spoils(content if most is None else content[:most])
        return self.script.ends.get("STOR", "226 done")

    def do_retr(self, name: str) -> str:
        if name not in self.script.files:
            return "550 none"
        with self.data() as data, contextlib.suppress(OSError):
            data.sendall(self.script.files[name])
        return self.script.ends.get("RETR", "226 done")

    def do_nlst(self, argument: str) -> str:
        if argument:
            return "550 no such file"
        with self.data() as data:
            data.sendall("".join(f"{name}\r\n" for name in self.script.files).encode())
        return self.script.ends.get("NLST", "226 done")

    @contextmanager
    def data(self) -> Iterator[socket.socket]:
        assert self.passive is not None
        data, _peer = self.passive.accept()
        self.passive.close()
        self.answer("150 go on")
        try:
            data.settimeout(PATIENCE)
            if self.protects and self.data_context:
                data = self.data_context.wrap_socket(data, server_side=True, suppress_ragged_eofs=True)
                self.script.sessions.append(bool(data.session_reused))
            yield data
            if isinstance(data, ssl.SSLSocket) and self.script.says_goodbye:
                with contextlib.suppress(OSError):
                    data.unwrap()
        finally:
            data.close()


_Contexts = tuple[ssl.SSLContext | None, ssl.SSLContext | None]


def _contexts(script: Script, folder: Path) -> _Contexts:
    """Of the control connection, and of data connections: the same one, unless they have a certificate of their own."""
    control = _context(script, script.certificate, folder)
    return control, _context(script, script.data_certificate, folder) or control


def _context(script: Script, shown: Certificate | None, folder: Path) -> ssl.SSLContext | None:
    if shown is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.write(folder))
    context.minimum_version, context.maximum_version = script.least_tls, script.most_tls
    return context


def _converse(script: Script, line: socket.socket, contexts: _Contexts) -> None:
    session = _Session(script, line, contexts)
    try:
        with contextlib.suppress(Gone, OSError):  # the client went, or is to see the connection closed
            session.run()
    finally:
        for one in (session.file, session.line, session.passive):
            if one is not None:
                one.close()


@contextmanager
def scripted(script: Script) -> Iterator[Script]:
    """The server, in threads of this process, until the end of the block; `script.port` is where."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    script.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []
    with tempfile.TemporaryDirectory() as name:
        contexts = _contexts(script, Path(name))

    def serve() -> None:
        while not script.is_over.is_set():
            with contextlib.suppress(TimeoutError):
                line, _peer = listener.accept()
                line.settimeout(PATIENCE)
                threads.append(threading.Thread(target=_converse, args=(script, line, contexts)))
                threads[-1].start()

    server = threading.Thread(target=serve)
    server.start()
    try:
        yield script
    finally:
        script.is_over.set()
        for thread in (server, *threads):
            thread.join(PATIENCE)
        listener.close()

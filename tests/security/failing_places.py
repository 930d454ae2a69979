"""Receivers that fail in their own ways, most of them repeating what they were sent in their own words."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import paramiko
from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.security.canaries import key_texts, secret
from tests.transfer.certificates import HOST, certificate
from tests.transfer.ftp_script import Script, scripted
from tests.transfer.odd_sftp import Files, Gate, Handle, OddServer
from tests.transfer.s3_fake import ABSENT, Said, by_method, fake
from tests.transfer.sftp_receiver import fingerprint
from tests.transfer.sshd import user_key


@dataclass(frozen=True)
class Place:
    """A destination to be made, whose server fails in its own way. `texts`: its secrets, by what they are."""

    method: str
    config: Mapping[str, Any]
    secrets: Mapping[str, str]
    texts: Mapping[str, str]


Failing = Callable[[str], AbstractContextManager[Place]]


def ftp_place(port: int, password: str, **more: Any) -> Place:
    config = {"host": HOST, "port": port, "user": "amportal", **more}
    return Place("ftp", config, {"password": password}, {"password": password})


@contextmanager
def ftp_echoes_the_password(_cells: str) -> Iterator[Place]:
    """As "530 Login or password incorrect", by somebody who meant well."""
    shown, password = certificate(), secret()
    answers = {"PASS": f"530 {password} is not the password of amportal"}
    with scripted(Script(certificate=shown, replies=answers)) as server:
        yield ftp_place(server.port, password, authority=shown.authority)


@contextmanager
def ftp_echoes_the_file(cells: str) -> Iterator[Place]:
    password = secret()
    answers = {"STOR": f"550 cannot store {cells} for {password}"}
    with scripted(Script(replies=answers)) as server:
        yield ftp_place(server.port, password, security="plain", allows_plain=True)


@contextmanager
def ftp_answers_with_something_else(cells: str) -> Iterator[Place]:
    """What is no answer in FTP at all."""
    password = secret()
    with scripted(Script(ends={"STOR": f"{cells} {password}"}, greeting="220 ready")) as server:
        yield ftp_place(server.port, password, security="plain", allows_plain=True)


def sftp_place(port: int, folder: str, secrets: Mapping[str, str], texts: Mapping[str, str], **more: Any) -> Place:
    config = {"host": "127.0.0.1", "port": port, "user": "nobody", "folder": folder, "host_key": fingerprint(), **more}
    return Place("sftp", config, secrets, texts)


def _gate(banner: str, ways: str = "publickey,password") -> type[Gate]:
    class Telling(Gate):
        def get_banner(self) -> tuple[str, str]:
            return banner, "en"

    Telling.ways = ways
    return Telling


@contextmanager
def sftp_echoes_the_password(cells: str) -> Iterator[Place]:
    password = secret()
    with OddServer(gate=_gate(f"{password} {cells}\r\n")) as server:
        yield sftp_place(server.port, "/tmp", {"password": password}, {"password": password}, sign_in="password")


@contextmanager
def sftp_refuses_the_key(cells: str) -> Iterator[Place]:
    passphrase = secret()
    text, lines = key_texts(ed25519.Ed25519PrivateKey.generate(), passphrase)
    with OddServer(gate=_gate(cells, ways="password")) as server:
        given = {"private_key": text, "passphrase": passphrase}
        yield sftp_place(server.port, "/tmp", given, {"passphrase": passphrase, **lines})


@contextmanager
def sftp_key_is_damaged(_cells: str) -> Iterator[Place]:
    text, lines = key_texts(ed25519.Ed25519PrivateKey.generate())
    with OddServer() as server:
        yield sftp_place(server.port, "/tmp", {"private_key": text.replace("=", "")[:-60]}, lines)


@contextmanager
def sftp_has_another_key(_cells: str) -> Iterator[Place]:
    password = secret()
    with OddServer() as server:
        other = "SHA256:" + "A" * 43
        yield sftp_place(
            server.port,
            "/tmp",
            {"password": password},
            {"password": password},
            sign_in="password",
            host_key=other,
        )


@contextmanager
def sftp_breaks_off_in_the_middle(cells: str) -> Iterator[Place]:
    """Its words for it are of what it was sent."""

    class Full(Files):
        def on_write(self, handle: Handle, offset: int, data: bytes) -> int:
            del handle, offset
            assert data
            return int(paramiko.sftp.SFTP_FAILURE)

    texts = list(paramiko.sftp.SFTP_DESC)
    text, lines = key_texts(user_key())
    paramiko.sftp.SFTP_DESC[paramiko.sftp.SFTP_FAILURE] = f"no room for {cells}"
    try:
        with OddServer(files=Full) as server:
            yield sftp_place(server.port, "/tmp", {"private_key": text}, lines)
    finally:
        paramiko.sftp.SFTP_DESC[:] = texts


def _s3(said: Callable[[str, str], Said], method: str = "PUT") -> Failing:
    @contextmanager
    def failing(cells: str) -> Iterator[Place]:
        key, token = secret(), secret()
        with fake(by_method(**{"HEAD": ABSENT, "GET": ABSENT, method: said(token, cells)})) as server:
            config = {
                "bucket": "planted", "partner_name": "acme", "access_key_id": "AKIDPLANTED", "has_path_style": True,
                "endpoint": server.endpoint,
            }  # fmt: skip
            secrets = {"secret_access_key": key, "session_token": token}
            yield Place("s3", config, secrets, {"secret key": key, "session token": token})

    return failing


def _xml(status: int, code: str, words: str = "", headers: Mapping[str, str] | None = None) -> Said:
    text = f"<Error><Code>{code}</Code><Message><![CDATA[{words}]]></Message></Error>"
    return Said(status, text.encode(), headers or {})


def refused(_cells: str) -> AbstractContextManager[Place]:
    return _nobody_listens()


@contextmanager
def _nobody_listens() -> Iterator[Place]:
    password = secret()
    with scripted(Script()) as server:
        port = server.port
    yield ftp_place(port, password, security="plain", allows_plain=True)


def _word_of(cells: str) -> str:
    """A piece of the file that could be a code: letters and digits only."""
    return str(re.findall(r"[A-Za-z0-9]{8,}", cells)[0])


FAILURES: Mapping[str, Failing] = {
    "ftps, wrong password, echoed": ftp_echoes_the_password,
    "ftp, the file is echoed": ftp_echoes_the_file,
    "ftp, no answer but an echo": ftp_answers_with_something_else,
    "ftp, refused": refused,
    "sftp, wrong password, echoed": sftp_echoes_the_password,
    "sftp, key refused": sftp_refuses_the_key,
    "sftp, key damaged": sftp_key_is_damaged,
    "sftp, wrong host key": sftp_has_another_key,
    "sftp, the file is echoed": sftp_breaks_off_in_the_middle,
    "s3, words echoed": _s3(lambda token, cells: _xml(403, "AccessDenied", f"{token} {cells}")),
    "s3, code echoed": _s3(lambda _token, cells: _xml(400, _word_of(cells))),
    "s3, code of a key echoed": _s3(lambda token, _cells: _xml(400, f"KMS{_word_of(token)}")),
    "s3, region echoed": _s3(
        lambda token, _cells: _xml(301, "PermanentRedirect", headers={"x-amz-bucket-region": _word_of(token).lower()})
    ),
    "s3, not even XML": _s3(lambda token, cells: Said(400, f"{token} {cells}".encode())),
}  # fmt: skip

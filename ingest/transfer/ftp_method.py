"""FTP and FTPS among the ways of sending."""

import re
import ssl
from collections.abc import Mapping
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.ftp import FtpConfig, FtpDestination, ReadBack
from ingest.transfer.ftp_line import FtpServer, Security
from ingest.transfer.ftp_tls import Trust
from ingest.transfer.hosts import check_port
from ingest.transfer.method import Limits, Method
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Field, FieldKind, Value
from ingest.transfer.words import Message

_FINGERPRINT: Final = re.compile(r"[0-9A-Fa-f]{64}|([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}")

_PORT_OF_EXPLICIT: Final = Message(
    gettext_noop("Implicit TLS has a port of its own, mostly 990; at port 21 a server speaks first, unencrypted.")
)
_STEPS_BACK: Final = Message(gettext_noop("Give the folder without “..”."))
_BLANKS: Final = Message(gettext_noop("Give it without blanks at its beginning or end."))
_NO_CERTIFICATE: Final = Message(
    gettext_noop("Give certificates as text in PEM: lines from “BEGIN CERTIFICATE” to “END CERTIFICATE”.")
)
_PRIVATE: Final = Message(
    gettext_noop("This holds a private key. Give the certificate only, and have the key replaced: it was shown here.")
)
_NO_FINGERPRINT: Final = Message(gettext_noop("Give the 64 digits of a SHA-256, with or without colons."))
_ONE_OF_TWO: Final = Message(gettext_noop("Give a certificate authority or a fingerprint, not both."))
_NOT_ALLOWED: Final = Message(
    gettext_noop("Plain FTP sends password and file unencrypted. Tick this to allow it, or choose FTPS.")
)


def _check_blanks(value: Value) -> Message | None:
    return None if str(value) == str(value).strip() else _BLANKS


def _check_folder(value: Value) -> Message | None:
    return _STEPS_BACK if ".." in re.split(r"[/\\]", str(value)) else _check_blanks(value)


def _check_authority(value: Value) -> Message | None:
    if "PRIVATE KEY" in str(value):
        return _PRIVATE
    try:
        Trust(authority=str(value)).context()
    except (ssl.SSLError, ValueError):
        return _NO_CERTIFICATE
    return None


def _check_fingerprint(value: Value) -> Message | None:
    return None if _FINGERPRINT.fullmatch(str(value)) else _NO_FINGERPRINT


def _check_together(settings: Mapping[str, Value]) -> dict[str, Message]:
    problems = {}
    if settings["security"] == Security.PLAIN and not settings.get("allows_plain"):
        problems["allows_plain"] = _NOT_ALLOWED
    if settings["security"] == Security.IMPLICIT and settings["port"] == 21:
        problems["port"] = _PORT_OF_EXPLICIT
    if "authority" in settings and "fingerprint" in settings:
        problems["fingerprint"] = _ONE_OF_TWO
    return problems


def _build(settings: Mapping[str, Value], secrets: Mapping[str, Secret], limits: Limits) -> FtpDestination:
    trust = Trust(
        authority=str(settings.get("authority", "")),
        fingerprint=str(settings.get("fingerprint", "")).replace(":", "").lower(),
        is_tls12_only=bool(settings.get("is_tls12_only")),
    )
    server = FtpServer(
        host=str(settings["host"]),
        port=int(settings["port"]),
        user=str(settings["user"]),
        password=secrets.get("password", Secret("")),
        folder=str(settings.get("folder", "")),
        security=Security(str(settings["security"])),
        trust=trust,
        private_networks=limits.private_networks,
    )
    is_direct = settings["naming"] == "at_once"
    return FtpDestination(FtpConfig(server, is_direct, ReadBack(str(settings["read_back"]))))


_WITH_TLS: Final = ("security", Security.EXPLICIT.value, Security.IMPLICIT.value)
_CONNECTION: Final = (
    Field(
        name="host",
        kind=FieldKind.HOST,
        label=Message(gettext_noop("Host")),
        help=Message(gettext_noop("The name of the server, such as ftp.example.com. Its certificate has this name.")),
    ),
    Field(
        name="port",
        kind=FieldKind.NUMBER,
        label=Message(gettext_noop("Port")),
        help=Message(gettext_noop("21 as a rule, 990 with implicit TLS.")),
        default=21,
        check=check_port,
    ),
    Field(
        name="user",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("User name")),
        help=Message(gettext_noop("The account at the server.")),
        check=_check_blanks,
    ),
    Field(
        name="password",
        kind=FieldKind.SECRET,
        label=Message(gettext_noop("Password")),
        help=Message(gettext_noop("It is kept encrypted and never shown again.")),
    ),
    Field(
        name="folder",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Folder at the server")),
        help=Message(gettext_noop("Empty for the folder in which the account starts.")),
        is_required=False,
        check=_check_folder,
    ),
)
_ENCRYPTION: Final = (
    Field(
        name="security",
        kind=FieldKind.CHOICE,
        label=Message(gettext_noop("Encryption")),
        help=Message(gettext_noop("Explicit is what nearly all servers have.")),
        default=Security.EXPLICIT.value,
        choices={
            Security.EXPLICIT.value: Message(gettext_noop("FTPS, explicit TLS")),
            Security.IMPLICIT.value: Message(gettext_noop("FTPS, implicit TLS (port 990)")),
            Security.PLAIN.value: Message(gettext_noop("Plain FTP, not encrypted")),
        },
    ),
    Field(
        name="allows_plain",
        kind=FieldKind.TICK,
        label=Message(gettext_noop("I know that plain FTP sends password and file unencrypted")),
        help=Message(gettext_noop("Without it plain FTP is refused. For FTPS it means nothing.")),
        default=False,
        only_if=("security", Security.PLAIN.value),
    ),
    Field(
        name="is_tls12_only",
        kind=FieldKind.TICK,
        label=Message(gettext_noop("TLS 1.2 only")),
        help=Message(gettext_noop("For servers that fail with TLS 1.3 as soon as a file is sent.")),
        default=False,
        only_if=_WITH_TLS,
    ),
    Field(
        name="authority",
        kind=FieldKind.LINES,
        label=Message(gettext_noop("Certificate authority")),
        help=Message(
            gettext_noop("In PEM, for servers whose certificate was signed by a company's own authority. Else empty.")
        ),
        is_required=False,
        check=_check_authority,
        only_if=_WITH_TLS,
    ),
    Field(
        name="fingerprint",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Fingerprint of the certificate")),
        help=Message(
            gettext_noop(
                "SHA-256, for servers that signed their certificate themselves. Only this one is taken then, whatever "
                "its name and date. Else empty."
            )
        ),
        is_required=False,
        check=_check_fingerprint,
        only_if=_WITH_TLS,
    ),
)
_FILES: Final = (
    Field(
        name="naming",
        kind=FieldKind.CHOICE,
        label=Message(gettext_noop("Final name")),
        help=Message(
            gettext_noop(
                "“At once” is for servers that let nobody rename. A part of the file can be seen there under its name, "
                "and stays if the portal is stopped in the middle."
            )
        ),
        default="when_whole",
        choices={
            "when_whole": Message(gettext_noop("Rename when whole")),
            "at_once": Message(gettext_noop("Write the final name at once")),
        },
    ),
    Field(
        name="read_back",
        kind=FieldKind.CHOICE,
        label=Message(gettext_noop("Read back and compare")),
        help=Message(
            gettext_noop(
                "An FTP server can only say the size of a file. Reading it back shows that every byte is right."
            )
        ),
        default=ReadBack.UP_TO_1_GB.value,
        choices={
            ReadBack.UP_TO_1_GB.value: Message(gettext_noop("Files of up to 1 GB")),
            ReadBack.ALWAYS.value: Message(gettext_noop("All files")),
            ReadBack.NEVER.value: Message(gettext_noop("None: compare the size only")),
        },
    ),
)

METHOD: Final = Method(
    name="ftp",
    label=Message(gettext_noop("FTP or FTPS")),
    description=Message(
        gettext_noop(
            "An FTP server, encrypted with TLS (FTPS) or, if you allow it expressly, not. Adobe is phasing FTP out; "
            "for anything new use Amazon S3."
        )
    ),
    fields=(*_CONNECTION, *_ENCRYPTION, *_FILES),
    build=_build,
    check_together=_check_together,
)

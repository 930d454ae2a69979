"""SFTP among the ways of sending."""

import re
from collections.abc import Mapping
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.hosts import check_port
from ingest.transfer.method import Limits, Method
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Field, FieldKind, Value
from ingest.transfer.sftp import SftpDestination
from ingest.transfer.sftp_session import SftpServer
from ingest.transfer.words import Message

PORT: Final = 22
_LONGEST_FOLDER: Final = 500  # with host and name it has to fit into the history
_FINGERPRINT: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?", re.ASCII)

_NO_USER: Final = Message(gettext_noop("Give the user name without blanks around it, and with 256 characters at most."))
_STEPS_BACK: Final = Message(gettext_noop("Give the folder without “..”."))
_BACKSLASH: Final = Message(gettext_noop("Give the folder with slashes, as in incoming/adobe."))
_LONG_FOLDER: Final = Message(gettext_noop("Give a path of at most 500 characters."))
_BLANKS: Final = Message(gettext_noop("Give the folder without blanks at its ends."))
_NO_FINGERPRINT: Final = Message(
    gettext_noop("Give the fingerprint as OpenSSH shows it: SHA256: and 43 letters, digits, + or /.")
)


def _check_user(value: Value) -> Message | None:
    user = str(value)
    return None if user == user.strip() and len(user) <= 256 else _NO_USER


def _check_folder(value: Value) -> Message | None:
    folder = str(value)
    if len(folder) > _LONGEST_FOLDER:
        return _LONG_FOLDER
    if folder != folder.strip():
        return _BLANKS
    if "\\" in folder:
        return _BACKSLASH
    return _STEPS_BACK if ".." in folder.split("/") else None


def _check_fingerprint(value: Value) -> Message | None:
    return None if _FINGERPRINT.fullmatch(str(value)) else _NO_FINGERPRINT


def _build(settings: Mapping[str, Value], secrets: Mapping[str, Secret], limits: Limits) -> SftpDestination:
    return SftpDestination(
        SftpServer(
            host=str(settings["host"]),
            port=int(settings["port"]),
            user=str(settings["user"]),
            folder=str(settings["folder"]),
            fingerprint=str(settings.get("host_key", "")).rstrip("="),
            with_password=settings["sign_in"] == "password",
            writes_at_once=settings["final_name"] == "at_once",
            reads_back=bool(settings["read_back"]),
            private_key=secrets.get("private_key"),
            passphrase=secrets.get("passphrase"),
            password=secrets.get("password"),
            private_networks=limits.private_networks,
        )
    )


METHOD: Final = Method(
    name="sftp",
    label=Message(gettext_noop("SFTP")),
    description=Message(
        gettext_noop(
            "A folder at an SSH server. Files get their names when they are whole and were read back. Where a server "
            "forbids renaming, they can be written under their names at once; then a part can be seen meanwhile."
        )
    ),
    fields=(
        Field(
            name="host",
            kind=FieldKind.HOST,
            label=Message(gettext_noop("Host")),
            help=Message(gettext_noop("The name of the server, such as sftp.example.com.")),
        ),
        Field(
            name="port",
            kind=FieldKind.NUMBER,
            label=Message(gettext_noop("Port")),
            help=Message(gettext_noop("22 unless the server's operator says otherwise.")),
            default=PORT,
            check=check_port,
        ),
        Field(
            name="user",
            kind=FieldKind.TEXT,
            label=Message(gettext_noop("User name")),
            help=Message(gettext_noop("As whom the portal signs in.")),
            check=_check_user,
        ),
        Field(
            name="folder",
            kind=FieldKind.TEXT,
            label=Message(gettext_noop("Folder at the server")),
            help=Message(
                gettext_noop(
                    "A folder that exists there. Left empty, it is the one in which the server lets this user begin."
                )
            ),
            default=".",
            check=_check_folder,
        ),
        Field(
            name="host_key",
            kind=FieldKind.TEXT,
            label=Message(gettext_noop("Fingerprint of the host key")),
            help=Message(
                gettext_noop(
                    "As the server's operator gives it, such as SHA256:… with 43 characters. Left empty, the "
                    "connection test shows the server's fingerprint, and nothing is sent."
                )
            ),
            is_required=False,
            check=_check_fingerprint,
        ),
        Field(
            name="sign_in",
            kind=FieldKind.CHOICE,
            label=Message(gettext_noop("Sign in with")),
            help=Message(gettext_noop("A key is safer: the server never gets it.")),
            default="key",
            choices={
                "key": Message(gettext_noop("a private key")),
                "password": Message(gettext_noop("a password")),
            },
        ),
        Field(
            name="private_key",
            kind=FieldKind.KEY,
            label=Message(gettext_noop("Private key")),
            help=Message(
                gettext_noop("Ed25519, ECDSA or RSA, in the form of OpenSSH or PEM, with its first and last line.")
            ),
            is_required=False,
            only_if=("sign_in", "key"),
        ),
        Field(
            name="passphrase",
            kind=FieldKind.SECRET,
            label=Message(gettext_noop("Passphrase of the key")),
            help=Message(gettext_noop("Only where the key is protected by one.")),
            is_required=False,
            only_if=("sign_in", "key"),
        ),
        Field(
            name="password",
            kind=FieldKind.SECRET,
            label=Message(gettext_noop("Password")),
            help=Message(gettext_noop("Only where the portal signs in with a password.")),
            is_required=False,
            only_if=("sign_in", "password"),
        ),
        Field(
            name="final_name",
            kind=FieldKind.CHOICE,
            label=Message(gettext_noop("When a file gets its name")),
            help=Message(
                gettext_noop(
                    "At once is for servers that forbid renaming. Then the receiver can see a part of a file under its "
                    "final name while it is sent, and a part may stay there when the portal is stopped meanwhile."
                )
            ),
            default="when_whole",
            choices={
                "when_whole": Message(gettext_noop("when it is whole")),
                "at_once": Message(gettext_noop("at once")),
            },
        ),
        Field(
            name="read_back",
            kind=FieldKind.TICK,
            label=Message(gettext_noop("Read files back")),
            help=Message(
                gettext_noop(
                    "Compares what arrived, byte by byte, before a file gets its name. Without it only the size is "
                    "compared, for servers at which nothing may be read."
                )
            ),
            default=True,
        ),
    ),
    build=_build,
)

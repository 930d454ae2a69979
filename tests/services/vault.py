"""A way of sending that only tests know: a folder that is reached with secrets, behind a server that shows a key."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest import mock

from ingest.models import Destination, User, Workspace
from ingest.services import destinations
from ingest.services.destination_secrets import Changes
from ingest.transfer import base, presets, registry
from ingest.transfer.base import CheckStep, Fence, Present, Progress, Receipt, Source, Target
from ingest.transfer.checking import Step, run_steps
from ingest.transfer.errors import Misconfigured
from ingest.transfer.local import LocalDestination, LocalFolder
from ingest.transfer.method import Limits, Method
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Field, FieldKind, Value
from ingest.transfer.words import Message
from tests import factories

PASSWORD, OTHER = "correct horse battery", "staple & <b>“tulip”</b>"
KEY = "-----BEGIN KEY-----\nAAAA\nBBBB\n-----END KEY-----\n"
SHOWN = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def _word(text: str) -> Message:
    return Message(text)


def _no_key(value: Value) -> Message | None:
    return None if str(value).startswith("-----BEGIN") else Message("This is not a private key.")


FIELDS = (
    Field("host", FieldKind.HOST, _word("Host"), _word("The server.")),
    Field("port", FieldKind.NUMBER, _word("Port"), _word("Usually 22."), default=22),
    Field("folder", FieldKind.TEXT, _word("Folder"), _word("Where files are put."), is_required=False),
    Field(
        "sign_in", FieldKind.CHOICE, _word("Sign in with"), _word("What the server asks for."), default="password",
        choices={"password": _word("A password"), "key": _word("A key")},
    ),
    Field("password", FieldKind.SECRET, _word("Password"), _word("Of the account."), only_if=("sign_in", "password")),
    Field(
        "private_key", FieldKind.KEY, _word("Private key"), _word("The whole text."), only_if=("sign_in", "key"),
        check=_no_key,
    ),
    Field(
        "passphrase", FieldKind.SECRET, _word("Passphrase"), _word("Of the key."), only_if=("sign_in", "key"),
        is_required=False,
    ),
    Field("host_key", FieldKind.TEXT, _word("Key of the server"), _word("Its fingerprint."), is_required=False),
)  # fmt: skip


@dataclass
class Vault:
    """What the server does and what it was given; `shows` is the key that it shows."""

    folder: Path
    shows: str = SHOWN
    given: list[dict[str, str]] = field(default_factory=list)
    connected: int = 0

    def method(self) -> Method:
        """The way of sending to it."""
        return Method("vault", _word("Vault"), _word("Only for tests."), FIELDS, self._build)

    def _build(self, values: Mapping[str, Value], secrets: Mapping[str, Secret], _limits: Limits) -> base.Destination:
        self.given.append({name: secret.reveal() for name, secret in secrets.items()})
        return _Place(self, str(values.get("host_key", "")))


class _Place(base.Destination):
    def __init__(self, vault: Vault, accepted: str) -> None:
        self._vault, self._accepted = vault, accepted
        self._inner = LocalDestination(LocalFolder(vault.folder, (vault.folder,)))

    def _connect(self) -> None:
        self._vault.connected += 1
        if self._accepted != self._vault.shows:
            code = "vault.host_key_changed" if self._accepted else "vault.host_key_new"
            params = {"fingerprint": self._vault.shows}
            raise Misconfigured("The server shows the key %(fingerprint)s.", code=code, params=params)

    def check(self, *, temp_tag: str) -> Sequence[CheckStep]:
        """Meet the server, then what a folder does."""
        met = run_steps([Step("meet", Message("Meet the server"), self._connect)])
        return (*met, *self._inner.check(temp_tag=temp_tag)) if not met[0].problem else met

    def look(self, target: Target) -> Present | None:
        """What is there."""
        self._connect()
        return self._inner.look(target)

    def deliver(self, source: Source, target: Target, *, temp_tag: str, progress: Progress, fence: Fence) -> Receipt:
        """Put it there."""
        self._connect()
        return self._inner.deliver(source, target, temp_tag=temp_tag, progress=progress, fence=fence)

    def sweep(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove what was left."""
        self._connect()
        return self._inner.sweep(older_than=older_than, now=now)


def opened(folder: Path) -> AbstractContextManager[Vault]:
    """The way of sending is known while this is open, with a proposal in production that is being phased out."""
    return _Known(Vault(folder))


class _Known(AbstractContextManager[Vault]):
    def __init__(self, vault: Vault) -> None:
        self._vault, self._stack = vault, ExitStack()

    def __enter__(self) -> Vault:
        methods = MappingProxyType({**registry.METHODS, "vault": self._vault.method()})
        proposal = presets.Preset(
            presets.Environment.PRODUCTION, "vault", Message("The vault"),
            MappingProxyType({"host": "vault.example.com", "port": 2222}), presets.Standing.PHASED_OUT,
            (Message("Vaults are going away."),),
        )  # fmt: skip
        every = (*presets.PRESETS, proposal)
        for target, value in (
            ("ingest.transfer.registry.METHODS", methods), ("ingest.transfer.presets.METHODS", methods),
            ("ingest.transfer.presets.PRESETS", every), ("ingest.services.destination_words.PRESETS", every),
        ):  # fmt: skip
            self._stack.enter_context(mock.patch(target, value))
        return self._vault

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def destination(where: Workspace, actor: User | None = None, **fields: Any) -> Destination:
    """A destination of this kind with the password and the key of the server accepted, as an admin makes it."""
    secrets = fields.pop("secrets", Changes({"password": Secret(PASSWORD)}))
    values: dict[str, Any] = {
        "name": f"Vault {Destination.objects.count()}", "environment": "beta", "method": "vault", "is_active": True,
        "config": {"host": "vault.example.com", "host_key": SHOWN}, **fields,
    }  # fmt: skip
    admin = actor or factories.member(where, "Ada", roles=["admin"])
    return destinations.add(where, actor=admin, now=factories.NOW, secrets=secrets, **values)

"""Amazon S3 among the ways of sending."""

from collections.abc import Iterator, Mapping
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.failures import failure
from ingest.transfer.method import Limits, Method
from ingest.transfer.s3 import S3Destination
from ingest.transfer.s3_fields import FIELDS
from ingest.transfer.s3_place import Checksums, Credentials, Encryption, S3Place, Signing
from ingest.transfer.secret import Secret
from ingest.transfer.settings import SettingsError, Value
from ingest.transfer.words import Message

_SECRET: Final = "secret_access_key"  # noqa: S105 - the name of a field
_KEY_WANTED: Final = Message(gettext_noop("Fill this in, or choose the credentials of the portal's machine."))
_ONLY_AMAZON: Final = Message(
    gettext_noop("The credentials of the portal's machine are for Amazon. Enter an access key for another server.")
)


def _text(settings: Mapping[str, Value], name: str) -> str:
    return str(settings.get(name, ""))


def _problems(settings: Mapping[str, Value]) -> Iterator[tuple[str, Message]]:
    """What is right by itself and does not go together."""
    has_key = bool(_text(settings, "access_key_id"))
    if settings["credentials"] == Credentials.KEYS.value and not has_key:
        yield "access_key_id", _KEY_WANTED
    if settings["credentials"] == Credentials.MACHINE.value and _text(settings, "endpoint"):
        # With each request they show a token that is the machine's; no host that somebody typed gets to see it.
        yield "credentials", _ONLY_AMAZON


def _check(settings: Mapping[str, Value]) -> Mapping[str, Message]:
    return dict(_problems(settings))


def _build(settings: Mapping[str, Value], secrets: Mapping[str, Secret], limits: Limits) -> S3Destination:
    secret = secrets.get(_SECRET, Secret(""))
    credentials = Credentials(_text(settings, "credentials"))
    if credentials is Credentials.KEYS and not secret:
        raise SettingsError({_SECRET: _KEY_WANTED})
    if credentials is Credentials.MACHINE and not limits.lends_credentials:
        raise failure("s3.machine_closed")
    signing = Signing(
        credentials=credentials,
        key_id=_text(settings, "access_key_id"),
        secret=secret,
        role=_text(settings, "role_arn"),
        external_id=_text(settings, "external_id"),
    )
    pieces = (_text(settings, "prefix"), _text(settings, "partner_name"))
    return S3Destination(
        S3Place(
            bucket=_text(settings, "bucket"),
            region=_text(settings, "region"),
            signing=signing,
            folder="/".join(piece for piece in pieces if piece),
            endpoint=_text(settings, "endpoint"),
            encryption=Encryption(_text(settings, "encryption")),
            kms_key=_text(settings, "kms_key"),
            checksums=Checksums(_text(settings, "checksums") or Checksums.SUPPORTED),
            has_path_style=bool(settings.get("has_path_style")),
            private_networks=limits.private_networks,
        )
    )


METHOD: Final = Method(
    name="s3",
    label=Message(gettext_noop("Amazon S3")),
    description=Message(
        gettext_noop(
            "A bucket of Amazon S3, as Adobe recommends it for everything new, or one of a server of your own that "
            "speaks like S3."
        )
    ),
    fields=FIELDS,
    build=_build,
    check_together=_check,
)

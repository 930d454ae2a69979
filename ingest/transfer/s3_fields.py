"""What an administrator fills in for a bucket."""

import ipaddress
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from ingest.crm.words import gettext_noop
from ingest.transfer.host_names import check_host_name
from ingest.transfer.s3_place import Checksums, Credentials, Encryption
from ingest.transfer.settings import Field, FieldKind, Value
from ingest.transfer.words import Message

_LONGEST_FOLDER: Final = 400  # bytes, of the 1024 of a key; a day and a name take 272

_BUCKET: Final = re.compile(r"(?!-)[a-z0-9-]+(?<!-)(\.(?!-)[a-z0-9-]+(?<!-))*", re.ASCII)
_REGION: Final = re.compile(r"(?!-)[a-z0-9-]{2,40}(?<!-)", re.ASCII)
_FOLDER: Final = re.compile(r"[\x21-\x7e]+( [\x21-\x7e]+)*", re.ASCII)
_KEY_ID: Final = re.compile(r"[\x21-\x2b\x2d\x2e\x30-\x7e]{3,128}", re.ASCII)  # without / and , which signing needs
_ROLE: Final = re.compile(r"arn:aws[a-z-]{0,20}:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}", re.ASCII)
_EXTERNAL_ID: Final = re.compile(r"[A-Za-z0-9+=,.@:/_-]{2,1224}", re.ASCII)
_KMS_KEY: Final = re.compile(r"[A-Za-z0-9:/_-]{1,2048}", re.ASCII)

_NO_BUCKET: Final = Message(
    gettext_noop("Give the bucket's name alone: 3 to 63 small letters, digits, dots and hyphens.")
)
_NO_REGION: Final = Message(gettext_noop("Give a region such as us-east-1."))
_NO_FOLDER: Final = Message(
    gettext_noop("Use letters, digits and signs of ASCII, without slashes at the ends, “//”, “.” and “..” as a folder.")
)
_LONG_FOLDER: Final = Message(gettext_noop("Use at most 400 characters."))
_NO_PARTNER: Final = Message(gettext_noop("Give the partner name alone, without slashes and blanks."))
_NO_KEY_ID: Final = Message(gettext_noop("Give the access key ID as it was given to you, without blanks."))
_NO_ROLE: Final = Message(gettext_noop("Give the whole name, such as arn:aws:iam::123456789012:role/inbound."))
_NO_EXTERNAL_ID: Final = Message(gettext_noop("Use 2 to 1,224 letters, digits and the signs + = , . @ : / _ -."))
_NO_KMS_KEY: Final = Message(gettext_noop("Give the ID, the alias or the whole name (ARN) of the key."))
_NO_ENDPOINT: Final = Message(
    gettext_noop("Give an address such as https://s3.example.com:9000, without user, path and question mark.")
)


def _fits(pattern: re.Pattern[str], otherwise: Message) -> Callable[[Value], Message | None]:
    return lambda value: None if pattern.fullmatch(str(value)) else otherwise


def check_bucket_name(value: Value) -> Message | None:
    """What is wrong with the name of a bucket by Amazon's rules, or None."""
    name = str(value)
    is_name = 3 <= len(name) <= 63 and _BUCKET.fullmatch(name)
    return None if is_name and not _is_address(name) else _NO_BUCKET


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def check_folder(value: Value) -> Message | None:
    """What is wrong with a prefix, or None. It is an own folder, so nothing may lead out of it or look like another."""
    text = str(value)
    if len(text) > _LONGEST_FOLDER:
        return _LONG_FOLDER
    is_folder = _FOLDER.fullmatch(text) and "\\" not in text
    return None if is_folder and not {"", ".", ".."} & set(text.split("/")) else _NO_FOLDER


def _check_partner(value: Value) -> Message | None:
    text = str(value)
    return _NO_PARTNER if "/" in text or " " in text or check_folder(text) else None


def check_endpoint(value: Value) -> Message | None:
    """What is wrong with the address of a server, or None. http is taken here, and judged by where it leads."""
    text = str(value)
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return _NO_ENDPOINT
    host = url.hostname or ""
    is_plain = url.scheme in {"https", "http"} and check_host_name(host) is None and port != 0
    shown = f"[{host}]" if ":" in host else host
    whole = f"{url.scheme}://{shown}" + (f":{port}" if port is not None else "")
    return None if is_plain and whole == text.lower() else _NO_ENDPOINT


FIELDS: Final = (
    Field(
        name="bucket",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Bucket")),
        help=Message(gettext_noop("The name alone, without s3:// and slashes.")),
        check=check_bucket_name,
    ),
    Field(
        name="region",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Region")),
        help=Message(
            gettext_noop("Where the bucket is. Adobe's buckets are in us-east-1 unless Adobe told you another.")
        ),
        default="us-east-1",
        check=_fits(_REGION, _NO_REGION),
    ),
    Field(
        name="prefix",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Folder")),
        help=Message(gettext_noop("A folder of the bucket above the partner name; usually empty.")),
        is_required=False,
        check=check_folder,
    ),
    Field(
        name="partner_name",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Partner name")),
        help=Message(
            gettext_noop("The folder that Adobe gave you. Files are kept in it under date=2026-01-31, in UTC.")
        ),
        is_required=False,
        check=_check_partner,
    ),
    Field(
        name="credentials",
        kind=FieldKind.CHOICE,
        label=Message(gettext_noop("Sign in with")),
        help=Message(
            gettext_noop("Whoever runs the portal must have opened the machine's credentials to destinations.")
        ),
        default=Credentials.KEYS.value,
        choices={
            Credentials.KEYS.value: Message(gettext_noop("An access key")),
            Credentials.MACHINE.value: Message(gettext_noop("The credentials of the portal's machine")),
        },
    ),
    Field(
        name="access_key_id",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Access key ID")),
        help=Message(gettext_noop("It begins with AKIA at Amazon.")),
        is_required=False,
        check=_fits(_KEY_ID, _NO_KEY_ID),
        only_if=("credentials", Credentials.KEYS.value),
    ),
    Field(
        name="secret_access_key",
        kind=FieldKind.SECRET,
        label=Message(gettext_noop("Secret access key")),
        help=Message(gettext_noop("It is kept encrypted and never shown again.")),
        is_required=False,
        only_if=("credentials", Credentials.KEYS.value),
    ),
    Field(
        name="role_arn",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Role to take on")),
        help=Message(gettext_noop("Only if the bucket's owner gave you one: arn:aws:iam::…:role/….")),
        is_required=False,
        check=_fits(_ROLE, _NO_ROLE),
    ),
    Field(
        name="external_id",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("External ID")),
        help=Message(gettext_noop("Only if the bucket's owner gave you one with the role.")),
        is_required=False,
        check=_fits(_EXTERNAL_ID, _NO_EXTERNAL_ID),
        only_if=("role_arn",),
    ),
    Field(
        name="encryption",
        kind=FieldKind.CHOICE,
        label=Message(gettext_noop("Encryption in the bucket")),
        help=Message(
            gettext_noop("Amazon encrypts every file; choose another way only if the bucket's owner asks for it.")
        ),
        default=Encryption.BUCKET.value,
        choices={
            Encryption.BUCKET.value: Message(gettext_noop("As the bucket does it")),
            Encryption.S3.value: Message(gettext_noop("With a key of S3 (AES256)")),
            Encryption.KMS.value: Message(gettext_noop("With a key of KMS (aws:kms)")),
        },
    ),
    Field(
        name="kms_key",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Key of KMS")),
        help=Message(gettext_noop("Its ID or whole name; empty for the one of the bucket.")),
        is_required=False,
        check=_fits(_KMS_KEY, _NO_KMS_KEY),
        only_if=("encryption", Encryption.KMS.value),
    ),
    Field(
        name="endpoint",
        kind=FieldKind.TEXT,
        label=Message(gettext_noop("Address of another server")),
        help=Message(
            gettext_noop("Empty for Amazon. http only reaches servers in private networks that are open here.")
        ),
        is_required=False,
        check=check_endpoint,
    ),
    Field(
        name="checksums",
        kind=FieldKind.CHOICE,
        label=Message(gettext_noop("Checksums")),
        help=Message(gettext_noop("Choose the older ones only for a server that does not understand those of Amazon.")),
        default=Checksums.SUPPORTED.value,
        choices={
            Checksums.SUPPORTED.value: Message(gettext_noop("SHA-256 and CRC32, as Amazon has them")),
            Checksums.REQUIRED.value: Message(gettext_noop("Content-MD5 only")),
        },
        only_if=("endpoint",),
    ),
    Field(
        name="has_path_style",
        kind=FieldKind.TICK,
        label=Message(gettext_noop("The bucket stands in the path")),
        help=Message(gettext_noop("For servers that do not know the bucket as a part of the host's name.")),
        default=False,
        only_if=("endpoint",),
    ),
)

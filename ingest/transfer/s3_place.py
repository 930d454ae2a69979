"""Where in S3 a destination puts its files, and how it signs in."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ingest.transfer.base import Target
from ingest.transfer.hosts import Network
from ingest.transfer.names import is_temporary
from ingest.transfer.secret import Secret

_DAY_PREFIX: Final = "date="
MIB: Final = 1024 * 1024
SMALLEST_PART: Final = 5 * MIB  # what S3 takes for all parts but the last
_USUAL_PARTS: Final = 64
_USUAL_LARGEST_PART: Final = 16 * MIB  # so that four workers hold no more than 64 MiB
_MOST_PARTS: Final = 10_000


class Credentials(StrEnum):
    """Who signs the requests."""

    KEYS = "keys"
    MACHINE = "machine"


class Checksums(StrEnum):
    """How bytes are protected on their way: by the checksums S3 has had since 2022, or by Content-MD5 only."""

    SUPPORTED = "when_supported"
    REQUIRED = "when_required"


class Encryption(StrEnum):
    """How the bucket is asked to encrypt: as it does by itself, with a key of S3's, or with one of KMS."""

    BUCKET = "bucket"
    S3 = "AES256"
    KMS = "aws:kms"


@dataclass(frozen=True)
class Signing:
    """`key_id` and `secret` are empty with the machine's credentials; with `role` these are only used to take it on."""

    credentials: Credentials = Credentials.KEYS
    key_id: str = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    role: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class S3Place:
    """A folder in a bucket. `folder` is without slashes at its ends and may be empty; `endpoint` is empty at Amazon."""

    bucket: str
    region: str
    signing: Signing
    folder: str = ""
    endpoint: str = ""
    encryption: Encryption = Encryption.BUCKET
    kms_key: str = ""
    checksums: Checksums = Checksums.SUPPORTED
    has_path_style: bool = False
    private_networks: tuple[Network, ...] = ()

    def key(self, target: Target) -> str:
        """Where a part is kept: `<folder>/date=<day in UTC>/<name>`."""
        return f"{self.days}{target.day.isoformat()}/{target.name}"

    def temporary_key(self, name: str) -> str:
        """Where the connection test keeps its probe: outside of every day, so that no receiver takes it in."""
        return f"{self._base}{name}"

    def address(self, key: str) -> str:
        """The place as an administrator would look for it."""
        return f"s3://{self.bucket}/{key}"

    @property
    def days(self) -> str:
        """What the keys of all parts begin with."""
        return f"{self._base}{_DAY_PREFIX}"

    @property
    def _base(self) -> str:
        return f"{self.folder}/" if self.folder else ""

    def may_be_part(self, key: str) -> bool:
        """Whether a key has the shape that `key` makes."""
        day, slash, name = key.removeprefix(self.days).partition("/")
        return key.startswith(self.days) and len(day) == len("2026-01-31") and bool(slash and name) and "/" not in name

    def is_probe(self, key: str) -> bool:
        """Whether a key is one that `temporary_key` makes."""
        return key.startswith(self._base) and is_temporary(key.removeprefix(self._base))


def part_bytes(size: int) -> int:
    """How large the parts of a file of `size` bytes are: 64 of them, 5 to 16 MiB each, and never more than S3 takes."""
    usual = min(max(size // _USUAL_PARTS, SMALLEST_PART), _USUAL_LARGEST_PART)
    return max(usual, -(-size // _MOST_PARTS))

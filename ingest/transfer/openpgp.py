"""OpenPGP: a part sealed for the key of whoever it goes to (section 2 of the format)."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pysequoia import Cert, Tsk, encrypt, encrypt_file

from ingest.transfer.errors import Misconfigured, TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.words import in_fours

_PRIVATE_ARMOR: Final = re.compile(r"-----BEGIN PGP (PRIVATE|SECRET) KEY")
_CAUSE: Final = re.compile(r"^\d+: ")


@dataclass(frozen=True)
class PublicKey:
    """A public key as it was read; whether files can be sealed for it now is for `check` to say.

    `fingerprint`: capital digits without blanks. `names`: its user IDs, as its owner has written them. `expires_at` is
    None for one that has no such moment, and for one whose own signatures count no longer.
    """

    fingerprint: str
    names: tuple[str, ...]
    expires_at: datetime | None
    is_outdated: bool
    _certificate: Cert

    @property
    def grouped(self) -> str:
        """The fingerprint in groups of four, as people compare it."""
        return in_fours(self.fingerprint)

    def check(self, now: datetime) -> None:
        """Raise Misconfigured `seal.…` unless files can be sealed for it at `now` (with a zone)."""
        if self._certificate.is_revoked:
            raise failure("seal.revoked", fingerprint=self.grouped)
        if self.is_outdated:
            raise failure("seal.outdated", fingerprint=self.grouped)
        if self.expires_at is not None and self.expires_at <= now:
            raise failure("seal.expired", fingerprint=self.grouped, day=f"{self.expires_at:%Y-%m-%d}")
        try:
            encrypt(b"", recipients=[self._certificate], armor=False)
        except RuntimeError:
            raise failure("seal.cannot_encrypt", fingerprint=self.grouped) from None

    def seal(self, source: Path, target: Path) -> None:
        """Encrypt `source` into the new file `target`, as binary OpenPGP, reading and writing piece by piece.

        Raises OSError: that the key can encrypt is for `check`. No other thread of the process runs meanwhile.
        """
        try:
            encrypt_file(str(source), str(target), [self._certificate], armor=False)
        except RuntimeError as error:
            raise OSError(f"a part could not be encrypted: {innermost_reason(str(error))}") from None

    def __bytes__(self) -> bytes:
        """The key in binary, for a program that reads one."""
        return bytes(self._certificate)


def key_of(raw: bytes) -> PublicKey:
    """The one public key in what was given, armored or binary.

    Raises Misconfigured `seal.secret_key`, `seal.no_key`, `seal.several_keys`; nothing of what was given is in them.
    """
    if holds_secret_key(raw):
        raise failure("seal.secret_key")
    certificates = _split(raw)
    if not certificates:
        raise failure("seal.no_key")
    if len(certificates) != 1:
        raise failure("seal.several_keys", count=len(certificates))
    return _read(certificates[0])


def holds_secret_key(raw: bytes) -> bool:
    """Whether there is anything of a secret key in it, whatever its first line calls it."""
    if _PRIVATE_ARMOR.search(raw.decode("ascii", "replace")):
        return True
    try:
        return _PRIVATE_ARMOR.match(str(Tsk.from_bytes(raw))) is not None
    except RuntimeError:
        return False


def read_public_key(path: Path, *, now: datetime) -> PublicKey:
    """The public key in a file, armored or binary. Raises Misconfigured where it cannot be used at `now`, OSError."""
    raw = path.read_bytes()
    try:
        key = key_of(raw)
        key.check(now)
    except TransferFailure as problem:
        raise Misconfigured(f"{path.name} cannot be used to encrypt: {problem}", code=problem.code) from None
    return key


def innermost_reason(text: str) -> str:
    """The innermost of the library's causes, without the trace that it may append."""
    lines = text.partition("Stack backtrace")[0].split("\n")
    causes = [line.strip() for line in lines if line.strip()]
    return _CAUSE.sub("", causes[-1]) if causes else "RuntimeError"


def _split(raw: bytes) -> list[Cert]:
    try:
        return list(Cert.split_bytes(raw))
    except RuntimeError:
        return []


def _read(certificate: Cert) -> PublicKey:
    """What a key says of itself counts only under signatures that the library still takes; SHA-1 is none."""
    try:
        expires_at, is_outdated = certificate.expiration, False
    except RuntimeError:
        expires_at, is_outdated = None, True
    names = () if is_outdated else tuple(str(name) for name in certificate.user_ids)
    return PublicKey(certificate.fingerprint.upper(), names, expires_at, is_outdated, certificate)

"""OpenPGP: a part sealed for the key of the environment that it goes to (section 2 of the format)."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pysequoia import Cert, Tsk, encrypt, encrypt_file

from ingest.transfer.errors import Misconfigured

_PRIVATE_ARMOR = "-----BEGIN PGP PRIVATE KEY"


@dataclass(frozen=True)
class PublicKey:
    """A key that files can be sealed for."""

    fingerprint: str
    _certificate: Cert

    def seal(self, source: Path, target: Path) -> None:
        """Encrypt `source` into the new file `target`, as binary OpenPGP, reading and writing piece by piece.

        Raises OSError: that the key can encrypt was tried when it was read.
        """
        try:
            encrypt_file(str(source), str(target), [self._certificate], armor=False)
        except RuntimeError as error:
            raise OSError(f"a part could not be encrypted: {_reason(error)}") from None


def read_public_key(path: Path, *, now: datetime) -> PublicKey:
    """The public key in a file, armored or binary. Raises Misconfigured where it cannot be used at `now`, OSError."""
    raw = path.read_bytes()
    try:
        certificates = Cert.split_bytes(raw)
    except RuntimeError as error:
        raise _unusable(path, f"it holds no OpenPGP public key ({_reason(error)})") from None
    if len(certificates) != 1:
        raise _unusable(path, f"it holds {len(certificates)} keys, and one is expected")
    certificate = certificates[0]
    if str(Tsk.from_bytes(raw)).startswith(_PRIVATE_ARMOR):
        raise _unusable(path, "it holds a secret key, which must never leave its owner; export the public key instead")
    if certificate.is_revoked:
        raise _unusable(path, f"the key {certificate.fingerprint} was revoked by its owner")
    if certificate.expiration is not None and certificate.expiration <= now:
        raise _unusable(path, f"the key {certificate.fingerprint} expired on {certificate.expiration:%Y-%m-%d}")
    try:
        encrypt(b"", recipients=[certificate], armor=False)
    except RuntimeError as error:
        raise _unusable(
            path,
            f"the key {certificate.fingerprint} has no subkey that may encrypt ({_reason(error)}); ask its owner "
            "for one that has",
        ) from None
    return PublicKey(certificate.fingerprint, certificate)


def _reason(error: RuntimeError) -> str:
    """The innermost of the library's causes, without the trace that it may append."""
    lines = str(error).partition("Stack backtrace")[0].split("\n")
    causes = [line.strip() for line in lines if line.strip()]
    return re.sub(r"^\d+: ", "", causes[-1]) if causes else type(error).__name__


def _unusable(path: Path, reason: str) -> Misconfigured:
    return Misconfigured(f"{path.name} cannot be used to encrypt: {reason}.")

"""OpenPGP: a part sealed for the key of the environment that it goes to (section 2 of the format)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pysequoia import Cert, encrypt_file

from ingest.transfer.errors import Misconfigured


@dataclass(frozen=True)
class PublicKey:
    """A key that files can be sealed for."""

    fingerprint: str
    _certificate: Cert

    def seal(self, source: Path, target: Path) -> None:
        """Encrypt `source` into the new file `target`, as binary OpenPGP, reading and writing piece by piece.

        Raises Misconfigured when the key cannot encrypt.
        """
        try:
            encrypt_file(str(source), str(target), [self._certificate], armor=False)
        except RuntimeError as error:
            raise Misconfigured(
                f"The public key {self.fingerprint} cannot be used to encrypt ({error}). Ask its owner for a key "
                "with a valid encryption subkey."
            ) from error


def read_public_key(path: Path, *, now: datetime) -> PublicKey:
    """The public key in a file, armored or binary. Raises Misconfigured where it cannot be used at `now`, OSError."""
    raw = path.read_bytes()
    try:
        certificates = Cert.split_bytes(raw)
    except RuntimeError as error:
        raise _unusable(path, f"it holds no OpenPGP public key ({error})") from error
    if len(certificates) != 1:
        raise _unusable(path, f"it holds {len(certificates)} keys, and one is expected")
    certificate = certificates[0]
    if certificate.has_secret_keys:
        raise _unusable(path, "it holds a secret key, which must never leave its owner; export the public key instead")
    if certificate.is_revoked:
        raise _unusable(path, f"the key {certificate.fingerprint} was revoked by its owner")
    if certificate.expiration is not None and certificate.expiration <= now:
        raise _unusable(path, f"the key {certificate.fingerprint} expired on {certificate.expiration:%Y-%m-%d}")
    return PublicKey(certificate.fingerprint, certificate)


def _unusable(path: Path, reason: str) -> Misconfigured:
    return Misconfigured(f"{path.name} cannot be used to encrypt: {reason}.")

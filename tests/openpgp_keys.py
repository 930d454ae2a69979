"""OpenPGP keys of made-up receivers, as a program other than the product's own part makes them."""

import time
from datetime import UTC, datetime
from functools import cache

from pysequoia import Cert, Tsk


@cache
def secret_key(name: str = "receiver") -> Tsk:
    """A key pair that does not expire for three years."""
    return Tsk.generate(f"{name} <{name}@example.com>")


def public_key(name: str = "receiver") -> str:
    """The public part, as text."""
    return str(secret_key(name).extract_certificate())


def fingerprint(name: str = "receiver") -> str:
    """Capital digits in groups of four."""
    digits = secret_key(name).extract_certificate().fingerprint.upper()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


@cache
def expired_key() -> str:
    """A public key that was good for a second."""
    certificate = Tsk.generate("late <late@example.com>", validity_seconds=1).extract_certificate()
    assert certificate.expiration is not None
    while datetime.now(UTC) <= certificate.expiration:
        time.sleep(0.05)
    return str(certificate)


@cache
def expiring_key(days: int = 10) -> str:
    """A public key that is good for some days more."""
    return str(Tsk.generate("soon <soon@example.com>", validity_seconds=days * 86_400).extract_certificate())


@cache
def revoked_key() -> str:
    """A public key that its owner has revoked."""
    pair = secret_key("revoked")
    certificate = pair.extract_certificate()
    revocation = certificate.revoke(pair.certifier())
    return str(Cert.from_bytes(bytes(certificate) + bytes(revocation)))


def now() -> datetime:
    """For whoever has to say when."""
    return datetime.now(UTC)

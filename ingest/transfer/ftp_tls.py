"""Encryption to an FTP server: whose certificate is taken, and what is said of others."""

import hashlib
import ssl
from dataclasses import dataclass
from typing import Final

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure

# What OpenSSL calls the reasons (x509_vfy.h); whatever else is wrong with a chain, nobody known has signed it.
_REASONS: Final = {
    9: "tls.not_yet_valid",
    10: "tls.expired",
    18: "tls.self_signed",
    62: "tls.other_host",
    64: "tls.other_host",
}


@dataclass(frozen=True)
class Trust:
    """Which certificates are taken.

    `authority`: certificates in PEM that alone may have signed, the system's if empty. `fingerprint`: SHA-256 of the
    one certificate that is taken, whoever signed it, in lower-case digits; none if empty.
    """

    authority: str = ""
    fingerprint: str = ""
    is_tls12_only: bool = False

    def context(self) -> ssl.SSLContext:
        """For one connection and its data connections. Raises ssl.SSLError where the authority is no PEM."""
        context = ssl.create_default_context(cadata=self.authority or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.is_tls12_only:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        if self.fingerprint:
            # `verify` compares the one certificate right after the handshake: before a name, a password or a byte.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def verify(self, sock: ssl.SSLSocket, host: str) -> None:
        """After a handshake. Raises Misconfigured `tls.other_certificate`; without a fingerprint nothing is left."""
        if not self.fingerprint:
            return
        shown = sock.getpeercert(binary_form=True) or b""
        if hashlib.sha256(shown).hexdigest() != self.fingerprint:
            raise failure("tls.other_certificate", host=host)


def handshake_in_words(error: ssl.SSLError, host: str, port: int) -> TransferFailure:
    """Why no encrypted connection was made; TLS's own errors only, not those of the line under it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return failure(_REASONS.get(error.verify_code, "tls.unknown_authority"), host=host)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return failure("ftp.closed", host=host)
    return failure("tls.failed", host=host, port=port)

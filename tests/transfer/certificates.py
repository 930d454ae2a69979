"""Certificates for servers of tests: an authority of our own, and leaves that are right or wrong in one way."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

HOST = "localhost"


@dataclass(frozen=True)
class Certificate:
    """What a server shows, with its key, and what has to be trusted for it."""

    shown: x509.Certificate
    key: rsa.RSAPrivateKey
    authority: str

    @property
    def fingerprint(self) -> str:
        return self.shown.fingerprint(hashes.SHA256()).hex()

    def pem(self) -> str:
        return _pem(self.shown)

    def write(self, folder: Path) -> Path:
        """Certificate and key in one file, as servers read them."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        path = folder / "server.pem"
        path.write_bytes(key + self.pem().encode())
        path.chmod(0o600)
        return path


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@cache
def _key(_number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _authority() -> x509.Certificate:
    name = _name("A test's authority")
    builder = _builder(name, name, _key(0), days=(-1, 30))
    constraint = x509.BasicConstraints(ca=True, path_length=0)
    return builder.add_extension(constraint, critical=True).sign(_key(0), hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, *, days: tuple[int, int]
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now + timedelta(days=days[0])).not_valid_after(now + timedelta(days=days[1]))


@cache
def certificate(*, host: str = HOST, days: tuple[int, int] = (-1, 30), is_self_signed: bool = False) -> Certificate:
    """For `host` and this machine's address, valid from and until so many days from now."""
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == HOST:
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    issuer = _name(host) if is_self_signed else _authority().subject
    builder = _builder(_name(host), issuer, _key(1), days=days)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    shown = builder.sign(_key(1) if is_self_signed else _key(0), hashes.SHA256())
    return Certificate(shown, _key(1), "" if is_self_signed else _pem(_authority()))

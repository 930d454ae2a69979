"""Private keys as people have them: in OpenSSH's form or PEM, with a passphrase or without, or something else."""

import io
from typing import Final

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ingest.transfer.failures import failure
from ingest.transfer.secret import Secret

_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_PUBLIC: Final = ("ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-", "ssh-dss ", "-----BEGIN PUBLIC", "---- BEGIN SSH2 PUBLIC")
_OPENSSH: Final = "-----BEGIN OPENSSH PRIVATE KEY-----"


def private_key(key: Secret | None, passphrase: Secret | None) -> paramiko.PKey:
    """The key to sign in with: Ed25519, ECDSA on a NIST curve, or RSA.

    Raises Misconfigured `sftp.key_…` or `sftp.passphrase_wrong`, whose sentences hold nothing of key or passphrase.
    """
    if not key or not key.reveal().strip():
        raise failure("sftp.key_missing")
    # Pasted keys come with the line ends of a form and with blanks around them.
    text = "\n".join(line.strip() for line in key.reveal().strip().splitlines()) + "\n"
    if text.startswith("PuTTY-User-Key-File-"):
        raise failure("sftp.key_putty")
    if text.startswith(_PUBLIC):
        raise failure("sftp.key_public")
    return _for_paramiko(_loaded(text, passphrase.reveal() if passphrase else ""))


def _loaded(text: str, passphrase: str) -> object:
    load = serialization.load_ssh_private_key if _OPENSSH in text else serialization.load_pem_private_key
    data = text.encode("utf-8", "replace")
    try:
        try:
            return load(data, password=None)
        except TypeError:  # it is protected
            if not passphrase:
                raise failure("sftp.key_locked") from None
            return _unlocked(data, passphrase, is_openssh=_OPENSSH in text)
    except UnsupportedAlgorithm:
        raise failure("sftp.key_kind") from None
    except ValueError:
        raise failure("sftp.key_damaged") from None


def _unlocked(data: bytes, passphrase: str, *, is_openssh: bool) -> object:
    load = serialization.load_ssh_private_key if is_openssh else serialization.load_pem_private_key
    try:
        return load(data, password=passphrase.encode())
    except ValueError:
        raise failure("sftp.passphrase_wrong") from None


def _for_paramiko(loaded: object) -> paramiko.PKey:
    """In OpenSSH's form, which paramiko reads for all kinds; of PEM it reads some only."""
    kind: type[paramiko.PKey]
    match loaded:
        case ed25519.Ed25519PrivateKey():
            kind = paramiko.Ed25519Key
        case rsa.RSAPrivateKey():
            kind = paramiko.RSAKey
        case ec.EllipticCurvePrivateKey() if isinstance(loaded.curve, _CURVES):
            kind = paramiko.ECDSAKey
        case _:
            raise failure("sftp.key_kind")
    plain = loaded.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return kind.from_private_key(io.StringIO(plain.decode()))

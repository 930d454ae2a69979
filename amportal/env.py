"""Typed readers of environment variables; a malformed value stops the start and is named, but never shown."""

import base64
import binascii
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_ORIGIN = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?")
TRUTHS = {"true": True, "false": False}


class Environment:
    """Reads settings from `variables` (usually `os.environ`)."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def boolean(self, name: str, *, default: bool) -> bool:
        """`true` or `false` and nothing else: `yes`, `1` or a typing error must not quietly mean one of them."""
        text = self._variables.get(name)
        if text is None:
            return default
        if text not in TRUTHS:
            raise _malformed(name, "true or false")
        return TRUTHS[text]

    def choice(self, name: str, *, default: str, choices: tuple[str, ...]) -> str:
        """One of `choices`, written exactly so."""
        text = self._variables.get(name, default)
        if text not in choices:
            raise _malformed(name, f"one of {', '.join(choices)}")
        return text

    def whole(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number from `least` to `most`, in digits."""
        text = self._variables.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise _malformed(name, f"a whole number from {least} to {most}")
        return int(text)

    def text(self, name: str, *, default: str = "") -> str:
        """Any text without blanks around it; empty is the same as not set."""
        text = self._variables.get(name, default)
        if text != text.strip():
            raise _malformed(name, "a text without blanks around it")
        return text or default

    def path(self, name: str, *, default: Path) -> Path:
        """An absolute path."""
        text = self._variables.get(name)
        if text is None:
            return default
        if not Path(text).is_absolute():
            raise _malformed(name, "an absolute path")
        return Path(text)

    def paths(self, name: str, *, default: tuple[Path, ...]) -> tuple[Path, ...]:
        """Absolute paths separated by colons, as in PATH."""
        text = self._variables.get(name)
        if text is None:
            return default
        parts = tuple(Path(part) for part in text.split(":"))
        if not all(part.is_absolute() for part in parts):
            raise _malformed(name, "absolute paths separated by colons")
        return parts

    def origin(self, name: str, *, default: str) -> str:
        """The beginning of addresses: `https://portal.example.com`, perhaps with a port, and nothing behind it."""
        text = self._variables.get(name)
        if text is None:
            return default
        if not _ORIGIN.fullmatch(text):
            raise _malformed(name, "the beginning of an address, such as https://portal.example.com")
        return text.rstrip("/")

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks separated by commas, such as `10.1.0.0/16, fd12::/64`; none without it."""
        try:
            return tuple(ip_network(text.strip()) for text in self._variables.get(name, "").split(",") if text.strip())
        except ValueError:
            raise _malformed(name, "networks separated by commas, such as 10.1.0.0/16") from None

    def database(self, name: str, *, default: Path) -> dict[str, Any]:
        """Django's settings for `sqlite:////absolute/path` or `postgresql://user:password@host:5432/name?sslmode=require`.

        User, password and name may be percent-encoded; `NAME_FILE` may name a file that holds the address.
        """
        known = "sqlite:////absolute/path or postgresql://user:password@host:port/name"
        address = self.secret(name, least_characters=1, expected=known)
        if not address:
            return _sqlite(default)
        parts = urlsplit(address)
        if parts.scheme == "sqlite" and parts.path.startswith("//"):
            return _sqlite(Path(unquote(parts.path[1:])))
        if parts.scheme != "postgresql" or len(parts.path) < 2:
            raise _malformed(name, known)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }

    def names(self, name: str) -> tuple[str, ...]:
        """Names separated by commas; none when it is not set. An empty name or a blank inside one is an error."""
        text = self._variables.get(name)
        if text is None:
            return ()
        parts = tuple(part.strip() for part in text.split(","))
        if any(not part or len(part.split()) > 1 for part in parts):
            raise _malformed(name, "names separated by commas, such as portal.example.com,localhost")
        return parts

    def secret(self, name: str, *, least_characters: int, expected: str = "") -> str:
        """The secret in `NAME` or in the file that `NAME_FILE` names (less its last line end); else empty.

        `expected`: what the sentence about another one says, if it can say more than how long it must be.
        """
        text, path = self._variables.get(name), self._variables.get(f"{name}_FILE")
        if text is not None and path is not None:
            message = f"{name} and {name}_FILE are both set: keep one of them."
            raise ImproperlyConfigured(message)
        if path is not None:
            text = _read_secret(f"{name}_FILE", Path(path))
        if text is None:
            return ""
        if len(text) < least_characters or text != text.strip():
            raise _malformed(name, expected or f"at least {least_characters} characters without blanks around them")
        return text

    def key_ring(self, name: str) -> tuple[str, ...]:
        """Fernet keys, newest first, separated by commas, blanks or line ends, from `NAME` or `NAME_FILE`."""
        keys = tuple(self.secret(name, least_characters=44).replace(",", " ").split())
        if not all(map(_is_fernet_key, keys)):
            raise _malformed(name, "Fernet keys of 44 characters each, separated by commas, the newest first")
        return keys


def _is_fernet_key(text: str) -> bool:
    try:
        return len(text) == 44 and len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _sqlite(path: Path) -> dict[str, Any]:
    """SQLite for several processes that write.

    A transaction takes its lock at its start and waits for it: with SQLite's default of locking at the first write,
    8 processes that claimed 2,000 jobs saw 7,986 times "database is locked"; so they saw none.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def kept_secret(path: Path) -> str:
    """The secret that `scripts/run` keeps in a file, for commands that are started beside it; empty without one."""
    return _read_secret("the data folder", path) if path.is_file() else ""


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name} names a file that cannot be read as text ({type(error).__name__}): {path}"
        raise ImproperlyConfigured(message) from error


def _malformed(name: str, expected: str) -> ImproperlyConfigured:
    # the value is left out on purpose: it may be a secret that ended up in the wrong variable
    return ImproperlyConfigured(f"{name} is malformed: expected {expected}.")

"""Typed readers of environment variables; a malformed value stops the start and is named, but never shown."""

from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

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

    def names(self, name: str) -> tuple[str, ...]:
        """Names separated by commas; none when it is not set. An empty name or a blank inside one is an error."""
        text = self._variables.get(name)
        if text is None:
            return ()
        parts = tuple(part.strip() for part in text.split(","))
        if any(not part or len(part.split()) > 1 for part in parts):
            raise _malformed(name, "names separated by commas, such as portal.example.com,localhost")
        return parts

    def secret(self, name: str, *, least_characters: int) -> str:
        """The secret in `NAME` or in the file that `NAME_FILE` names (less its last line end); else empty."""
        text, path = self._variables.get(name), self._variables.get(f"{name}_FILE")
        if text is not None and path is not None:
            message = f"{name} and {name}_FILE are both set: keep one of them."
            raise ImproperlyConfigured(message)
        if path is not None:
            text = _read_secret(f"{name}_FILE", Path(path))
        if text is None:
            return ""
        if len(text) < least_characters or text != text.strip():
            raise _malformed(name, f"at least {least_characters} characters without blanks around them")
        return text


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name} names a file that cannot be read as text ({type(error).__name__}): {path}"
        raise ImproperlyConfigured(message) from error


def _malformed(name: str, expected: str) -> ImproperlyConfigured:
    # the value is left out on purpose: it may be a secret that ended up in the wrong variable
    return ImproperlyConfigured(f"{name} is malformed: expected {expected}.")

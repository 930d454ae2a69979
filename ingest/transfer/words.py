"""Sentences for people, kept so that whoever shows them can translate them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """A sentence: `text` is the template that was marked with `gettext_noop`, `params` fill its `%(name)s`.

    `str()` gives it in English; a page gives `gettext(message.text) % message.params`. A template without parameters
    is shown as it is, so a per cent sign in one stands for itself.
    """

    text: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


def in_fours(digits: str) -> str:
    """A fingerprint in groups of four, as people compare it."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))

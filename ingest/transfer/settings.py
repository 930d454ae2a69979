"""What an administrator fills in for a destination: fields as data, and how forms and rows are read by them."""

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.errors import Misconfigured
from ingest.transfer.host_names import check_host_name
from ingest.transfer.secret import Secret
from ingest.transfer.words import Message

Value = str | int | bool
"""What a field that is no secret holds, as JSON has it."""


class FieldKind(Enum):
    """What a field holds, and how a form asks for it."""

    TEXT = "text"
    FOLDER = "folder"
    HOST = "host"
    NUMBER = "number"
    TICK = "tick"
    CHOICE = "choice"
    LINES = "lines"  # several lines that may be seen, such as a certificate
    PUBLIC_KEY = "public_key"  # an OpenPGP key that files are encrypted for
    SECRET = "secret"  # noqa: S105 - the name of a kind
    KEY = "key"  # a secret of several lines


@dataclass(frozen=True)
class Field:
    """One answer. `default` stands for an empty one and makes it optional; a CHOICE is one of `choices`, by value.

    `check` says what is wrong with a value of the right kind, or None. Secrets are kept apart from the other settings.
    `only_if`: the name of an earlier field that is no secret, and the values with which this one matters, none for any
    that is not empty; with another value there, this one is neither asked for nor kept.
    """

    name: str
    kind: FieldKind
    label: Message
    help: Message
    is_required: bool = True
    default: Value | None = None
    choices: Mapping[str, Message] = field(default_factory=dict)
    check: Callable[[Value], Message | None] = lambda _value: None
    only_if: tuple[str, *tuple[Value, ...]] | None = None

    @property
    def is_secret(self) -> bool:
        """Whether it is written once, encrypted, and never shown."""
        return self.kind in {FieldKind.SECRET, FieldKind.KEY}


class SettingsError(Misconfigured):
    """Settings that cannot be used; `problems` says of each field what is wrong, everything at once."""

    code = "settings.unusable"

    def __init__(self, problems: Mapping[str, Message]) -> None:
        reasons = " ".join(f"{name}: {problem}" for name, problem in problems.items())
        super().__init__(
            gettext_noop("The settings of the destination cannot be used. %(reasons)s"),
            params={"reasons": reasons},
            what_to_do=gettext_noop("An administrator must correct the destination."),
        )
        self.problems = MappingProxyType(dict(problems))

    def __reduce__(self) -> tuple[type["SettingsError"], tuple[dict[str, Message]]]:  # type: ignore[override]
        return SettingsError, (dict(self.problems),)


_MISSING: Final = Message(gettext_noop("Fill this in."))
_UNKNOWN: Final = Message(gettext_noop("There is no such setting. Leave it out."))
_NOT_HERE: Final = Message(gettext_noop("This is a secret and must not be kept with the other settings."))
_WRONG: Final = {
    FieldKind.NUMBER: Message(gettext_noop("Give a whole number.")),
    FieldKind.TICK: Message(gettext_noop("Say yes or no.")),
    FieldKind.CHOICE: Message(gettext_noop("Choose one of the values that are offered.")),
    FieldKind.LINES: Message(gettext_noop("Give a text without control characters.")),
    FieldKind.PUBLIC_KEY: Message(gettext_noop("Give a text without control characters.")),
}
_NO_TEXT: Final = Message(gettext_noop("Give a text without line breaks and other control characters."))

_NO_KEY: Final = Message(gettext_noop("Give the text of the key alone: there are control characters in this one."))


def read_fields(fields: tuple[Field, ...], given: Mapping[str, object]) -> dict[str, Value]:
    """The settings with defaults filled in, in the order of the fields. Raises SettingsError with everything wrong."""
    open_fields = {asked.name: asked for asked in fields if not asked.is_secret}
    secret = {asked.name for asked in fields} - open_fields.keys()
    problems = {name: _NOT_HERE if name in secret else _UNKNOWN for name in given if name not in open_fields}
    values: dict[str, Value] = {}
    applying = {asked.name for asked in applying_fields(fields, given)}
    for name, asked in open_fields.items():
        if name not in applying:
            continue
        for outcome in _read(asked, given.get(name)):
            if isinstance(outcome, Message):
                problems[name] = outcome
            else:
                values[name] = outcome
    if problems:
        raise SettingsError(problems)
    return values


def all_values(fields: tuple[Field, ...], given: Mapping[str, object]) -> dict[str, object]:
    """What `read_fields` gives, and beside it what stands in fields that do not apply, or their defaults.

    A field that begins to depend on another one changes nothing of this. Raises SettingsError.
    """
    idle = {asked.name: asked for asked in fields if not asked.is_secret}
    values = {name: _value_or_default(asked, given.get(name)) for name, asked in idle.items()}
    return {name: value for name, value in values.items() if value is not None} | read_fields(fields, given)


def applying_fields(fields: Sequence[Field], given: Mapping[str, object]) -> tuple[Field, ...]:
    """The fields that matter with these answers, secrets among them; an answer that is missing is the default."""
    by_name = {asked.name: asked for asked in fields}
    return tuple(asked for asked in fields if _applies(asked, by_name, given))


def _applies(asked: Field, by_name: Mapping[str, Field], given: Mapping[str, object]) -> bool:
    if asked.only_if is None:
        return True
    name, *wanted = asked.only_if
    answer = _value_or_default(by_name[name], given.get(name))
    return _applies(by_name[name], by_name, given) and (answer in wanted if wanted else answer is not None)


def secret_problems(
    fields: Sequence[Field], given: Mapping[str, object], *, typed: Mapping[str, Secret], kept: Collection[str]
) -> dict[str, Message]:
    """What is wrong with the secrets that were typed, and which ones are missing; `kept` are there already."""
    problems = {}
    for asked in applying_fields(fields, given):
        if not asked.is_secret:
            continue
        if asked.name in typed:
            problem = _wrong_text(asked, typed[asked.name].reveal()) or asked.check(typed[asked.name].reveal())
        else:
            problem = _MISSING if asked.is_required and asked.name not in kept else None
        if problem is not None:
            problems[asked.name] = problem
    return problems


def _wrong_text(asked: Field, text: str) -> Message | None:
    """A line end in a password would be a second command in some protocols."""
    allowed = "\n\t" if asked.kind is FieldKind.KEY else ""
    has_control = any(unicodedata.category(letter) == "Cc" and letter not in allowed for letter in text)
    if not has_control:
        return None
    return _NO_KEY if asked.kind is FieldKind.KEY else _NO_TEXT


def _value_or_default(asked: Field, given: object) -> object:
    return asked.default if given is None or given == "" else given


def _read(asked: Field, given: object) -> Iterator[Value | Message]:
    """The value or what is wrong with it; nothing for an optional field without one."""
    value = _value_or_default(asked, given)
    if value is None:
        if asked.is_required:
            yield _MISSING
        return
    if not isinstance(value, str | int | bool):
        yield _WRONG.get(asked.kind, _NO_TEXT)
        return
    yield _of_wrong_kind(asked, value) or _no_host(asked, value) or asked.check(value) or value


def _no_host(asked: Field, value: Value) -> Message | None:
    return check_host_name(str(value)) if asked.kind is FieldKind.HOST else None


def _of_wrong_kind(asked: Field, value: Value) -> Message | None:
    match asked.kind:
        case FieldKind.NUMBER:
            is_right = isinstance(value, int) and not isinstance(value, bool)
        case FieldKind.TICK:
            is_right = isinstance(value, bool)
        case FieldKind.CHOICE:
            is_right = value in asked.choices
        case FieldKind.LINES | FieldKind.PUBLIC_KEY:
            is_right = isinstance(value, str) and all(line.isprintable() for line in value.splitlines())
        case _:
            is_right = isinstance(value, str) and value.isprintable()
    return None if is_right else _WRONG.get(asked.kind, _NO_TEXT)

"""A destination: name, environment, and the fields that its way of sending asks for."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.forms.destination_fields import open_field, removal_field, secret_field
from ingest.forms.widgets import RadioCards
from ingest.models import Destination, Environment
from ingest.services.destination_secrets import Changes, Kept
from ingest.services.destinations import said
from ingest.transfer.openpgp import holds_secret_key
from ingest.transfer.presets import ENVIRONMENT_NOTES
from ingest.transfer.presets import Environment as Place
from ingest.transfer.registry import Field, FieldKind, method_named
from ingest.transfer.seal_field import SEAL_KEY
from ingest.transfer.secret import Secret
from ingest.transfer.settings import applying_fields

SECRET_PREFIX: Final = "secret_"  # noqa: S105 - the beginning of the names of fields
RETYPE: Final = "retype"
_AGAIN = _("Type this again: %(field)s. What you typed is not shown or kept on a page")
_BOTH = _("Either type something or tick that it is removed, not both")

ENVIRONMENT_STAYS: Final = _(
    "Files were sent or decided on under this environment. Make a new destination for the other one."
)


class DestinationForm(PortalForm):
    """The method's own fields are named `config_…`, secrets `secret_…`, ticks that remove one `remove_…`.

    Secrets never come back to a page. `retype` in what is sent names those that had been typed: left empty they would
    mean “keep what is set”, so they are asked for again.
    """

    name = forms.CharField(
        label=_("Name"), help_text=_("As people choose it, such as Beta folder."), max_length=100,
        error_messages={"required": _("Enter a name")},
    )  # fmt: skip
    environment = forms.ChoiceField(
        label=_("Environment"), choices=Environment.choices, error_messages={"required": _("Choose an environment")}
    )
    pickup = forms.ChoiceField(
        label=_("How does the receiver show that it has picked a file up?"), required=False,
        choices=Destination.Pickup.choices,
        help_text=_("Where it does, the timeline of each transfer says when that was."),
    )  # fmt: skip
    most_at_once = forms.IntegerField(
        label=_("Files at once"), required=False, min_value=1, max_value=16,
        help_text=_("So many files of one transfer are sent side by side, from 1 to 16."),
        error_messages={
            "invalid": _("Enter a whole number from 1 to 16"), "min_value": _("Enter a number from 1 on"),
            "max_value": _("Enter at most 16"),
        },
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Offer it for new transfers"), required=False)

    hide_optional = True  # the registry says what is missing, and in better words

    def __init__(
        self, *args: Any, method: str, kept: Mapping[str, Kept] | None = None, is_paused: bool = False,
        used_for: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        """`used_for`: the environment under which files were sent already, which stays what it is."""
        super().__init__(*args, **kwargs)
        self.method = method_named(method)
        fixed = {place.value: ENVIRONMENT_STAYS for place in Place if used_for and place.value != used_for}
        hints = {place.value: said(ENVIRONMENT_NOTES[place]) for place in Place}
        self.fields["environment"] = forms.ChoiceField(
            label=_("Environment"), choices=Environment.choices, widget=RadioCards(hints=hints, disabled=fixed),
            error_messages={"required": _("Choose an environment")},
        )  # fmt: skip
        asked = dict(self._asked(kept or {}))
        self.fields |= asked
        if is_paused:  # it is resumed by a button of its own, never by a form that was opened before
            del self.fields["is_active"]
        self.order_fields(["name", "environment", *asked])

    @property
    def method_name(self) -> str:
        """What the way of sending is called."""
        return said(self.method.label)

    def _asked(self, kept: Mapping[str, Kept]) -> Iterator[tuple[str, forms.Field]]:
        for field in self.method.fields:
            if not field.is_secret:
                yield f"config_{field.name}", open_field(field)
                continue
            yield f"{SECRET_PREFIX}{field.name}", secret_field(field, kept.get(field.name))
            if field.name in kept:
                yield f"remove_{field.name}", removal_field(field)

    def clean(self) -> dict[str, Any]:
        """What does not apply is not judged; a secret that was lost with a page is asked for."""
        cleaned = super().clean() or self.cleaned_data
        applying = {field.name for field in applying_fields(self.method.fields, self._config(cleaned))}
        for field in self.method.fields:
            if field.name not in applying:
                for name in _names_of(field):
                    self.errors.pop(name, None)
            elif field.is_secret:
                self._judge_secret(field, cleaned)
        return cleaned

    def _judge_secret(self, field: Field, cleaned: Mapping[str, Any]) -> None:
        name = f"{SECRET_PREFIX}{field.name}"
        typed, is_removed = cleaned.get(name), cleaned.get(f"remove_{field.name}")
        if typed and is_removed:
            self.add_error(name, str(_BOTH))
        elif name in self._lost and not typed and not is_removed and name not in self.errors:
            self.add_error(name, self._again(name))

    @cached_property
    def _lost(self) -> frozenset[str]:
        """Secrets that were typed on an earlier page of this answer."""
        return frozenset(self.data.getlist(RETYPE) if hasattr(self.data, "getlist") else ())

    @property
    def retype(self) -> list[str]:
        """Names of the secrets that were typed, now or before, for the next page to name again."""
        names = [f"{SECRET_PREFIX}{field.name}" for field in self.method.fields if field.is_secret]
        return [name for name in names if self.is_bound and (self.data.get(name) or name in self._lost)]

    @property
    def typed_fields(self) -> list[forms.BoundField]:
        """The secrets that were typed, empty: a page that asks once more before it saves asks for them, too."""
        typed = [self[name] for name in self.retype]
        for field in typed:
            field.help_text = ""  # that it may be left empty is not true there
        return typed

    @property
    def carried_fields(self) -> list[forms.BoundField]:
        """All others, as they were answered."""
        return [field for field in self if not field.name.startswith(SECRET_PREFIX)]

    def ask_again(self) -> None:
        """Say beside every secret that was typed that it has to be typed again: this page has other problems."""
        for name in self.retype:
            if name not in self.errors:
                self.add_error(name, self._again(name))

    def _again(self, name: str) -> str:
        return str(_AGAIN) % {"field": self.fields[name].label}

    @property
    def values(self) -> dict[str, Any]:
        """The fields of a destination."""
        given = self.cleaned_data
        kept: dict[str, Any] = {name: given[name] for name in ("name", "environment", "is_active") if name in given}
        kept |= {name: given[name] for name in ("pickup", "most_at_once") if given.get(name)}
        config = self._config(given)
        applying = {field.name for field in applying_fields(self.method.fields, config)}
        chosen = {name: value for name, value in config.items() if name in applying}
        return {**kept, "method": self.method.name, "config": chosen}

    @property
    def secrets(self) -> Changes:
        """What was typed and ticked."""
        given = self.cleaned_data
        fields = [field for field in self.method.fields if field.is_secret]
        typed = {field.name: _secret(field, given.get(f"{SECRET_PREFIX}{field.name}") or "") for field in fields}
        removed = frozenset(field.name for field in fields if given.get(f"remove_{field.name}"))
        return Changes({name: secret for name, secret in typed.items() if secret}, removed)

    def _config(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        return {
            field.name: _as_kept(field, cleaned.get(f"config_{field.name}"))
            for field in self.method.fields
            if not field.is_secret
        }

    def tell(self, problems: Mapping[str, str]) -> None:
        """Put what the registry says to the fields, and what fits none to the whole."""
        for name, sentence in problems.items():
            field = next(
                (known for known in (f"config_{name}", f"{SECRET_PREFIX}{name}") if known in self.fields), None
            )
            self.add_error(
                field, sentence if field else gettext("%(name)s: %(what)s") % {"name": name, "what": sentence}
            )


class HostKeyForm(PortalForm):
    """The fingerprint of a server's key, as the connection test found it."""

    fingerprint = forms.CharField(max_length=200)


def _names_of(field: Field) -> tuple[str, ...]:
    return f"config_{field.name}", f"{SECRET_PREFIX}{field.name}", f"remove_{field.name}"


def _as_kept(field: Field, value: Any) -> Any:
    """Browsers send other line ends than a program that enters a key; the same key must not look like another one."""
    return "\n".join(value.splitlines()) if value and field.kind is FieldKind.PUBLIC_KEY else value


def may_be_kept(name: str, text: str) -> bool:
    """Whether what was typed into a field of this name may wait in the session until somebody has signed in again."""
    return name != f"config_{SEAL_KEY}" or not holds_secret_key(text.encode())


def _secret(field: Field, text: str) -> Secret:
    """Browsers send keys with line ends of their own; programs that read keys want LF, the last one, too."""
    if field.kind is not FieldKind.KEY or not text.strip():
        return Secret(text if field.kind is not FieldKind.KEY else "")
    return Secret("\n".join(text.strip().splitlines()) + "\n")

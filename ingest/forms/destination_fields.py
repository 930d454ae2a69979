"""Fields of a way of sending, as fields of a form. What is wrong with them the registry says."""

import re
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.services.destination_secrets import Kept
from ingest.services.destinations import said
from ingest.services.phrases import listed
from ingest.transfer.openpgp import holds_secret_key
from ingest.transfer.settings import Field, FieldKind

LONGEST_SECRET, LONGEST_KEY, LONGEST_TEXT, LONGEST_LINES = 1_000, 20_000, 1_000, 50_000
_NOT_REMEMBERED: Final = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
_NUMBER_WORDS: Final = {
    "invalid": gettext_lazy("Give a whole number."),
    "max_value": gettext_lazy("Give a number of %(limit_value)s or less"),
    "min_value": gettext_lazy("Give a number of %(limit_value)s or more"),
}


class SecretText(forms.Textarea):
    """A secret of several lines, which never comes back to the page."""

    def format_value(self, _value: Any) -> str:
        """Nothing, whatever was typed."""
        return ""


class PublicKeyText(forms.Textarea):
    """A public key. A secret one that was pasted by mistake never comes back to the page."""

    def format_value(self, value: Any) -> str | None:
        """The text, unless it holds a secret key."""
        return "" if value and holds_secret_key(str(value).encode()) else super().format_value(value)


def open_field(field: Field) -> forms.Field:
    """A field whose value may be seen."""
    words: dict[str, Any] = {"label": said(field.label), "help_text": _hint(field), "required": False}
    match field.kind:
        case FieldKind.NUMBER:
            numbers: dict[str, Any] = {"min_value": 0, "max_value": 2**53, "error_messages": dict(_NUMBER_WORDS)}
            made: forms.Field = forms.IntegerField(**numbers, **words)
        case FieldKind.TICK:
            made = forms.BooleanField(**words)
        case FieldKind.CHOICE:
            offered = [(key, said(label)) for key, label in field.choices.items()]
            blank = [] if field.default is not None else [("", _("Choose"))]
            made = forms.ChoiceField(choices=[*blank, *offered], **words)
        case FieldKind.LINES:
            made = forms.CharField(max_length=LONGEST_LINES, widget=forms.Textarea(attrs={"rows": 6}), **words)
        case FieldKind.PUBLIC_KEY:
            widget = PublicKeyText(attrs={"rows": 6, **_NOT_REMEMBERED})
            made = forms.CharField(max_length=LONGEST_LINES, widget=widget, **words)
        case _:
            made = forms.CharField(max_length=LONGEST_TEXT, **words)
    made.initial = field.default
    return _depending(made, field)


def secret_field(field: Field, kept: Kept | None) -> forms.Field:
    """A field that is empty on every page; beside it stands whether there is a secret, and since when."""
    words: dict[str, Any] = {
        "label": said(field.label), "help_text": _kept_words(said(field.help), kept), "required": False, "strip": False,
    }  # fmt: skip
    if field.kind is FieldKind.KEY:
        widget = SecretText(attrs={"rows": 6, "class": "masked", **_NOT_REMEMBERED})
        made = forms.CharField(widget=widget, max_length=LONGEST_KEY, **words)
    else:
        masked = forms.PasswordInput(attrs=_NOT_REMEMBERED, render_value=False)
        made = forms.CharField(widget=masked, max_length=LONGEST_SECRET, **words)
    return _depending(made, field)


def removal_field(field: Field) -> forms.Field:
    """The tick that removes a secret."""
    label = _("Remove what is set: %(field)s") % {"field": said(field.label)}
    return _depending(forms.BooleanField(label=label, required=False), field)


def _depending(made: forms.Field, field: Field) -> forms.Field:
    """A page with JavaScript shows it only where it matters: where the other answer fits the pattern."""
    if field.only_if is not None:
        name, *wanted = field.only_if
        answers = "|".join(str(one).lower() if isinstance(one, bool) else re.escape(str(one)) for one in wanted)
        made.widget.attrs |= {"data-only-if": f"config_{name}", "data-only-if-value": f"^({answers or '.+'})$"}
    return made


def _hint(field: Field) -> str:
    if field.kind is not FieldKind.FOLDER:
        return said(field.help)
    roots = listed(map(str, settings.LOCAL_ROOTS))
    return _("%(hint)s Here that is below %(roots)s.") % {"hint": said(field.help), "roots": roots}


def _kept_words(hint: str, kept: Kept | None) -> SafeString | str:
    if kept is None:
        return hint
    if not kept.is_readable:
        state = _("It is set, but the portal can no longer read it: enter it anew.")
    else:
        at = formats.date_format(timezone.localtime(kept.changed_at), "DATETIME_FORMAT", use_l10n=True)
        words = {"moment": at, "name": kept.changed_by}
        if kept.changed_by:
            state = _("It is set, last changed on %(moment)s by %(name)s. Leave this empty to keep it.") % words
        else:
            state = _("It is set, last changed on %(moment)s. Leave this empty to keep it.") % words
    return format_html_join(" ", "{}", ((hint,), (format_html("<strong>{}</strong>", state),)))

"""The changes that values go through before they are sent: a short ordered list of fields."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.crm.mapping import TransformName
from ingest.services.column_details import NAMED_CHANGES

FEWEST: Final = 3
MOST: Final = 12
CHANGES: Final = (
    ("", gettext_lazy("No change")),
    (TransformName.LOWER.value, NAMED_CHANGES[TransformName.LOWER]),
    (TransformName.UPPER.value, NAMED_CHANGES[TransformName.UPPER]),
    (TransformName.DIGITS.value, NAMED_CHANGES[TransformName.DIGITS]),
    (TransformName.STRIP_LEADING_ZEROS.value, NAMED_CHANGES[TransformName.STRIP_LEADING_ZEROS]),
    (TransformName.DATE_ISO.value, NAMED_CHANGES[TransformName.DATE_ISO]),
    ("replace", gettext_lazy("Replace … by …")),
    ("prefix", gettext_lazy("Put in front …")),
    ("pad_left", gettext_lazy("Fill up to … characters with …")),
    (TransformName.EMAIL_SHA256.value, NAMED_CHANGES[TransformName.EMAIL_SHA256]),
    (TransformName.SHA256.value, NAMED_CHANGES[TransformName.SHA256]),
)
_WIDEST: Final = 1000
_TEXT: Final = {"class": "short", "autocomplete": "off"}


def change_fields(count: int) -> dict[str, forms.Field]:
    """The fields of `count` changes: what is done, and up to two texts that it needs."""
    fields: dict[str, forms.Field] = {}
    for place in range(count):
        number = {"number": place + 1}
        fields[f"t{place}_what"] = forms.ChoiceField(
            label=_("Change %(number)s") % number, choices=CHANGES, required=False,
            error_messages={"invalid_choice": _("Choose one of the changes that are offered")},
        )  # fmt: skip
        for name, label in (("a", _("Text of change %(number)s")), ("b", _("Second text of change %(number)s"))):
            fields[f"t{place}_{name}"] = forms.CharField(
                label=label % number, required=False, strip=False, max_length=200, widget=forms.TextInput(attrs=_TEXT),
                error_messages={"max_length": _("The text is too long: it may have 200 characters")},
            )  # fmt: skip
    return fields


def how_many(data: Mapping[str, Any] | None, transforms: Iterable[Any]) -> int:
    """How many changes the page has room for."""
    if data is None:
        return min(max(FEWEST, len(list(transforms)) + 1), MOST)
    return max([FEWEST, *(place + 1 for place in range(MOST) if f"t{place}_what" in data)])


def initial_of(transforms: Iterable[Any]) -> dict[str, Any]:
    """What the fields hold for the transforms of a mapping."""
    values: dict[str, Any] = {}
    for place, transform in enumerate(transforms):
        if isinstance(transform, str):
            values[f"t{place}_what"] = transform
            continue
        ((what, details),) = transform.items()
        texts = details if isinstance(details, list) else [details]
        values[f"t{place}_what"] = what
        values |= dict(zip((f"t{place}_a", f"t{place}_b"), texts, strict=False))
    return values


def transforms_of(form: forms.Form) -> list[Any]:
    """The transforms as the mapping document writes them; what is wrong with one is said at its fields."""
    found: list[Any] = []
    for place in range(MOST):
        what = form.cleaned_data.get(f"t{place}_what", "")
        if what:
            texts = [form.cleaned_data.get(f"t{place}_{name}", "") for name in ("a", "b")]
            found.append(_document(form, place, what, texts))
    if {TransformName.LOWER.value, TransformName.UPPER.value} <= {one for one in found if isinstance(one, str)}:
        form.add_error("t0_what", _("Choose small letters or capital letters, not both"))
    return found


def _document(form: forms.Form, place: int, what: str, texts: list[str]) -> Any:
    match what:
        case "replace":
            if not texts[0]:
                form.add_error(f"t{place}_a", _("Write what is to be replaced"))
            return {what: texts}
        case "prefix":
            if not texts[0]:
                form.add_error(f"t{place}_a", _("Write what goes in front"))
            return {what: texts[0]}
        case "pad_left":
            return {what: [_width(form, place, texts[0]), _fill(form, place, texts[1])]}
        case _:
            return what


def _width(form: forms.Form, place: int, text: str) -> int:
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= _WIDEST:
        return int(text)
    form.add_error(f"t{place}_a", _("Write how many characters there shall be, from 1 to 1,000"))
    return 1


def _fill(form: forms.Form, place: int, text: str) -> str:
    if len(text) != 1:
        form.add_error(f"t{place}_b", _("Write the one character to fill up with, such as 0"))
    return text

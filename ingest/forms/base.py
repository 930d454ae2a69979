"""The form that all others are: checked by the server only, without an asterisk or a colon."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

# What no page offers or asks for is answered in our words as well, where a field has no sentence of its own.
_BY_VALIDATORS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "max_length": _("Say it in %(limit_value)d characters or fewer; these are %(show_value)d"),
        "null_characters_not_allowed": _("Type this anew: there is a character in it that ends a text"),
    }
)
_BY_FIELDS: Final = (
    ("required", (forms.Field,), _("Answer this as well")),
    ("invalid_choice", (forms.ChoiceField, forms.MultipleChoiceField), _("Choose one of the answers that are offered")),
)


class PortalForm(forms.Form):
    """Browsers don't judge (`required` stays out of the page): the server's sentences are the only ones."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """Check everything, in our words."""
        for field in self.fields.values():
            _say(field)
        super().full_clean()


def _say(field: forms.Field) -> None:
    for code, sentence in _BY_VALIDATORS.items():
        field.error_messages.setdefault(code, sentence)
    for code, kinds, sentence in _BY_FIELDS:
        if any(field.error_messages.get(code) is kind.default_error_messages[code] for kind in kinds):
            field.error_messages[code] = sentence

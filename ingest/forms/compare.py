"""Which transfers are compared; everything stands in the address."""

import re
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm

_REFERENCE: Final = re.compile(r"\s*(?:[Tt]-?)?([1-9][0-9]{0,8})\s*")
_MOST: Final = 10
_LOOKS: Final = _("Enter a reference such as T-42")


class CompareForm(PortalForm):
    """The reference of the other transfer. The address may name several by `of`, as ticked boxes of the history do."""

    of = forms.CharField(
        label=_("Reference of the other transfer"), max_length=20, required=False,
        error_messages={"max_length": _LOOKS},
        help_text=_("It stands beside the name in the history, such as T-42."),
    )  # fmt: skip

    @property
    def numbers(self) -> list[int]:
        """The numbers in the address, without repeats; what is no reference is left out, and said."""
        given = self.data.getlist("of") if isinstance(self.data, QueryDict) else []
        found = [_REFERENCE.fullmatch(text) for text in given[:_MOST] if text.strip() or len(given) > 1]
        if not all(found):
            self.add_error("of", _LOOKS)
        return list(dict.fromkeys(int(match[1]) for match in found if match))

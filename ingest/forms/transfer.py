"""What is asked on the page of one transfer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.forms.widgets import RadioCards
from ingest.models import Destination


class ProductionForm(PortalForm):
    """Where in production the same bytes go."""

    def __init__(self, *args: Any, destinations: list[Destination], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by_key = {str(destination.pk): destination for destination in destinations}
        choices = [(key, destination.name) for key, destination in self._by_key.items()]
        self.fields["destination"] = forms.ChoiceField(
            label=_("Production destination"), choices=choices, widget=RadioCards(),
            error_messages={
                "required": _("Choose where the files go"),
                "invalid_choice": _("Choose where the files go: that destination is not offered any more"),
            },
        )  # fmt: skip
        if len(choices) == 1:
            self.initial["destination"] = choices[0][0]

    @property
    def chosen(self) -> Destination:
        """The chosen one."""
        return self._by_key[self.cleaned_data["destination"]]

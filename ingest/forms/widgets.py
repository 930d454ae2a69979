"""Fields that Django has not: choices as cards with their consequences."""

from collections.abc import Mapping
from typing import Any

from django import forms


class _Cards(forms.widgets.ChoiceWidget):
    """`hints` and `disabled` are by the value of the choice; what `disabled` says is why it can't be chosen."""

    def __init__(
        self, *, hints: Mapping[str, Any] | None = None, disabled: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.hints = dict(hints or {})
        self.disabled = dict(disabled or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django's option, with its hint, or with the reason why it is out of reach."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        key = str(value)
        option["hint"] = self.disabled.get(key) or self.hints.get(key, "")
        if option["hint"] and "id" in option["attrs"]:
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        if key in self.disabled:
            option["attrs"]["disabled"] = True
        return option


class RadioCards(_Cards, forms.RadioSelect):
    """One of a few, side by side with its consequences."""


class CheckboxCards(_Cards, forms.CheckboxSelectMultiple):
    """Several of a few."""

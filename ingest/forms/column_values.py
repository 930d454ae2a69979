"""Tables of values: what each value of a column is sent as, or which traits it gives and takes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from ingest.services.column_values import changed_by, values_of
from ingest.services.columns import Row

_MOST: Final = 400
_BETWEEN: Final = re.compile(r"[,;\s]+")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,14}")
_ANSWERS: Final = ("to", "add", "remove")


@dataclass(frozen=True)
class Value:
    """One line of the table: the value, how many of the first rows have it (None: none of them), what is answered.

    `is_exact`: it stands in the mapping as it is, and no change is applied to it.
    """

    text: str
    rows: int | None
    answers: Mapping[str, str]
    is_exact: bool = False


def kept_values(row: Row, entry: Mapping[str, Any]) -> list[Value]:
    """The lines of the page as it is shown first: the column's values with what the mapping says about them."""
    changed = changed_by(entry.get("transforms", []))
    said = {value: _said(answer) for value, answer in entry.get("values", {}).items()}
    found = [(text, rows, changed(text)) for text, rows in values_of(row.look, entry.get("split", ""))]
    lines = [Value(text, rows, said.get(key, {})) for text, rows, key in found]
    keys = {key for _text, _rows, key in found}
    return [*lines, *(Value(text, None, answers, is_exact=True) for text, answers in said.items() if text not in keys)]


def _said(answer: Any) -> dict[str, str]:
    if isinstance(answer, str):
        return {"to": answer}
    return {name: ", ".join(map(str, answer.get(name, ()))) for name in ("add", "remove")}


def sent_values(row: Row, data: Mapping[str, Any], split: str) -> list[Value]:
    """The lines of a page that was sent: the values for this separator, and whatever else was answered."""
    sent = {value.text: value for value in _sent(data)}
    lines = []
    for text, rows in values_of(row.look, split):
        known = sent.pop(text, None)
        lines.append(Value(text, rows, known.answers if known else {}))
    others = (value for value in sent.values() if any(value.answers.values()))
    return [*lines, *(Value(value.text, None, value.answers, is_exact=True) for value in others)]


def _sent(data: Mapping[str, Any]) -> Iterable[Value]:
    for place in range(_MOST):
        if f"v{place}_from" in data:
            answers = {name: str(data.get(f"v{place}_{name}", "")) for name in _ANSWERS}
            yield Value(str(data[f"v{place}_from"]), None, answers)


def written(data: QueryDict, lines: Iterable[Value]) -> QueryDict:
    """The fields that were sent with these lines in the place of theirs."""
    copy = data.copy()
    for name in [name for name in copy if re.fullmatch(r"v\d+_\w+", name)]:
        del copy[name]
    for place, line in enumerate(lines):
        copy[f"v{place}_from"] = line.text
        for name, answer in line.answers.items():
            copy[f"v{place}_{name}"] = answer
    return copy


def value_fields(lines: Iterable[Value]) -> dict[str, forms.Field]:
    """The fields of the table. Every label names its value."""
    words = {
        "to": _("What %(value)s is sent as"),
        "add": _("Traits that %(value)s gives"),
        "remove": _("Traits that %(value)s takes away"),
    }
    fields: dict[str, forms.Field] = {}
    for place, line in enumerate(lines):
        for name in _ANSWERS:
            label = words[name] % {"value": line.text}
            attrs = {"aria-label": label, "autocomplete": "off"}
            if name != "to":
                attrs |= {"list": "traits", "inputmode": "numeric"}
            fields[f"v{place}_{name}"] = forms.CharField(
                label=label, required=False, max_length=1000, initial=line.answers.get(name, ""),
                widget=forms.TextInput(attrs=attrs),
                error_messages={"max_length": _("This is too long: it may have 1,000 characters")},
            )  # fmt: skip
    return fields


def map_of(form: forms.Form, lines: Iterable[Value], changed: Callable[[str], str]) -> dict[str, str]:
    """The value map of a signal; a value without an answer is not in it."""
    answered = [(place, line, form.cleaned_data.get(f"v{place}_to", "")) for place, line in enumerate(lines)]
    return _by_key(form, [(place, line, answer, "to") for place, line, answer in answered if answer], changed)


def traits_of(form: forms.Form, lines: Iterable[Value], changed: Callable[[str], str]) -> dict[str, dict[str, Any]]:
    """The changes of traits by value; a value without one is not in it."""
    answered = []
    for place, line in enumerate(lines):
        change = {name: numbers for name in ("add", "remove") if (numbers := _numbers(form, f"v{place}_{name}"))}
        for number in set(change.get("add", ())) & set(change.get("remove", ())):
            text = _("Trait %(number)s is given and taken away for the same value. Take it out of one of the two.")
            form.add_error(f"v{place}_remove", text % {"number": number})
        if change:
            answered.append((place, line, change, "add"))
    return _by_key(form, answered, changed)


def _by_key(
    form: forms.Form, answered: Iterable[tuple[int, Value, Any, str]], changed: Callable[[str], str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    first: dict[str, str] = {}
    for place, line, answer, field in answered:
        key = line.text if line.is_exact else changed(line.text)
        if found.setdefault(key, answer) != answer:
            text = _("After the changes this is the same value as “%(value)s”. Give both the same answer.")
            form.add_error(f"v{place}_{field}", text % {"value": first[key]})
        first.setdefault(key, line.text)
    return found


def _numbers(form: forms.Form, name: str) -> list[int]:
    found: list[int] = []
    for piece in filter(None, _BETWEEN.split(form.cleaned_data.get(name, ""))):
        if _NUMBER.fullmatch(piece) is None:
            text = _("“%(text)s” is no number of a trait. Write numbers such as 7001, or look for the trait below.")
            form.add_error(name, text % {"text": piece})
            return []
        found.append(int(piece))
    return list(dict.fromkeys(found))

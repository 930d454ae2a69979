"""What the judge of mappings says about one column, at the field that it is about and in a marketer's words."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from ingest.crm.mapping import Action, MappingProblem
from ingest.services.column_words import answer_problem, place_of
from ingest.services.problems import about_mapping

_FIELDS: Final = {"key": "key", "split": "split_custom", "action": "action"}
_RESERVED: Final = frozenset({"d_sid", "d_unsid"})


def field_of(problem: MappingProblem, fields: Collection[str]) -> str | None:
    """The field of ColumnForm that shows a problem."""
    place = place_of(problem)
    member = place[1] if place else ""
    name = member.partition(".")[0].partition("[")[0]
    if name == "values":
        return "v0_add" if "v0_add" in fields else "action"
    return _FIELDS.get(name)


def sentence_of(problem: MappingProblem, entry: Mapping[str, Any]) -> str:
    """The sentence for it: what to write, and what was found."""
    place = place_of(problem)
    member = place[1] if place else ""
    if member == "key":
        return _key_sentence(str(entry.get("key", "")))
    if member == "split":
        return _("Write what stands between two values, such as |")
    if member == "values" and entry.get("action") == Action.TRAIT_IF:
        return _("Give at least one value a trait")
    if member.startswith(("action", "values")):
        return answer_problem(problem)
    return about_mapping(problem)


def _key_sentence(key: str) -> str:
    if not key:
        return _("Write a key, such as tier")
    if key in _RESERVED:
        return _("“%(key)s” stands for traits. Choose “Traits by their numbers”, or write another key") % {"key": key}
    return _(
        "“%(key)s” can't be a key. Use letters, digits, - and _ only, a letter or _ after any digits in front, "
        "and no - in front"
    ) % {"key": key}

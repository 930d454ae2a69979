"""What a column becomes, where its answer is, and what is wrong with it, in words."""

import re
from collections.abc import Mapping
from typing import Final, assert_never

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ingest.crm.mapping import Action, ColumnMapping, MappingProblem, TraitChange

STATE_WORDS: Final[Mapping[str, tuple[str | Promise, str]]] = {
    "matched": (gettext_lazy("Matched"), "success"),
    "guessed": (gettext_lazy("Guess – check it"), "info"),
    "remembered": (gettext_lazy("Like last time"), "success"),
    "open": (gettext_lazy("Needs you"), "warning"),
    "not_sent": (gettext_lazy("Not sent"), "quiet"),
    "taken": (gettext_lazy("Identifies people"), "quiet"),
    "unusable": (gettext_lazy("Can't be used"), "quiet"),
}
"""By state of a row: its word and its kind of tag."""

_OVERWRITE: Final = gettext_lazy(
    "This transfer replaces what is known about people, and nothing can be taken away then. Choose something else, or "
    "add traits instead of replacing them."
)
_NOT_AGAIN: Final = gettext_lazy("This answer doesn't fit this transfer any more. Choose what to do with the column.")


def said(mapping: ColumnMapping | None) -> str:
    """What is sent of a column, short enough for a list of choices."""
    if mapping is None:
        return _("Do not send")
    match mapping.action:
        case Action.SIGNAL:
            return _signal(mapping)
        case Action.ADD_TRAITS:
            return _("Traits by their numbers")
        case Action.REMOVE_TRAITS:
            return _("Take traits away by number")
        case Action.IC:
            return _("Integration codes")
        case Action.TRAIT_IF:
            return _traits(tuple((mapping.trait_changes or {}).values()))
    assert_never(mapping.action)


def _traits(changes: tuple[TraitChange, ...]) -> str:
    count = len(changes)
    template = ngettext("Trait for %(count)s value", "Traits for %(count)s values", count)
    if any(change.remove for change in changes):
        template = ngettext("Takes traits away for %(count)s value", "Takes traits away for %(count)s values", count)
        if any(change.add for change in changes):
            template = ngettext(
                "Gives and takes away traits for %(count)s value",
                "Gives or takes away traits for %(count)s values",
                count,
            )
    return template % {"count": count}


def _signal(mapping: ColumnMapping) -> str:
    if mapping.values is not None:
        return _("%(key)s = value from table") % {"key": mapping.key}
    if mapping.split is not None:
        return _("%(key)s = each value") % {"key": mapping.key}
    return _("%(key)s = value") % {"key": mapping.key}


_ENTRY = re.compile(r"columns\[(\d+)\](?:\.(.*))?")


def place_of(problem: MappingProblem) -> tuple[int, str] | None:
    """Which entry of `columns` a problem is about, and which member of it; None when it is about another member."""
    found = _ENTRY.fullmatch(problem.member)
    return (int(found[1]), found[2] or "") if found else None


def answer_problem(problem: MappingProblem) -> str:
    """Why an answer that was fine once is not any more, such as after choosing to replace."""
    place = place_of(problem)
    if place and ("overwrite" in problem.sentence):
        return str(_OVERWRITE)
    return str(_NOT_AGAIN)

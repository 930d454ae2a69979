"""What exactly becomes of a column: its changes, its table of values, its traits by name and number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, assert_never

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ingest.crm.mapping import (
    Action,
    ColumnMapping,
    Named,
    Otherwise,
    PadLeft,
    Prefix,
    Replace,
    TraitChange,
    Transform,
    TransformName,
)
from ingest.models import Trait, Workspace
from ingest.services.number_words import grouped
from ingest.services.phrases import listed, listed_apart, listed_with_and

MOST_SHOWN: Final = 50
MOST_TRAITS: Final = 10
NAMED_CHANGES: Final[Mapping[TransformName, Promise]] = {
    TransformName.LOWER: gettext_lazy("Small letters"),
    TransformName.UPPER: gettext_lazy("Capital letters"),
    TransformName.DIGITS: gettext_lazy("Digits only"),
    TransformName.STRIP_LEADING_ZEROS: gettext_lazy("Without zeros in front"),
    TransformName.DATE_ISO: gettext_lazy("Dates as year-month-day"),
    TransformName.EMAIL_SHA256: gettext_lazy("Hash e-mail addresses (SHA-256)"),
    TransformName.SHA256: gettext_lazy("Hash (SHA-256)"),
}
_OTHERS: Final[Mapping[Otherwise, Promise]] = {
    Otherwise.KEEP: gettext_lazy("sent as they are"),
    Otherwise.SKIP: gettext_lazy("not sent, but the rest of the row is"),
    Otherwise.REJECT: gettext_lazy("the whole row is left out"),
}


@dataclass(frozen=True)
class Detail:
    """One line: a value of the file, or what is done, and what becomes of it."""

    what: str
    becomes: str


@dataclass(frozen=True)
class Details:
    """The first lines about a column; `more`: how many further values there are."""

    lines: tuple[Detail, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class TakenAway:
    """Which traits people lose: so many different ones by their values, and those that cells of columns name."""

    traits: int
    columns: tuple[str, ...]

    @property
    def words(self) -> str:
        """Them in words, to be read after "takes away"."""
        counted = ngettext("%(count)s trait", "%(count)s traits", self.traits) % {"count": grouped(self.traits)}
        named = [_("the traits whose numbers stand in column %(column)s") % {"column": name} for name in self.columns]
        return listed_with_and([*([counted] if self.traits else []), *named])


def taken_away(mapping: Mapping[str, Any]) -> TakenAway | None:
    """What a mapping takes from the people of its file; None where it takes nothing."""
    entries = mapping.get("columns", ())
    columns = tuple(entry["column"] for entry in entries if entry.get("action") == Action.REMOVE_TRAITS)
    changes = (
        change
        for entry in entries
        if entry.get("action") == Action.TRAIT_IF
        for change in entry.get("values", {}).values()
    )
    traits = {sid for change in changes for sid in change.get("remove", ())}
    return TakenAway(len(traits), columns) if traits or columns else None


def names_of_traits(workspace: Workspace, columns: Sequence[ColumnMapping]) -> dict[int, str]:
    """The names of the traits that details show, by their numbers, in one query or none."""
    sids = {sid for column in columns for _value, change in _changes(column) for sid in (*change.add, *change.remove)}
    found = Trait.objects.filter(workspace=workspace, sid__in=sids) if sids else Trait.objects.none()
    return dict(found.order_by().values_list("sid", "name"))


def details_of(columns: Sequence[ColumnMapping], names: Mapping[int, str]) -> Details:
    """What the short words of a column's entries leave out. Nothing where they say everything."""
    lines = [line for column in columns for line in _lines(column, names)]
    values = sum(len(column.trait_changes or column.values or ()) for column in columns)
    shown = sum(min(len(column.trait_changes or column.values or ()), MOST_SHOWN) for column in columns)
    return Details(tuple(lines), values - shown)


def _lines(column: ColumnMapping, names: Mapping[int, str]) -> Iterator[Detail]:
    if column.transforms:
        yield Detail(_("Changed first"), listed_apart(map(_change_words, column.transforms)))
    if column.split is not None:
        yield Detail(_("Several values in a cell, separated by"), column.split)
    for value, change in _changes(column):
        yield Detail(value, trait_words(change, names))
    for value, becomes in islice((column.values or {}).items(), MOST_SHOWN):
        yield Detail(value, becomes or _("not sent"))
    if column.values or column.trait_changes:
        keeps_nothing = column.trait_changes is not None and column.otherwise is Otherwise.KEEP
        yield Detail(_("Other values"), _("no trait") if keeps_nothing else str(_OTHERS[column.otherwise]))


def _changes(column: ColumnMapping) -> list[tuple[str, TraitChange]]:
    return list(islice((column.trait_changes or {}).items(), MOST_SHOWN))


def trait_words(change: TraitChange, names: Mapping[int, str]) -> str:
    """Which traits somebody gets and loses."""
    said = []
    if change.add:
        said.append(_("gives %(traits)s") % {"traits": _named(change.add, names)})
    if change.remove:
        said.append(_("takes away %(traits)s") % {"traits": _named(change.remove, names)})
    return listed_apart(said) or _("no trait")


def _named(sids: Sequence[int], names: Mapping[int, str]) -> str:
    unknown = _("a trait that is not in the list")
    shown = [f"{names.get(sid) or unknown} ({sid})" for sid in sids[:MOST_TRAITS]]
    more = len(sids) - len(shown)
    if more:
        shown.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": grouped(more)})
    return listed(shown)


def _change_words(change: Transform) -> str:
    match change:
        case Named(name=name):
            return str(NAMED_CHANGES[name])
        case Replace(old=old, new=new):
            return _("“%(old)s” becomes “%(new)s”") % {"old": old, "new": new}
        case Prefix(text=text):
            return _("“%(text)s” is put in front") % {"text": text}
        case PadLeft(width=width, fill=fill):
            return _("filled up to %(width)s characters with “%(fill)s”") % {"width": width, "fill": fill}
    assert_never(change)

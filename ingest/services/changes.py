"""What differs between two checked files in numbers: lines of each trait, rows in which a column is filled."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ingest.models import Check, Trait, Workspace
from ingest.services.check_traits import names_traits
from ingest.services.number_words import grouped
from ingest.services.results import Report
from ingest.services.sent_columns import SentColumn

MOST_MOVERS: Final = 4
MOST_COLUMNS: Final = 2
MOST_SHOWN: Final = 50
_MANY_TIMES: Final = 1000


@dataclass(frozen=True)
class Change:
    """One number then and now. `before`: None where nobody knows it."""

    name: str
    before: int | None
    now: int

    @property
    def difference(self) -> int:
        """How many more; negative: fewer."""
        return self.now - (self.before or 0)

    @property
    def size(self) -> int:
        """How large the difference is, whichever way it goes."""
        return abs(self.difference)

    @property
    def is_new(self) -> bool:
        """Whether there was none before."""
        return self.before == 0 and self.now > 0

    @property
    def is_gone(self) -> bool:
        """Whether there is none any more."""
        return bool(self.before) and self.now == 0

    @property
    def words(self) -> str:
        """The change in words: 120 more (+12 %)."""
        if self.before is None:
            return ""
        if not self.difference:
            return _("the same")
        if self.is_new:
            return _("%(count)s more, none before") % {"count": grouped(self.now)}
        if self.is_gone:
            return _("%(count)s fewer, none any more") % {"count": grouped(self.before)}
        percent = 100 * self.size / self.before
        shown = "<1" if percent < 0.5 else grouped(round(percent))
        if self.difference < 0:
            return _("%(count)s fewer (−%(percent)s %%)") % {"count": grouped(self.size), "percent": shown}
        if percent > _MANY_TIMES:
            return _("%(count)s more") % {"count": grouped(self.size)}
        return _("%(count)s more (+%(percent)s %%)") % {"count": grouped(self.size), "percent": shown}


@dataclass(frozen=True)
class Changes:
    """Two checked files. `traits` count lines, `columns` rows, the largest difference first.

    `traits_known`, `columns_known`: whether the earlier figures are still there to be compared with.
    """

    traits: tuple[Change, ...]
    columns: tuple[Change, ...]
    new_columns: tuple[str, ...]
    gone_columns: tuple[str, ...]
    traits_known: bool
    columns_known: bool

    @property
    def new_traits(self) -> list[str]:
        """Those that nobody had."""
        return [change.name for change in self.traits if change.is_new]

    @property
    def gone_traits(self) -> list[str]:
        """Those that nobody has any more."""
        return [change.name for change in self.traits if change.is_gone]

    @property
    def up(self) -> list[Change]:
        """What has grown most. What is new stands in a list of its own."""
        return self._moved(lambda change: change.difference > 0)

    @property
    def down(self) -> list[Change]:
        """What has shrunk most."""
        return self._moved(lambda change: change.difference < 0)

    @property
    def movers(self) -> list[tuple[list[Change], str, str]]:
        """Both with the kind of their bars and a heading."""
        return [(self.up, "success", _("Grown most")), (self.down, "warning", _("Shrunk most"))]

    @property
    def largest(self) -> int:
        """The largest difference among those that are shown, for the length of bars."""
        return max((change.size for change in (*self.up, *self.down)), default=0)

    @property
    def is_alike(self) -> bool:
        """Whether everything that can be compared is as it was."""
        moved = any(change.difference for change in (*self.traits, *self.columns) if change.before is not None)
        return not moved and not self.new_columns and not self.gone_columns

    @property
    def shown_traits(self) -> tuple[Change, ...]:
        """As many as a page has room for, those with most lines first."""
        return tuple(sorted(self.traits, key=lambda change: (-change.now, change.name))[:MOST_SHOWN])

    def _moved(self, which: Callable[[Change], bool]) -> list[Change]:
        """Traits before columns: they are what is sent for, and a column says less."""
        traits, columns = (
            [change for change in changes if which(change) and not change.is_new and not change.is_gone]
            for changes in (self.traits if self.traits_known else (), self.columns)
        )
        return [*traits[:MOST_MOVERS], *columns[:MOST_COLUMNS]]


def changes_between(
    workspace: Workspace, earlier: Check | None, check: Check, columns: Collection[SentColumn],
    reports: tuple[Report | None, Report | None],
) -> Changes:  # fmt: skip
    """How `check` differs from an earlier one (None: there is none). `columns` are those of the later mapping compared
    with those of the earlier one, `reports` both reports, the earlier first (None: its files were deleted).
    """
    now = _lines(check)
    before = _lines(earlier) if earlier is not None else {}
    # Checks of earlier versions have not counted.
    traits_known = earlier is not None and (bool(before) or not names_traits(earlier.mapping))
    known = all(reports)
    return Changes(
        traits=_by_size(_traits(workspace, before if traits_known else None, now)),
        columns=_by_size(_columns(columns, *reports)) if known else (),
        new_columns=tuple(column.name for column in columns if column.change == "added"),
        gone_columns=tuple(column.name for column in columns if column.change == "removed"),
        traits_known=traits_known,
        columns_known=known,
    )


def _lines(check: Check) -> dict[tuple[int, bool], int]:
    return {(counted.sid, counted.is_taken): counted.lines for counted in check.trait_lines.all()}


def _traits(
    workspace: Workspace, before: Mapping[tuple[int, bool], int] | None, now: Mapping[tuple[int, bool], int]
) -> Iterable[Change]:
    keys = {**now, **(before or {})}
    named = Trait.objects.filter(workspace=workspace, sid__in={sid for sid, _taken in keys})
    names = dict(named.order_by().values_list("sid", "name")) if keys else {}
    for sid, is_taken in keys:
        name = f"{names[sid]} ({sid})" if sid in names else _("trait %(sid)s") % {"sid": sid}
        said = _("%(trait)s – taken away") % {"trait": name} if is_taken else name
        yield Change(said, None if before is None else before.get((sid, is_taken), 0), now.get((sid, is_taken), 0))


def _columns(
    columns: Collection[SentColumn], earlier: Report | None, later: Report | None
) -> Iterable[Change]:  # fmt: skip
    """Columns that are in both files and sent now: in how many rows they are filled."""
    before, now = (report.filled if report else {} for report in (earlier, later))
    for column in columns:
        if column.name in before and column.name in now and column.change not in {"added", "removed"}:
            yield Change(_("column %(name)s") % {"name": column.name}, before[column.name], now[column.name])


def _by_size(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (-change.size, change.name)))

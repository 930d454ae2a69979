"""What stands in each column of a checked file, what is sent of it, and how that differs from the last file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from ingest.models import Batch
from ingest.services.check_values import FrequentValues
from ingest.services.column_traits import TraitWords
from ingest.services.comparison import Comparison
from ingest.services.number_words import grouped
from ingest.services.people import identifying_columns
from ingest.services.results import Report, report_of
from ingest.services.sent_columns import SentColumn, sent_columns

UNUSUAL_PERCENT: Final = 20
"""From this change on of the rows in which a column is filled people are told to look."""
_FEW_COLUMNS: Final = 12
_VALUES_OF_MANY: Final = 5
"""Values of each column where there are more columns, so that a page of them stays small."""


@dataclass(frozen=True)
class CountedValue:
    """A frequent value, how many rows have it, and who gets which traits by it; `is_whole`: whether `text` is all."""

    text: str
    is_whole: bool
    rows: int
    becomes: str


@dataclass(frozen=True)
class ColumnFigures:
    """One column. `filled` and `before` (None: not known) are rows, `distinct` different values, an estimate if so.

    `becomes`: what is sent of it, in words. `values`: the most frequent ones where they were counted, and how many
    `others` there are.
    """

    name: str
    filled: int
    distinct: int
    is_estimated: bool
    samples: tuple[str, ...]
    becomes: str
    is_sent: bool
    before: int | None
    values: tuple[CountedValue, ...] = ()
    others: int = 0

    @property
    def change_percent(self) -> int | None:
        """How many percent more rows are filled than in the last file; negative: fewer; None: nobody knows."""
        return round(100 * (self.filled - self.before) / self.before) if self.before else None

    @property
    def change(self) -> str:
        """The change as a sign and a number, such as "▲ 4 %"; empty where nothing is known."""
        percent = self.change_percent
        if percent is None:
            return ""
        return _("%(sign)s %(percent)s %%") % {
            "sign": "▲" if percent > 0 else "▼" if percent < 0 else "=", "percent": grouped(abs(percent)),
        }  # fmt: skip

    @property
    def change_words(self) -> str:
        """The same in words, for whoever does not see signs."""
        percent = self.change_percent or 0
        if not percent:
            return _("filled in as many rows as last time")
        template = _("filled in %(percent)s %% more rows than last time")
        if percent < 0:
            template = _("filled in %(percent)s %% fewer rows than last time")
        return template % {"percent": grouped(abs(percent))}

    @property
    def warning(self) -> str:
        """What is odd about a column that is sent; empty: nothing."""
        if not self.is_sent:
            return ""
        if not self.filled:
            return _("Always empty")
        if self.distinct == 1:
            return _("Always the same value")
        if abs(self.change_percent or 0) > UNUSUAL_PERCENT:
            return _("Changed by more than %(percent)s %%") % {"percent": UNUSUAL_PERCENT}
        return ""


@dataclass(frozen=True)
class _Around:
    """What is known of all columns together."""

    sent: Mapping[str, SentColumn]
    ids: frozenset[str]
    before: Mapping[str, int]
    values: Mapping[int, FrequentValues]
    most_values: int | None
    traits: TraitWords


def column_figures(
    batch: Batch, report: Report, comparison: Comparison | None, values: Mapping[int, FrequentValues] | None = None
) -> tuple[ColumnFigures, ...]:
    """The columns in the order of the file. `report` and `values`: of the batch's result, as the member may see them.

    Rows are compared with the report of the last transfer, as long as that is kept.
    """
    mapping = batch.result.mapping if batch.result else batch.mapping
    earlier = report_of(comparison.earlier.result) if comparison and comparison.earlier.result else None
    around = _Around(
        sent={column.name: column for column in sent_columns(mapping)},
        ids=frozenset(identifying_columns(mapping)),
        before=earlier.filled if earlier else {},
        values=values or {},
        most_values=_VALUES_OF_MANY if len(report.columns) > _FEW_COLUMNS else None,
        traits=TraitWords.of(batch, mapping),
    )
    return tuple(_figures(place, column, around) for place, column in enumerate(report.columns))


def _figures(place: int, column: Mapping[str, Any], around: _Around) -> ColumnFigures:
    name = column["name"]
    sent, values = around.sent.get(name), around.values.get(place)
    words = _("Identifies people") if name in around.ids else _("Not sent")
    counted = tuple(_counted(name, values, around.traits))[: around.most_values] if values else ()
    return ColumnFigures(
        name=name,
        filled=column["filled"],
        distinct=column["distinct"],
        is_estimated=bool(column.get("distinct_estimated")),
        samples=tuple(column["samples"]),
        becomes=sent.becomes if sent else words,
        is_sent=bool(sent),
        before=around.before.get(name),
        values=counted,
        others=values.others + len(values.values) - len(counted) if values else 0,
    )


def _counted(column: str, found: FrequentValues, traits: TraitWords) -> Iterable[CountedValue]:
    for value in found.values:
        becomes = traits.by_value(column, value.text, value.sent) if found.are_looked_up else ""
        yield CountedValue(value.text, value.is_whole, value.rows, becomes)

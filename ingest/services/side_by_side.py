"""Two transfers beside each other: who, when, where to, what, how many, and what the matching does otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ingest.crm.mapping import Mode
from ingest.models import Batch, Check
from ingest.services.changes import Change, Changes, changes_between
from ingest.services.phrases import listed
from ingest.services.results import Report, masked, report_of, sample_lines
from ingest.services.sent_columns import SentColumn, sent_columns
from ingest.services.sources import Source, ever_used, named
from ingest.services.state_words import WORDS
from ingest.services.summary import ids_in
from ingest.services.time_words import moment_words

RELATED: Final = ("maker", "upload", "destination", "result", "decision__approver")
"""What is read together with the two."""
LINES: Final = 3
MOST_OFFERED: Final = 10
MOST_COLUMNS: Final = 40
_LOOKED_AT: Final = 50
_NONE: Final = "–"


@dataclass(frozen=True)
class Fact:
    """One thing about both, in words."""

    label: str
    before: str
    now: str

    @property
    def differs(self) -> bool:
        """Whether they are not the same."""
        return self.before != self.now


@dataclass(frozen=True)
class OtherColumn:
    """A column that is sent in another way. `change`: added, removed or changed; None: not sent in that one."""

    name: str
    change: str
    before: SentColumn | None
    now: SentColumn | None


@dataclass(frozen=True)
class SideBySide:
    """Two transfers, the one that was begun earlier first.

    `is_alike`: whether their files are of one kind, so that columns are compared; `same_columns`: how many are sent in
    both in the same way. IDs in `lines` are shortened.
    """

    earlier: Batch
    later: Batch
    facts: tuple[Fact, ...]
    figures: tuple[Change, ...]
    left_out: tuple[Change, ...]
    changes: Changes | None
    columns: tuple[OtherColumn, ...]
    same_columns: int
    is_alike: bool
    lines: tuple[tuple[str, ...], tuple[str, ...]]
    left_out_known: bool

    @property
    def both(self) -> tuple[Batch, Batch]:
        """The earlier one and the later one."""
        return self.earlier, self.later

    @property
    def lines_of(self) -> list[tuple[str, tuple[str, ...]]]:
        """The reference of each with its first lines."""
        return [(batch.reference, lines) for batch, lines in zip(self.both, self.lines, strict=True)]

    @property
    def shown_columns(self) -> tuple[OtherColumn, ...]:
        """As many as a page has room for."""
        return self.columns[:MOST_COLUMNS]


def side_by_side(one: Batch, other: Batch) -> SideBySide:
    """Compare two transfers of one workspace; both may be in any state."""
    earlier, later = sorted((one, other), key=lambda batch: (batch.created_at, batch.pk))
    before, now = earlier.result, later.result
    reports = tuple(report_of(check) if check else None for check in (before, now))
    workspace = later.workspace
    columns = sent_columns(_mapping(later), _mapping(earlier), workspace=workspace)
    others, same, is_alike = _columns(columns, sent_columns(_mapping(earlier), workspace=workspace))
    both = bool(before and now)
    return SideBySide(
        earlier=earlier,
        later=later,
        facts=tuple(_facts(earlier, later, ever_used(workspace))),
        figures=_figures(before, now) if before and now else (),
        left_out=_left_out(*reports),
        changes=changes_between(workspace, before, now, columns, (reports[0], reports[1])) if now and both else None,
        columns=others,
        same_columns=same,
        is_alike=is_alike,
        lines=(_lines(before), _lines(now)),
        left_out_known=all(reports),
    )


def offered(batch: Batch) -> list[Batch]:
    """Transfers that this one may be compared with: checked ones, those for the same data source, the newest first."""
    here = Batch.objects.of(batch.workspace).exclude(pk=batch.pk).order_by("-created_at", "-id")
    if batch.dpid is not None:
        here = here.filter(dpid=batch.dpid)
    keys = list(here.values_list("pk", flat=True)[:_LOOKED_AT])
    found = Batch.objects.select_related("maker", "result").in_bulk(keys)
    return [found[pk] for pk in keys if pk in found and found[pk].result is not None][:MOST_OFFERED]


def _mapping(batch: Batch) -> dict[str, object]:
    return dict(batch.result.mapping if batch.result else batch.mapping)


def _facts(earlier: Batch, later: Batch, sources: tuple[Source, ...]) -> Iterator[Fact]:
    told = (list(_about(batch, sources)) for batch in (earlier, later))
    for (label, before), (_label, now) in zip(*told, strict=True):
        yield Fact(label, before or _NONE, now or _NONE)


def _about(batch: Batch, sources: tuple[Source, ...]) -> Iterator[tuple[str, str]]:
    mapping, place, decision = _mapping(batch), batch.destination, batch.decision
    ids = [
        _("%(kind)s in column %(column)s") % {"kind": fact.kind, "column": fact.column}
        for fact in ids_in(dict(mapping), sources)
    ]
    yield _("Status"), str(WORDS[batch.state][0])
    yield _("Made by"), batch.maker.name
    yield _("Started"), moment_words(batch.created_at)
    yield _("Approved by"), decision.approver.name if decision and decision.verdict == "approved" else ""
    yield (
        _("Environment"),
        _("Practice") if batch.is_practice else str(place.get_environment_display()) if place else "",
    )
    yield _("Destination"), place.name if place else ""
    yield _("Customer file"), batch.upload.name if batch.upload else ""
    yield _("Identified by"), listed(ids)
    yield _("Data source"), str(named(sources, batch.dpid) or batch.dpid or "")
    yield _("Traits that people have"), _mode_words(mapping)


def _mode_words(mapping: dict[str, object]) -> str:
    match mapping.get("mode"):
        case Mode.OVERWRITE:
            return _("are replaced")
        case Mode.SYNC:
            return _("stay, others are added")
        case _:
            return ""


def _figures(before: Check, now: Check) -> tuple[Change, ...]:
    return (
        Change(_("People"), before.distinct_ids, now.distinct_ids),
        Change(_("Rows"), before.rows, now.rows),
        Change(_("Rows that can be sent"), before.accepted, now.accepted),
        Change(_("Sent after a change"), before.changed, now.changed),
        Change(_("Left out"), before.refused, now.refused),
        Change(_("Lines"), before.records, now.records),
    )


def _left_out(earlier: Report | None, later: Report | None) -> tuple[Change, ...]:
    """Why rows are left out, in both; () while a report is missing."""
    if earlier is None or later is None:
        return ()
    before, now = ({found.rule.code: found for found in report.left_out} for report in (earlier, later))
    return tuple(
        Change(
            _(found.rule.meaning),
            before[code].rows if code in before else 0,
            now[code].rows if code in now else 0,
        )
        for code, found in {**now, **before}.items()
    )


def _columns(
    compared: tuple[SentColumn, ...], earlier: tuple[SentColumn, ...]
) -> tuple[tuple[OtherColumn, ...], int, bool]:
    """The columns that differ, how many don't, and whether the files are alike at all."""
    before = {column.name: column for column in earlier}
    now = {column.name: column for column in compared if column.change != "removed"}
    if 2 * len(now.keys() & before.keys()) < len(now):
        return (), 0, False
    others = [
        OtherColumn(column.name, column.change, before.get(column.name), now.get(column.name))
        for column in compared
        if column.change
    ]
    return tuple(others), len(compared) - len(others), True


def _lines(check: Check | None) -> tuple[str, ...]:
    return tuple(map(masked, sample_lines(check, LINES))) if check else ()

"""What a check found, read back from the files that it made."""

import gzip
import json
import zlib
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from ingest.aam.findings import Severity
from ingest.crm.mapping import parse_mapping
from ingest.engine.names import part_names
from ingest.lifecycle import EDITABLE
from ingest.models import Batch, Check, Membership, Role
from ingest.services import files
from ingest.services.found import Found, found_of
from ingest.services.mapping_digest import is_stale
from ingest.services.sealing import is_sealed

_GZIP_START: Final = b"\x1f\x8b"
_LONGEST_SHOWN_LINE: Final = 600
SAMPLE_LINES: Final = 8


@dataclass(frozen=True)
class Report:
    """report.json, as far as pages show it. `items` counts what is sent, by the contract's names."""

    rows: int
    accepted: int
    refused: int
    changed: int
    records: int
    distinct_ids: int
    items: dict[str, int]
    findings: tuple[Found, ...]
    columns: tuple[dict[str, Any], ...]
    input: dict[str, Any]

    def of_severity(self, severity: Severity) -> tuple[Found, ...]:
        """The findings of one severity, most rows first."""
        chosen = (found for found in self.findings if found.severity is severity)
        return tuple(sorted(chosen, key=lambda found: -found.rows))

    def without_values(self) -> Self:
        """The same without a cell of the customer file."""
        findings = tuple(replace(found, samples=()) for found in self.findings)
        return replace(self, findings=findings, columns=tuple({**column, "samples": []} for column in self.columns))

    @property
    def filled(self) -> dict[str, int]:
        """In how many rows each column of the file is filled."""
        return {column["name"]: column["filled"] for column in self.columns}

    @property
    def left_out(self) -> tuple[Found, ...]:
        """Why rows are left out."""
        return self.of_severity(Severity.REFUSED)

    @property
    def worth_a_look(self) -> tuple[Found, ...]:
        """What was found in rows that are sent all the same: after a change first, then as they are."""
        return (*self.of_severity(Severity.CHANGED), *self.of_severity(Severity.NOTICE))

    @property
    def warnings(self) -> int:
        """How many times something was found in rows that are sent; what is about the whole file counts once."""
        return sum(max(found.rows, 1) for found in self.worth_a_look)


def report_of(check: Check) -> Report | None:
    """The report of a finished check; None when its files were deleted at the end of their time."""
    if not check.report_key or check.files_deleted_at is not None:
        return None
    try:
        document = json.loads(files.read(check.report_key))
    except files.FileGone:
        return None
    return Report(
        **{name: document[name] for name in ("rows", "accepted", "refused", "changed", "records", "distinct_ids")},
        items=document["items"],
        findings=tuple(found_of(finding, check) for finding in document["findings"]),
        columns=tuple(document["columns"]),
        input=document["input"],
    )


def sample_lines(check: Check, count: int) -> tuple[str, ...]:
    """The first lines of the very first part, without their line ends, long ones cut off; () when it is gone."""
    part = check.parts.first()
    if part is None:
        return ()
    try:
        with files.local_copy(part.key) as path, path.open("rb") as file:
            is_packed = file.read(2) == _GZIP_START
            file.seek(0)
            lines = gzip.GzipFile(fileobj=file) if is_packed else file
            raw = [line.rstrip(b"\n") for line in islice(lines, count)]
    except (files.FileGone, OSError, EOFError, zlib.error):
        return ()
    return tuple(line.decode("utf-8", "replace")[:_LONGEST_SHOWN_LINE] for line in raw)


def masked(line: str) -> str:
    """A line whose ID shows only its first and last two characters, for people who don't need to know it."""
    user_id, tab, rest = line.partition("\t")
    if len(user_id) <= 6:
        return f"{user_id[:1]}…{tab}{rest}"
    return f"{user_id[:2]}…{user_id[-2:]}{tab}{rest}"


@dataclass(frozen=True)
class Group:
    """Findings that do the same to their rows. `kind` is how pages mark them: error, warning, info.

    `whole`: how many rows there are of which each finding has its share. `counts_left_out`: a finding counts all rows
    that it is in, and some of them may be left out because of another one.
    """

    title: str
    kind: str
    whole: int
    found: tuple[Found, ...]
    is_left_out: bool = False
    counts_left_out: bool = False

    @property
    def icon(self) -> str:
        """The icon beside the title, where it is not the one of its kind."""
        return "info" if self.kind == "info" else ""

    @property
    def fill(self) -> str:
        """The kind of its bars: charts know no "info"."""
        return "accent" if self.kind == "info" else self.kind


@dataclass(frozen=True)
class Results:
    """What the page of a check's results shows to a member.

    `is_stale`: the answers have changed since. `too_many_left_out`: more than the workspace allows to be sent.
    `may_see_values`: cells of the customer file are for makers; others see figures, reasons and shortened lines.
    `may_correct`: rows that are left out can come back corrected; only to the file that they were left out of.
    """

    check: Check
    report: Report | None
    lines: tuple[str, ...]
    names: tuple[str, ...]
    is_stale: bool
    too_many_left_out: bool
    may_change: bool
    may_correct: bool
    may_see_values: bool

    @property
    def bar(self) -> list[dict[str, Any]]:
        """The rows as parts of one bar."""
        check = self.check
        plain = _("Ready, without a warning") if self.warned_rows else _("Ready to send")
        parts = (
            ("success", plain, check.accepted - self.warned_rows),
            ("warning", _("Ready, with a warning"), self.warned_rows),
            ("error", _("Left out"), check.refused),
        )
        return [{"label": label, "value": rows, "kind": kind} for kind, label, rows in parts if rows]

    @property
    def groups(self) -> list[Group]:
        """The findings by what they do to their rows."""
        report, check = self.report, self.check
        if report is None:
            return []
        changed, notices = report.of_severity(Severity.CHANGED), report.of_severity(Severity.NOTICE)
        return [
            Group(_("Left out"), "error", check.refused, report.left_out, is_left_out=True),
            Group(_("Sent after a change"), "warning", check.changed, changed, counts_left_out=bool(check.refused)),
            Group(_("Sent as it is, worth a look"), "info", check.rows, notices, counts_left_out=bool(check.refused)),
        ]

    @property
    def faults(self) -> dict[str, set[str]]:
        """By code: the columns because of which rows are left out, as far as the samples tell."""
        found = self.report.left_out if self.report else ()
        return {one.rule.code: {sample.column for sample in one.samples if sample.column} for one in found}

    @property
    def warned_rows(self) -> int:
        """Rows that are sent after a change, or as they are although something was noticed in them."""
        return self.check.changed + self.check.noticed

    @property
    def warned(self) -> str:
        """The kind of the first group with warnings, to which their number leads; empty where none is shown."""
        return next((group.kind for group in self.groups if group.found and not group.is_left_out), "")

    @property
    def warnings(self) -> int:
        """How many warnings there are; of a report that was deleted only the rows that were changed are known."""
        return self.report.warnings if self.report else self.check.changed

    @property
    def nothing_to_send(self) -> bool:
        """Whether no row can be sent."""
        return self.check.accepted == 0


def newest_check(batch: Batch) -> Check | None:
    """The check that was begun last."""
    return batch.checks.order_by("-pk").first()


def results_of(batch: Batch, membership: Membership) -> Results | None:
    """The results that count now, or those that the batch had before its answers changed; None: never checked."""
    check = batch.result
    if check is None:
        return None
    report, lines = report_of(check), sample_lines(check, SAMPLE_LINES)
    may_see_values = Role.MAKER in membership.roles
    may_change = batch.maker_id == membership.user_id and batch.state in EDITABLE
    fraction = 100 * check.refused / check.rows if check.rows else 0
    return Results(
        check=check,
        report=report if report is None or may_see_values else report.without_values(),
        lines=lines if may_see_values else tuple(map(masked, lines)),
        names=tuple(part_names_of(check)),
        is_stale=is_stale(check, batch),
        too_many_left_out=fraction > batch.workspace.max_left_out_percent,
        may_change=may_change,
        may_see_values=may_see_values,
        may_correct=may_change and bool(check.refused) and check.upload_id == batch.upload_id,
    )


def part_names_of(check: Check) -> list[str]:
    """What the files of a check would be called if they were sent at the moment when it was finished."""
    if check.finished_at is None:
        return []
    document = parse_mapping(check.mapping)
    stamp = int(check.finished_at.timestamp())
    return part_names(document, stamp, check.parts.count(), is_sealed=is_sealed(document))

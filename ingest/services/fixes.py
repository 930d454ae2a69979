"""Fix all alike: what a check found is mended by a change of the mapping, everything is checked again, and one click
takes it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingest.crm.fixes import Evidence, Fix, FixKind, fixes_for, known_values, mended
from ingest.crm.mapping import MappingDocument, RepeatedIds, mapping_to_document, parse_mapping
from ingest.lifecycle import EDITABLE, BatchAction
from ingest.models import Batch, Check, User
from ingest.services import check as checks
from ingest.services import retain
from ingest.services.answers import change
from ingest.services.events import move
from ingest.services.fix_words import button_of, done_of, hint_of
from ingest.services.found import Found
from ingest.services.mapping_digest import document_of, is_stale
from ingest.services.number_words import grouped
from ingest.services.results import Report, newest_check, report_of

# One ID has at most one of these and of id.email, so their rows can be added up.
_OTHER_SHAPES: Final = frozenset({"id.format", "id.spreadsheet_damage"})
# Their files are deleted at a time that this one must not meet.
_STILL_KEPT: Final = retain.REPLACED_FOR - timedelta(hours=1)
REPEATED: Final = "id.too_many_lines"
NO_FINDING: Final = ""
"""Where an offer stands that mends no finding: people with several lines, of which too few for one."""


class NotOffered(Exception):
    """This fix can't be done now: the results are others by now, or it mends nothing."""


@dataclass(frozen=True)
class Offer:
    """One fix with its words. `choices`: the values that K.REPLACE_VALUE may treat the new one like."""

    fix: Fix
    rows: int
    choices: tuple[str, ...] = ()

    @property
    def button(self) -> str:
        """What the button says."""
        return button_of(self.fix.kind, self.fix.column, self.rows)

    @property
    def hint(self) -> str:
        """What it does."""
        return hint_of(self.fix.kind, self.fix.column)


@dataclass(frozen=True)
class Done:
    """What was mended last and can be taken back. `more`: how many more rows can be sent now (negative: fewer; None:
    the check after it did not finish).
    """

    text: str
    more: int | None

    @property
    def follows(self) -> str:
        """What it has changed about the rows that can be sent."""
        match self.more:
            case None:
                return _("Not checked since. Start the check to see what has become of it.")
            case 0:
                return _("As many rows can be sent as before.")
            case more if more > 0:
                template = ngettext("%(count)s more row can be sent.", "%(count)s more rows can be sent.", more)
            case more:
                template = ngettext("%(count)s row fewer can be sent.", "%(count)s rows fewer can be sent.", -more)
        return template % {"count": grouped(abs(more))}


def offers_for(batch: Batch, report: Report) -> dict[str, tuple[Offer, ...]]:
    """By code of a finding, or under NO_FINDING: what mends all its rows alike.

    `report`: of the batch's result, with its values.
    Nothing where the answers have changed since, or can't be changed.
    """
    if batch.state not in EDITABLE or batch.result is None or is_stale(batch.result, batch):
        return {}
    document = document_of(batch)
    offers = {found.rule.code: _offers(document, found, report) for found in report.findings}
    if REPEATED not in offers and document.repeated_ids is RepeatedIds.KEEP:
        merged = Fix(REPEATED, FixKind.MERGE_REPEATED)
        repeats = report.records - report.distinct_ids
        is_possible = repeats > 0 and mended(document, merged) is not None
        offers[NO_FINDING] = (Offer(merged, repeats),) if is_possible else ()
    return {code: some for code, some in offers.items() if some}


def _offers(document: MappingDocument, found: Found, report: Report) -> tuple[Offer, ...]:
    evidence = _evidence(found, report)
    return tuple(
        Offer(fix, found.rows, known_values(document, fix.column) if fix.kind is FixKind.REPLACE_VALUE else ())
        for fix in fixes_for(document, evidence)
    )


def _evidence(found: Found, report: Report) -> Evidence:
    from ingest.engine.seen import LONGEST_SAMPLE  # noqa: PLC0415 - few pages show findings, and the engine is large

    whole = [sample for sample in found.samples if len(sample.value) < LONGEST_SAMPLE]
    return Evidence(
        code=found.rule.code,
        rows=found.rows,
        cells=tuple((sample.column, sample.value) for sample in whole),
        filled=report.filled,
        elsewhere=sum(other.rows for other in report.findings if other.rule.code in _OTHER_SHAPES),
    )


def apply(
    batch: Batch, wanted: Fix, *, actor: User, now: datetime, expected_version: int | None = None
) -> Check:  # fmt: skip
    """Change the mapping as an offered fix says and begin to check everything again.

    Raises NotOffered, answers.Stale and NotEditable, check.NotReady and NotPossible; nothing has changed then.
    """
    offer = _offered(batch, wanted)
    before, document = batch.result, document_of(batch)
    after = mended(document, replace(offer.fix, like=wanted.like))
    if after is None:
        raise NotOffered
    leaves_out = offer.fix.kind is FixKind.LEAVE_OUT
    with transaction.atomic():
        change(
            batch, actor=actor, now=now, expected_version=expected_version,
            mapping=_written(batch.mapping, document, after),
            not_sent=[*batch.not_sent, offer.fix.column] if leaves_out else batch.not_sent,
        )  # fmt: skip
        return checks.start(batch, actor=actor, now=now, fix=_kept(offer), before=before)


def _offered(batch: Batch, wanted: Fix) -> Offer:
    """The offer that was chosen, found anew in the report: nothing is taken from a page but which one it is."""
    report = report_of(batch.result) if batch.result else None
    for offer in chain.from_iterable(offers_for(batch, report).values()) if report else ():
        if replace(offer.fix, like=wanted.like, blanks="") == wanted:
            return offer
    raise NotOffered


def _kept(offer: Offer) -> dict[str, Any]:
    """What is kept of a fix: no value of the customer file."""
    fix = offer.fix
    return {"code": fix.code, "kind": fix.kind.value, "column": fix.column, "rows": offer.rows}


def _written(mapping: Mapping[str, Any], before: MappingDocument, after: MappingDocument) -> dict[str, Any]:
    """The mapping as it is kept, with the members that are other ones; what has a default stays unsaid."""
    old, new = mapping_to_document(before), mapping_to_document(after)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    return {name: value for name, value in mapping.items() if name in new or name not in old} | changed


def _last(batch: Batch) -> Check | None:
    """The check that was begun by the last fix, as long as the answers are those that it was run with."""
    for check in (newest_check(batch), batch.result):
        if check is not None and not is_stale(check, batch):
            return check if check.fix and check.before_id else None
    return None


def done_for(batch: Batch) -> Done | None:
    """What was mended last, where it can be taken back."""
    check = _last(batch) if batch.state in EDITABLE else None
    if check is None or check.before is None:
        return None
    is_finished = check.state == Check.State.FINISHED
    return Done(done_of(check.fix), check.accepted - check.before.accepted if is_finished else None)


def undo(batch: Batch, *, actor: User, now: datetime, expected_version: int | None = None) -> Check | None:
    """Take the last fix back. None: the result of before counts again; else the check that finds it anew.

    Raises NotOffered where there is none, answers.Stale and NotEditable, check.NotReady and NotPossible.
    """
    check = _last(batch)
    before = check.before if check else None
    if before is None:
        raise NotOffered
    sent = set(parse_mapping(before.mapping).named_columns)
    with transaction.atomic():
        change(
            batch, actor=actor, now=now, expected_version=expected_version, mapping=before.mapping,
            not_sent=[name for name in batch.not_sent if name not in sent],
        )  # fmt: skip
        told = {"check": before.pk}
        if _is_whole(before, batch, now) and move(
            batch, BatchAction.RESTORE, actor=actor, now=now, sha256=before.parts_sha256, after=told, result=before
        ):
            return None
        return checks.start(batch, actor=actor, now=now)


def _is_whole(check: Check, batch: Batch, now: datetime) -> bool:
    """Whether everything that a check made is still kept, and will be as a result of the answers that are now."""
    is_kept = check.parts_deleted_at is None and check.files_deleted_at is None
    is_young = check.finished_at is not None and check.finished_at > now - _STILL_KEPT
    return check.state == Check.State.FINISHED and is_kept and is_young and not is_stale(check, batch)

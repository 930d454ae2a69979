"""What a check found: findings of report.json with their samples, and what to do about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingest.aam.findings import FINDINGS, FindingRule, Severity
from ingest.aam.identifiers import ID_RULES, IdType, judge_identifier
from ingest.crm.mapping import parse_mapping
from ingest.models import Check
from ingest.services.id_words import ID_WORDS
from ingest.services.number_words import grouped

_ABOUT_VALUES: Final = ("value.", "trait.")
_COUNTS_FIELDS: Final = {"row.too_few_fields", "row.too_many_fields"}


@dataclass(frozen=True)
class Sample:
    """One cell that a finding is about: its spreadsheet row number, its column, what stood there."""

    row: int
    column: str
    value: str
    expected: str


@dataclass(frozen=True)
class Found:
    """One finding with how many rows have it and the first of them."""

    rule: FindingRule
    rows: int
    severity: Severity
    samples: tuple[Sample, ...]
    advice: str = ""

    @property
    def what_to_do(self) -> str:
        """What the rule says, or what fits these cells better."""
        return self.advice or _(self.rule.what_to_do)

    @property
    def column(self) -> str:
        """The column whose values it is about, where all samples stand in one; empty for IDs and whole rows."""
        columns = {sample.column for sample in self.samples}
        return columns.pop() if len(columns) == 1 and self.rule.code.startswith(_ABOUT_VALUES) else ""


def found_of(finding: dict[str, Any], check: Check) -> Found:
    """One finding of report.json."""
    code = finding["code"]
    samples = tuple(
        Sample(sample["row"], sample["column"] or "", *_told(code, sample)) for sample in finding["samples"]
    )
    advice = ""
    if code == "id.format":
        shapes = {one.column: _shape(one.type) for one in parse_mapping(check.mapping).ids}
        samples = tuple(replace(one, expected=shapes.get(one.column) or one.expected) for one in samples)
    elif code == "id.case_changed":
        types = {one.column: one.type for one in parse_mapping(check.mapping).ids}
        advice = next(filter(None, (_if_of_other_devices(one.value, types.get(one.column)) for one in samples)), "")
    return Found(FINDINGS[code], finding["rows"], Severity(finding["severity"]), samples, advice)


def _if_of_other_devices(value: str, id_type: IdType | None) -> str:
    """What to do about an ID whose letters are those of the other big kind of devices; empty for all others."""
    match id_type:
        case IdType.GAID if not judge_identifier(value, IdType.IDFA).codes:
            return _(
                "IDs in capital letters are what Apple devices have. If these are iPhones, send them in a transfer of "
                "their own. If not, there is nothing to do: they are sent in small letters."
            )
        case IdType.IDFA if not judge_identifier(value, IdType.GAID).codes:
            return _(
                "IDs in small letters are what Android devices have. If these are Android devices, send them in a "
                "transfer of their own. If not, there is nothing to do: they are sent in capital letters."
            )
    return ""


def _told(code: str, sample: Mapping[str, Any]) -> tuple[str, str]:
    """What was found and what was expected; the report counts fields in English."""
    pair = str(sample["value"] or ""), str(sample["expected"] or "")
    if code not in _COUNTS_FIELDS:
        return pair
    found, expected = (int(text.partition(" ")[0]) for text in pair)
    return _fields(found), _fields(expected)


def _shape(id_type: IdType) -> str:
    """The shape of a kind of ID that is always as long; empty for the others."""
    template = ID_RULES[id_type].template
    if template is None:
        return ""
    given = {"count": len(template), "example": ID_WORDS[id_type].example}
    return _("%(count)s characters, such as %(example)s") % given


def _fields(count: int) -> str:
    return ngettext("%(count)s field", "%(count)s fields", count) % {"count": grouped(count)}

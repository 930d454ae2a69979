"""The findings: every code of the contract, in its order, with its weight and with words."""

import pytest

from ingest.aam.findings import FINDINGS, FindingRule, Severity
from ingest.aam.limits import MAX_LINES_PER_ID, MAX_RECORD_BYTES

REFUSED, CHANGED, NOTICE = Severity.REFUSED, Severity.CHANGED, Severity.NOTICE
# The table of the contract's section 5, and the file findings below it.
TABLE = [
    ("row.unreadable", (REFUSED,)),
    ("row.too_few_fields", (REFUSED,)),
    ("row.too_many_fields", (REFUSED,)),
    ("id.missing", (REFUSED,)),
    ("id.unsafe_characters", (REFUSED,)),
    ("id.colon", (REFUSED,)),
    ("id.email", (REFUSED,)),
    ("id.format", (REFUSED,)),
    ("id.spreadsheet_damage", (REFUSED,)),
    ("id.all_zeros", (REFUSED,)),
    ("id.empty_hash", (REFUSED,)),
    ("id.percent_encoded", (NOTICE,)),
    ("id.case_changed", (CHANGED,)),
    ("id.too_many_lines", (REFUSED,)),
    ("id.case_variant", (NOTICE,)),
    ("value.unsafe_characters", (CHANGED, REFUSED)),
    ("value.email", (REFUSED,)),
    ("value.phone", (NOTICE,)),
    ("value.card", (REFUSED,)),
    ("value.not_mapped", (REFUSED,)),
    ("value.not_a_date", (REFUSED,)),
    ("trait.not_a_number", (REFUSED,)),
    ("trait.conflict", (REFUSED,)),
    ("trait.unknown", (NOTICE,)),
    ("trait.other_data_source", (NOTICE,)),
    ("trait.not_onboarded", (NOTICE,)),
    ("trait.too_new", (NOTICE,)),
    ("record.nothing_to_send", (REFUSED,)),
    ("record.too_long", (REFUSED,)),
    ("file.empty", (REFUSED,)),
    ("file.no_rows", (REFUSED,)),
    ("file.not_text", (REFUSED,)),
    ("file.unknown_encoding", (REFUSED,)),
    ("file.header_duplicate", (REFUSED,)),
    ("file.header_missing", (REFUSED,)),
    ("file.columns_missing", (REFUSED,)),
    ("file.compressed_bomb", (REFUSED,)),
    ("file.too_large", (REFUSED,)),
    ("file.encrypted", (REFUSED,)),
]


def test_the_codes_are_the_contracts_in_its_order_with_its_severities() -> None:
    assert [(code, rule.severities) for code, rule in FINDINGS.items()] == TABLE


def test_only_file_findings_stop_the_whole_batch() -> None:
    assert {code: rule.scope for code, rule in FINDINGS.items()} == {
        code: "file" if code.startswith("file.") else "row" for code, _ in TABLE
    }


@pytest.mark.parametrize("rule", FINDINGS.values(), ids=FINDINGS)
def test_a_finding_speaks_in_sentences(rule: FindingRule) -> None:
    assert FINDINGS[rule.code] is rule
    for sentence in (rule.meaning, rule.what_to_do):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert rule.expected
    assert not rule.expected.endswith(".")


@pytest.mark.parametrize(
    ("code", "limit"), [("record.too_long", MAX_RECORD_BYTES), ("id.too_many_lines", MAX_LINES_PER_ID)]
)
def test_a_finding_about_a_limit_names_the_limit(code: str, limit: int) -> None:
    assert f" {limit:,} " in FINDINGS[code].meaning
    assert f" {limit:,} " in FINDINGS[code].expected


def test_no_two_findings_say_the_same() -> None:
    assert len({rule.meaning for rule in FINDINGS.values()}) == len(FINDINGS)


def test_the_severities_are_named_as_in_reports() -> None:
    assert [each.value for each in Severity] == ["refused", "changed", "notice"]


def test_a_finding_cannot_be_replaced() -> None:
    with pytest.raises(TypeError):
        FINDINGS["id.colon"] = FINDINGS["id.email"]  # type: ignore[index]  # what the test is about

"""`docs/aam-format.md` says what the code says: each code, limit, ID type and data source once, in the same words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES
from ingest.aam.findings import FINDINGS, FindingRule
from ingest.aam.identifiers import ID_RULES, IdRule, IdType
from ingest.aam.limits import LIMITS
from ingest.aam.naming import FileNameError, parse_file_name
from ingest.aam.records import KEY_PATTERN, TRAIT_PATTERN

PAGE = (Path(__file__).parent.parent.parent / "docs" / "aam-format.md").read_text(encoding="utf-8")
Row = tuple[str, ...]


def tables() -> Iterator[tuple[Row, list[Row]]]:
    """Every table of the page: its header and its rows, cell by cell."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, flags=re.MULTILINE):
        header, _, *rows = [tuple(cell.strip() for cell in line[1:-1].split(" | ")) for line in block.splitlines()]
        yield header, rows


def rows_under(first_name: str) -> list[Row]:
    """The rows of all tables whose first column has this name."""
    found = [row for header, rows in tables() if header[0] == first_name for row in rows]
    assert found, f"no table begins with {first_name}"
    return found


def code(text: str) -> str:
    """The text as code in a table."""
    return f"`{text}`"


def documented(rule: FindingRule) -> Row:
    """The row of a finding."""
    return (code(rule.code), " or ".join(rule.severities), rule.meaning, rule.expected, rule.what_to_do)


def test_every_finding_stands_once_in_order_and_in_the_same_words() -> None:
    assert rows_under("Code") == [documented(rule) for rule in FINDINGS.values()]


def test_the_findings_that_stop_a_batch_have_a_table_of_their_own() -> None:
    scopes = [{FINDINGS[row[0].strip("`")].scope for row in rows} for header, rows in tables() if header[0] == "Code"]
    assert scopes == [{"row"}, {"file"}]


def test_every_limit_stands_once_with_its_value_and_its_page() -> None:
    assert rows_under("Limit") == [
        (code(limit.name), f"{limit.value:,}", limit.unit, limit.meaning, code(limit.source))
        for limit in LIMITS.values()
    ]


def shape(rule: IdRule) -> str:
    """The shape as the page has it: a class of characters is written with ranges."""
    return "[0-9A-Za-z-]+" if rule.alphabet is not None else rule.pattern


def test_every_id_type_stands_once_with_its_rule() -> None:
    assert rows_under("ID type") == [
        (
            code(rule.type),
            rule.label,
            code(shape(rule)),
            code(rule.case),
            "yes" if rule.is_device else "no",
            rule.expected,
        )
        for rule in ID_RULES.values()
    ]


@pytest.mark.parametrize("id_type", IdType)
def test_the_documented_shape_takes_what_the_code_takes(id_type: IdType) -> None:
    rule = ID_RULES[id_type]
    texts = [chr(number) * length for number in range(0x250) for length in (1, 2, 38, 64)]
    taken = [text for text in texts if re.fullmatch(rule.pattern, text)]
    assert [text for text in texts if re.fullmatch(shape(rule), text)] == taken


def test_every_global_data_source_stands_once() -> None:
    assert rows_under("DPID") == [
        (str(dpid), source.label, code(source.id_type)) for dpid, source in GLOBAL_DATA_SOURCES.items()
    ]


@pytest.mark.parametrize(("name", "found", "expected", "what_to_do"), rows_under("Name"))
def test_a_name_that_the_page_refuses_is_refused_in_its_words(
    name: str, found: str, expected: str, what_to_do: str
) -> None:
    with pytest.raises(FileNameError) as caught:
        parse_file_name(name.strip("`"))
    assert (caught.value.found, caught.value.expected, caught.value.what_to_do) == (found, expected, what_to_do)


def test_the_patterns_in_the_text_are_those_of_the_code() -> None:
    assert code(KEY_PATTERN.pattern) in PAGE
    assert code(TRAIT_PATTERN.pattern) in PAGE

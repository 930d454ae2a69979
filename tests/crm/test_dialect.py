"""Separators, quotes and escapes are found: by the mapping's columns first, then by how tidy the rows come out."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.crm.dialect import Dialect, detect_dialect, separator_line
from ingest.crm.dialect_records import read_records
from ingest.crm.mapping_types import ReaderOptions
from tests.fixtures.crm.hostile import DELIMITERS, hostile_files
from tests.fixtures.crm.hostile_texts import Expected
from tests.reference import reader as reference

TEXTS = [(name, expected) for name, _, expected in hostile_files() if expected.text is not None and expected.delimiter]


@pytest.mark.parametrize(("name", "expected"), TEXTS, ids=[name for name, _ in TEXTS])
def test_the_header_is_found_in_every_hostile_file(name: str, expected: Expected) -> None:
    found = detect_dialect(expected.text or "").dialect
    assert found.delimiter == (expected.delimiter if "excel's hint" not in name else found.delimiter)
    assert (found.escape, found.skip_blanks_before_quote) == (expected.escape, expected.skip_blanks)


@pytest.mark.parametrize(("delimiter", "quote"), list(product(DELIMITERS.values(), ['"', "'", ""])))
def test_the_mappings_columns_decide_whatever_the_rows_look_like(delimiter: str, quote: str) -> None:
    names = ("crm_id", "city", "note")
    rows = ["a,b;c|d\te f:g", "h;i,j,k|l", "1;2;3,4,5"]
    text = delimiter.join(f"{quote}{name}{quote}" for name in names) + "\n" + "\n".join(rows) + "\n"
    found = detect_dialect(text, wanted_columns=["note", "crm_id"])
    assert found.dialect.delimiter == delimiter
    assert found.confidence == 1.0
    header = read_records(text, found.dialect, 1).records[0]
    assert tuple(header) == names


def test_a_column_whose_name_has_separators_in_it_is_found() -> None:
    text = "Name, first;Spent | EUR;id\nAnn;1,5;7\nBob;2,5;8\n"
    found = detect_dialect(text, wanted_columns=["Spent | EUR", "Name, first"])
    assert found.dialect.delimiter == ";"


def test_a_single_wanted_column_with_blanks_in_its_name_is_one_column() -> None:
    found = detect_dialect("crm id nr\n1 2 3\n4 5 6\n", wanted_columns=["crm id nr"])
    assert (found.dialect.delimiter, found.confidence) == (",", 1.0)


def test_a_missing_column_does_not_keep_the_others_from_deciding() -> None:
    text = "id,name;x,city\n1,a;b;c,d\n2,e;f;g,h\n"
    assert detect_dialect(text, wanted_columns=["id", "city", "gone"]).dialect.delimiter == ","


@pytest.mark.parametrize("blank_lines", ["", "\n", "\r\n\r\n", "\r\r"])
def test_empty_lines_before_the_header_do_not_matter(blank_lines: str) -> None:
    assert detect_dialect(f"{blank_lines}id;name\n1;a,b\n", wanted_columns=["name"]).dialect.delimiter == ";"


@pytest.mark.parametrize("delimiter", [",", ";", "x", "~", "\x02"])
@pytest.mark.parametrize("quote", ["", '"', "'", "$"])
@pytest.mark.parametrize("escape", ["", "\\", "^"])
def test_what_was_confirmed_is_kept(delimiter: str, quote: str, escape: str) -> None:
    options = ReaderOptions(delimiter=delimiter, quote=quote, escape=escape)
    found = detect_dialect("id|name\n1|Ann\n2|Bob\n", wanted_columns=["id"], options=options)
    assert found.dialect == Dialect(delimiter, quote or None, escape or None, skip_blanks_before_quote=False)
    assert found.confidence == 1.0


def test_an_escape_that_is_the_quote_is_doubling() -> None:
    assert detect_dialect("id,a\n", options=ReaderOptions(quote='"', escape='"')).dialect.escape is None


@pytest.mark.parametrize("text", ["", "\n\n", "x", "\\", '"', "'", "\\\n", '"\n"', "a\\", ",", " ", "\x00", "id\\,"])
def test_next_to_nothing_is_comma_separated(text: str) -> None:
    assert detect_dialect(text).dialect.delimiter == ","


@pytest.mark.parametrize(
    ("rows", "skips"),
    [
        (['1, "a, b", "c"', '2, "d, e", "f"'], True),
        (['1, "a, b","c"', '2,"d, e","f"', '3,"g","h"'], False),
        (['1, "a" b, c', '2, "d" e, f'], False),
        (['1, a, "b"', '2, c, "d"'], True),
    ],
)
def test_blanks_before_quotes_are_skipped_only_when_the_file_keeps_to_it(rows: list[str], skips: bool) -> None:
    text = "id, x, y\n" + "\n".join(rows) + "\n"
    assert detect_dialect(text).dialect.skip_blanks_before_quote is skips


@pytest.mark.parametrize("broken", ['2,"Bob\n', '2,"Bob"x\n', '2,"Bob\n3,"Eve"y\n'])
def test_a_few_broken_quotes_do_not_abolish_quoting(broken: str) -> None:
    assert detect_dialect("id,name\n1,Ann\n" + broken + "4,Kim\n").dialect.quote == '"'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sep=;\nid;a\n", ("sep=;", ";")),
        ("SEP=\t\r\nid\ta\n", ("SEP=\t", "\t")),
        ('"sep=|"\nid|a\n', ('"sep=|"', "|")),
        ("sep=;;\n", None),
        ("sep=ü\n", None),
        ("id;sep=;\n", None),
        ("sep=;", None),
    ],
)
def test_excels_separator_line_is_a_hint(text: str, found: tuple[str, str] | None) -> None:
    assert separator_line(text) == found


def test_a_confirmed_delimiter_wins_over_excels_hint() -> None:
    assert detect_dialect("sep=;\nid|a\n", options=ReaderOptions(delimiter="|")).dialect.delimiter == "|"


DIALECTS = [
    Dialect(",", '"', None, skip_blanks_before_quote=False),
    Dialect(";", "'", None, skip_blanks_before_quote=False),
    Dialect("\t", '"', "\\", skip_blanks_before_quote=False),
    Dialect(" ", '"', None, skip_blanks_before_quote=False),
    Dialect(",", '"', None, skip_blanks_before_quote=True),
    Dialect(",", None, "\\", skip_blanks_before_quote=False),
    Dialect("|", None, None, skip_blanks_before_quote=False),
]


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None, max_examples=150)
@given(text=st.text("ab \t,;|\"'\\\r\n", max_size=40))
def test_samples_are_read_as_the_reference_reads(dialect: Dialect, text: str) -> None:
    plain = reference.Dialect(
        dialect.delimiter, dialect.quote or "", dialect.escape or "", dialect.skip_blanks_before_quote
    )
    assume(not text.endswith("\\"))
    rows = [row.cells for row in reference.read_rows(text, plain)]
    sample = read_records(text, dialect, 1000)
    assert list(sample.records) == [cells for cells in rows if cells is not None]
    assert sample.broken == sum(cells is None for cells in rows)


@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=200), wanted=st.lists(st.text(max_size=3), max_size=3))
def test_any_text_has_some_dialect(text: str, wanted: list[str]) -> None:
    found = detect_dialect(text, wanted_columns=wanted)
    assert len(found.dialect.delimiter) == 1
    assert found.dialect.delimiter.isascii()
    assert 0 <= found.confidence <= 1


@pytest.mark.parametrize("text", ['"' * 300_000, "a,'" * 100_000, ' "' * 150_000, "\\" * 300_000, "a;" * 200_000])
def test_no_text_takes_long(text: str) -> None:
    assert detect_dialect(text).dialect.delimiter in {",", ";", " ", "'"}

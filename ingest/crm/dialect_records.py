"""Read the first records of a text under a supposed dialect, to see how well it fits (decision 1, numbers 1 to 4)."""

import re
from dataclasses import dataclass
from functools import lru_cache

LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Dialect:
    """How fields are separated: single ASCII characters. `quote`, `escape` None: the file has none.

    With `escape` None a quote inside quotes is doubled. `skip_blanks_before_quote`: the file writes `, "a, b"`.
    """

    delimiter: str
    quote: str | None
    escape: str | None
    skip_blanks_before_quote: bool


@dataclass(frozen=True)
class SampleRecords:
    """The first records of a sample; `quoted` and `broken` count the fields in quotes and the unreadable records."""

    records: tuple[tuple[str, ...], ...]
    quoted: int
    broken: int


@dataclass(frozen=True)
class _Patterns:
    quoted: re.Pattern[str] | None
    plain: re.Pattern[str]
    line: re.Pattern[str]
    escaped: re.Pattern[str] | None


@lru_cache(maxsize=256)
def _patterns(dialect: Dialect) -> _Patterns:
    delimiter = re.escape(dialect.delimiter)
    blank = "".join(re.escape(blank) for blank in " \t" if blank != dialect.delimiter)
    escape = re.escape(dialect.escape or "")
    any_escaped = f"|{escape}[\\s\\S]" if escape else ""
    plain = re.compile(f"(?:[^{delimiter}\\r\\n{escape}]{any_escaped})*+")
    escaped = re.compile(f"{escape}([\\s\\S])") if escape else None
    if not dialect.quote:
        return _Patterns(None, plain, re.compile(r"[^\r\n]*+"), escaped)
    quote = re.escape(dialect.quote)
    before = f"[{blank}]*+" if dialect.skip_blanks_before_quote else ""
    inside = f"((?:[^{quote}{escape}]|{quote}{quote}{any_escaped})*+)"
    quoted = re.compile(f"{before}{quote}{inside}{quote}(?!{quote})[{blank}]*+(?={delimiter}|[\\r\\n]|\\Z)")
    return _Patterns(quoted, plain, re.compile(r"[^\r\n]*+"), escaped)


EMPTY_LINES = re.compile(r"[\r\n]*+")


def read_records(text: str, dialect: Dialect, most: int) -> SampleRecords:
    """At most `most` records of the text; empty lines are skipped, a broken record costs its first line."""
    patterns = _patterns(dialect)
    records: list[tuple[str, ...]] = []
    quoted = broken = position = 0
    while position < len(text) and len(records) + broken < most:
        empty_lines = EMPTY_LINES.match(text, position)
        position = empty_lines.end() if empty_lines else position
        record, in_quotes, end = _read_record(text, position, dialect, patterns)
        if record is None:
            broken += 1
        elif end > position:
            records.append(record)
            quoted += in_quotes
        line_end = LINE_END.match(text, end)
        position = line_end.end() if line_end else end
        if line_end is None and end < len(text):
            break  # an escape at the very end
    return SampleRecords(tuple(records), quoted, broken)


def _read_record(
    text: str, start: int, dialect: Dialect, patterns: _Patterns
) -> tuple[tuple[str, ...] | None, int, int]:
    """The cells from `start` on (None when its quoting is broken), how many were quoted, and where the record ends."""
    cells: list[str] = []
    quoted = 0
    position = start
    while True:
        match = patterns.quoted.match(text, position) if patterns.quoted else None
        if match:
            cells.append(_plain_text(match[1], dialect, patterns))
            quoted += 1
        elif _opens_quote(text, position, dialect):
            line = patterns.line.match(text, start)
            return None, 0, line.end() if line else len(text)
        else:
            match = patterns.plain.match(text, position)
            cell = match[0] if match else ""
            cells.append(patterns.escaped.sub(r"\1", cell) if patterns.escaped else cell)
        position = match.end() if match else position
        if text[position : position + 1] != dialect.delimiter:
            return tuple(cells), quoted, position
        position += 1


def _plain_text(inside: str, dialect: Dialect, patterns: _Patterns) -> str:
    if patterns.escaped:
        inside = patterns.escaped.sub(r"\1", inside)
    quote = dialect.quote or ""
    return inside.replace(quote * 2, quote)


def _opens_quote(text: str, position: int, dialect: Dialect) -> bool:
    if not dialect.quote:
        return False
    if dialect.skip_blanks_before_quote:
        while text[position : position + 1] in {" ", "\t"} and text[position] != dialect.delimiter:
            position += 1
    return text[position : position + 1] == dialect.quote

"""How a customer file separates and quotes its fields: the mapping's columns decide first, then the rows' tidiness."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ingest.aam.text import trim

from .dialect_records import Dialect, SampleRecords, read_records
from .dialect_tidiness import tidiness
from .mapping_types import ReaderOptions

__all__ = ["DetectedDialect", "Dialect", "detect_dialect", "separator_line"]

# The likelier of two equals first. The rare ones are believed only when the header agrees with the rows.
COMMON_DELIMITERS = ",;\t|"
CONTROL_DELIMITERS = "\x01\x1e\x1f\x1c\x1d\x02\x07\x0b\x0c"
RARE_DELIMITERS = "^~:#!*&$%+=/ "
DELIMITERS = COMMON_DELIMITERS + CONTROL_DELIMITERS + RARE_DELIMITERS
SAMPLE_RECORDS = 200
SAMPLE_CHARACTERS = 2 * 1024 * 1024
SCORED_CHARACTERS = 128 * 1024
MOST_CANDIDATES = 8
BROKEN_AT_LEAST = 3

_SEPARATOR_LINE = re.compile(r'(?:sep=(.)|"sep=(.)")(?=[\r\n])', re.IGNORECASE)


@dataclass(frozen=True)
class DetectedDialect:
    """A dialect and how sure it is, 0..1; 1 when it was confirmed or the mapping's columns are found with it."""

    dialect: Dialect
    confidence: float


@dataclass(frozen=True)
class _Judged:
    """One dialect tried on the sample: how many wanted names its first record has, and how tidy its rows are."""

    dialect: Dialect
    wanted: int
    score: float


def separator_line(text: str) -> tuple[str, str] | None:
    """Excel's `sep=;` in the first line: that line's text without its end, and the delimiter it names."""
    match = _SEPARATOR_LINE.match(text)
    if match is None:
        return None
    delimiter = match[1] or match[2]
    return (match[0], delimiter) if delimiter.isascii() else None


def detect_dialect(
    text: str, *, wanted_columns: Collection[str] = (), options: ReaderOptions | None = None
) -> DetectedDialect:
    """The dialect of a text's first records (without byte order mark); `options` are kept whatever the text says.

    A file of one column has the delimiter `,`. A first line `sep=;` is a hint, not a record.
    """
    options = options or ReaderOptions()
    text = text[:SAMPLE_CHARACTERS]
    hint = separator_line(text)
    if hint is not None:
        text = text[len(hint[0]) :]
    delimiters = _delimiters(text, options.delimiter or (hint[1] if hint else None), wanted=bool(wanted_columns))
    wanted = frozenset(trim(name) for name in wanted_columns)
    judged = [_best_quoting(text, delimiter, options, wanted) for delimiter in delimiters]
    judged.sort(key=lambda one: (-one.wanted, -one.score, DELIMITERS.find(one.dialect.delimiter)))
    best = judged[0]
    if options.delimiter or hint or (wanted and best.wanted == len(wanted)):
        return DetectedDialect(best.dialect, 1.0)
    if best.wanted == 0 and best.score <= 0:
        return DetectedDialect(_best_quoting(text, ",", options, wanted).dialect, 0.5)
    return DetectedDialect(best.dialect, _confidence(judged))


def _confidence(judged: list[_Judged]) -> float:
    best = judged[0]
    if best.wanted:
        return 0.9
    rival = max((one.score for one in judged[1:]), default=0.0)
    return round(min(1.0, max(0.0, best.score) * 0.6 + max(0.0, best.score - max(rival, 0.0)) * 0.4), 3)


def _delimiters(text: str, given: str | None, *, wanted: bool) -> list[str]:
    """The delimiters worth a try: the given one, or those that occur, the most regular ones; `,` in any case.

    With `wanted` columns those that stand in the first line come first.
    """
    if given:
        return [given]
    lines = [line for line in re.split(r"[\r\n]+", text[:SCORED_CHARACTERS]) if line][:SAMPLE_RECORDS]
    first = _first_line(text)
    present = [one for one in DELIMITERS if one in first or any(one in line for line in lines)]
    shares = {one: sum(one in line for line in lines) for one in present}
    chosen = sorted(present, key=lambda one: (wanted and one not in first, -shares[one], DELIMITERS.index(one)))[
        :MOST_CANDIDATES
    ]
    return [*dict.fromkeys([*chosen, *(one for one in present if one in COMMON_DELIMITERS), ","])]


def _first_line(text: str) -> str:
    """The first line that isn't empty."""
    match = re.compile(r"[\r\n]*+([^\r\n]*+)").match(text)
    return match[1] if match else ""


def _best_quoting(text: str, delimiter: str, options: ReaderOptions, wanted: frozenset[str]) -> _Judged:
    """The best of the quotings and escapes that may go with a delimiter."""
    sample = text[:SCORED_CHARACTERS]
    plain = Dialect(delimiter, '"', escape=None, skip_blanks_before_quote=False)
    if len(text) > len(sample) and not read_records(sample, plain, 3).records[1:]:
        sample = text  # a first record as long as the sample
    dialects = list(_quotings(sample, delimiter, options))
    if options.delimiter and len(dialects) == 1:
        # everything was confirmed: there is nothing to compare
        return _Judged(dialects[0], 0, 0.0)
    tried = [_judge(sample, dialect, wanted, cut=len(sample) < len(text)) for dialect in dialects]
    return max(tried, key=lambda one: (one.wanted, one.score))


def _quotings(text: str, delimiter: str, options: ReaderOptions) -> Iterator[Dialect]:
    """Dialects of one delimiter, the plainest first: of equals the first one wins."""
    for quote in _quotes(text, delimiter, options.quote):
        for escape in _escapes(text, options.escape, quote, delimiter):
            yield Dialect(delimiter, quote, escape, skip_blanks_before_quote=False)
            if quote and _blanks_before_quotes(text, delimiter, quote):
                yield Dialect(delimiter, quote, escape, skip_blanks_before_quote=True)


def _quotes(text: str, delimiter: str, given: str | None) -> Iterable[str | None]:
    """The quotes worth a try. `"` always is: a few broken rows are refused, not read as if no quotes existed."""
    if given is not None:
        return (given or None,)
    quotes: list[str | None] = ['"']
    if _openings(text, delimiter, "'") and _enclosing(text, delimiter, "'"):
        quotes.append("'")
    if _openings(text, delimiter, '"') and _mostly_broken(text, delimiter):
        quotes.append(None)
    return quotes


def _enclosing(text: str, delimiter: str, quote: str) -> bool:
    """Whether more fields are enclosed by the quotes than records are broken by them."""
    sample = _read(text, delimiter, quote)
    return sample.quoted > sample.broken


def _mostly_broken(text: str, delimiter: str) -> bool:
    """Whether `"` breaks so many records and encloses so few fields that it must be a mere character of the text."""
    sample = _read(text, delimiter, '"')
    often = sample.broken >= BROKEN_AT_LEAST and sample.broken * 3 >= len(sample.records)
    return often and sample.quoted < sample.broken


def _read(text: str, delimiter: str, quote: str) -> SampleRecords:
    """The records without an escape, blanks before quotes allowed where the file has them."""
    blanks = _blanks_before_quotes(text, delimiter, quote)
    return read_records(text, Dialect(delimiter, quote, escape=None, skip_blanks_before_quote=blanks), SAMPLE_RECORDS)


def _openings(text: str, delimiter: str, quote: str) -> bool:
    # A delimiter among the blanks would be eaten again from each of its places on.
    blanks = "".join(blank for blank in " \t" if blank != delimiter)
    return re.search(f"(?:^|[\\r\\n{re.escape(delimiter)}])[{blanks}]*+{quote}", text) is not None


def _escapes(text: str, given: str | None, quote: str | None, delimiter: str) -> Iterable[str | None]:
    if given is not None:
        return (given if given and given != quote else None,)
    meaningful = [f"\\{quote}"] if quote else []
    if any(pair in text for pair in [*meaningful, f"\\{delimiter}"]):
        return (None, "\\")
    return (None,)


def _blanks_before_quotes(text: str, delimiter: str, quote: str) -> bool:
    """Whether nearly all quotes that follow a delimiter have blanks before them and enclose their field."""
    mark, end = re.escape(delimiter), f"[ \\t]*+(?:{re.escape(delimiter)}|[\\r\\n]|\\Z)"
    if delimiter == " ":
        return False
    blank = " " if delimiter == "\t" else "[ \\t]"
    openings = len(re.findall(f"{mark}{blank}*+{quote}", text))
    enclosing = len(re.findall(f"{mark}{blank}++{quote}(?:[^{quote}]|{quote}{quote})*+{quote}(?={end})", text))
    return enclosing > 0 and enclosing * 10 >= openings * 9


def _judge(text: str, dialect: Dialect, wanted: frozenset[str], *, cut: bool) -> _Judged:
    sample = read_records(text, dialect, SAMPLE_RECORDS)
    if cut and len(sample.records) > 2 and len(sample.records) + sample.broken < SAMPLE_RECORDS:
        sample = SampleRecords(sample.records[:-1], sample.quoted, sample.broken)
    names = Counter(trim(cell) for cell in sample.records[0]) if sample.records else Counter[str]()
    found = sum(1 for name in wanted if name in names)
    return _Judged(dialect, found, tidiness(sample, dialect, strict=dialect.delimiter in RARE_DELIMITERS))

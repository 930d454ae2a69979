"""Kinds of damage that collections of broken CSV files are made of, in small files of our own."""

import time
from collections.abc import Callable

import pytest

from ingest.crm.dialect import Dialect, detect_dialect

PLAIN = Dialect(delimiter=",", quote='"', escape=None, skip_blanks_before_quote=False)
ROWS = "".join(f'{number},Ada,"Main Street {number}, Springfield",ada{number}@example.com\n' for number in range(1, 30))
TABLE = f'id,name,"address",mail\n{ROWS}'
COLUMNS = ("id", "name", "mail")


def _damaged(line: int, old: str, new: str) -> str:
    """The table with one piece of one line replaced; line 0 is the header."""
    lines = TABLE.splitlines(keepends=True)
    assert old in lines[line]
    lines[line] = lines[line].replace(old, new, 1)
    return "".join(lines)


DAMAGE = {
    "nothing": TABLE,
    "a separator too many": _damaged(3, ",Ada", ",,Ada"),
    "a separator too few": _damaged(3, ",Ada", "Ada"),
    "a separator too few behind a quoted field": _damaged(3, '",', '"'),
    "a stray quote at the start of a field": _damaged(3, "Ada", '"Ada'),
    "a stray quote inside a field": _damaged(3, "Ada", 'A"da'),
    "a stray quote inside a quoted field": _damaged(3, "Main", '"Main'),
    "a stray quote in the header": _damaged(0, "name", '"name'),
    "a quote that stays open in the last row": TABLE + '30,Ada,"Main Street, \n',
    "another separator in one row": _damaged(3, ",Ada,", ";Ada;"),
    "a title above the header": f"Customers of May\n{TABLE}",
    "empty lines above the header": "\n\r\n\n" + TABLE,
    "a second table below": f"{TABLE}\nshop,town\n1,Springfield\n2,Shelbyville\n",
    "a foot line": f"{TABLE}29 customers\n",
    "no line end": TABLE.removesuffix("\n"),
    "line ends of several kinds": TABLE.replace("\n", "\r\n", 7).replace("\n", "\r", 3),
    "the header alone": TABLE.splitlines(keepends=True)[0],
}


@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE.keys())
def test_one_damaged_place_does_not_change_how_the_whole_file_is_read(text: str) -> None:
    assert detect_dialect(text).dialect == PLAIN
    assert detect_dialect(text, wanted_columns=COLUMNS).dialect == PLAIN


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "^", "~"])
def test_the_delimiter_is_found_when_one_row_is_damaged(delimiter: str) -> None:
    text = TABLE.replace(", ", "\0").replace(",", delimiter).replace("\0", ", ").replace(f"3{delimiter}Ada", '3"Ada', 1)
    found = detect_dialect(text, wanted_columns=COLUMNS).dialect
    assert (found.delimiter, found.quote) == (delimiter, '"')


def test_blanks_behind_every_delimiter_do_not_hide_the_quotes() -> None:
    text = "id, name, address\n" + "".join(f'{number}, Ada, "Main Street, {number}"\n' for number in range(20))
    found = detect_dialect(text).dialect
    assert (found.delimiter, found.quote, found.skip_blanks_before_quote) == (",", '"', True)


RUNS: dict[str, Callable[[int], str]] = {
    "blanks in a cell": lambda size: f"id,a\n1,{' ' * size}x\n",
    "tabs in a cell": lambda size: f"id,a\n1,{chr(9) * size}x\n",
    "blanks before a quote": lambda size: f'id,a\n1,{" " * size}"x"\n',
    "quotes": lambda size: f"id,a\n1,{chr(34) * size}\n",
    "apostrophes": lambda size: f"id,a\n1,{chr(39) * size}\n",
    "escapes": lambda size: "id,a\n1," + "\\" * size + "\n",
    "escaped quotes": lambda size: 'id,a\n1,"' + '\\"' * (size // 2) + '"\n',
    "openings that nothing closes": lambda size: "id,a\n" + ',"' * (size // 2) + "\n",
    "empty lines above the header": lambda size: "\n" * size + "id,a\n1,x\n",
}


@pytest.mark.parametrize("make", RUNS.values(), ids=RUNS.keys())
def test_a_long_run_of_one_character_takes_no_more_than_its_share_of_time(make: Callable[[int], str]) -> None:
    small, large = make(8_000), make(64_000)
    detect_dialect(small)  # patterns are compiled once
    assert _seconds(large) < 20 * _seconds(small) + 0.5


def _seconds(text: str) -> float:
    """Processor time, so that busy neighbours do not matter."""
    start = time.process_time()
    detect_dialect(text)
    return time.process_time() - start

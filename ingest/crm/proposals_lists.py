"""Cells that hold several values: which separator, and how well the column proves it."""

import re
from dataclasses import dataclass
from typing import Final

from ingest.crm.proposals_values import JUDGED_VALUES, Counted, count_pieces, share, spread

# Signs that hardly stand in single values first; commas and slashes are part of places, names and dates as well.
_CLEAR: Final = ("|", ";")
_DOUBTFUL: Final = (",", "/")
_ENOUGH_ROWS: Final = 0.1
_ENOUGH_ROWS_IN_DOUBT: Final = 0.3
_MOST_PIECES: Final = 60
_LONGEST_PIECE: Final = 40
_MOST_WORDS: Final = 3
_NUMBERS: Final = re.compile("[0-9]+(?: *[|;,/ ] *[0-9]*)*")


@dataclass(frozen=True)
class CellList:
    """Cells of several values: the separator, the share of the rows that have it, and the pieces with their rows."""

    separator: str
    share: float
    pieces: Counted


def find_separator(counted: Counted) -> CellList | None:
    """The separator that the cells of a column share, when the pieces between prove that it is one."""
    sample = spread(counted, JUDGED_VALUES)
    text = "\n".join(value for value, _ in sample)
    for separator in (*_CLEAR, *_DOUBTFUL):
        if separator not in text:
            continue
        enough = _ENOUGH_ROWS if separator in _CLEAR else _ENOUGH_ROWS_IN_DOUBT
        if _is_between(sample, separator, enough) and _are_short(count_pieces(sample, separator)):
            found = _split(counted, separator)
            if separator in _CLEAR or _come_again(found.pieces, counted):
                return found
    return None


def find_number_separator(counted: Counted) -> CellList | None:
    """The separator of a column whose cells are whole numbers, one or several."""
    sample = spread(counted, JUDGED_VALUES)
    if not share(sample, lambda value: _NUMBERS.fullmatch(value) is not None, at_least=0.9):
        return None
    for separator in (*_CLEAR, *_DOUBTFUL, " "):
        # One cell of several is enough: what else would stand between whole numbers?
        if any(separator in value for value, _ in counted):
            return CellList(separator, _share_of(sample, separator), count_pieces(sample, separator))
    return None


def _is_between(counted: Counted, separator: str, enough: float) -> bool:
    return _share_of(counted, separator) >= enough


def _share_of(counted: Counted, separator: str) -> float:
    return share(counted, lambda value: separator in value.strip(separator))


def _split(counted: Counted, separator: str) -> CellList:
    return CellList(separator, _share_of(counted, separator), count_pieces(counted, separator))


def _are_short(pieces: Counted) -> bool:
    """Whether nearly all pieces are as short as a word of a list; sentences have semicolons too."""
    is_short = [len(piece) <= _LONGEST_PIECE and len(piece.split()) <= _MOST_WORDS for piece, _ in pieces]
    return sum(is_short) >= 0.9 * len(is_short)


def _come_again(pieces: Counted, counted: Counted) -> bool:
    """Whether the same few pieces make up many different cells, which `Paris, France` and `12,50` don't."""
    total = sum(rows for _, rows in pieces)
    has_letters = all(any(character.isalpha() for character in piece) for piece, _ in pieces)
    few = len(pieces) <= min(_MOST_PIECES, total // 3)
    return has_letters and few and _stand_anywhere(pieces, counted)


def _stand_anywhere(pieces: Counted, counted: Counted) -> bool:
    """Whether pieces also stand alone or there are more pairs than a fixed first and second half would make."""
    alone = sum(1 for piece, _ in pieces if any(value == piece for value, _ in counted))
    return alone > 0 or len(counted) > len(pieces)

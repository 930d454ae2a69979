"""How many lines of the built parts give or take each trait, counted in the very bytes that are sent."""

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
from isal import igzip

from ingest.engine.errors import Cancelled

Stop = Callable[[], bool]
Counts = dict[tuple[int, bool], int]

_unpacked: Any = igzip.open  # the stubs of isal say nothing about it
_CHUNK: Final = 4 << 20
_GZIP_START: Final = b"\x1f\x8b"
_DIGITS: Final = 18
"""Longer numbers don't fit 64 bits; no trait has one."""
_TAB, _LINE_END, _QUOTE, _COMMA, _EQUALS = b'\t\n",='
_STARTS: Final = ((False, b"d_sid"), (True, b"d_unsid"))
_MARGIN: Final = b"\n" * (_DIGITS + 2)
"""So that looking back from the first "=" and ahead from the last one stays inside."""

_Bytes = npt.NDArray[np.uint8]
_Places = npt.NDArray[np.int64]


def trait_lines(parts: Iterable[Path], traits: Collection[int], *, stop: Stop = lambda: False) -> Counts:
    """Lines that give (False) or take (True) each of these traits; those without a line are left out.

    `parts` are trait files as they were built, packed with gzip or not. `traits` are the only numbers that are looked
    for, so that nothing else of a customer file is in the answer. Raises Cancelled within a few MB of `stop`; OSError.
    """
    wanted = np.array(sorted(sid for sid in traits if 0 < sid < 10**_DIGITS), np.int64)
    counts = {is_taken: np.zeros(wanted.size, np.int64) for is_taken, _start in _STARTS}
    for path in parts if wanted.size else ():
        for lines in _lines(path):
            if stop():
                raise Cancelled
            for is_taken, found in _traits_in(lines):
                places = np.searchsorted(wanted, found)
                known = places[(places < wanted.size) & (wanted[np.minimum(places, wanted.size - 1)] == found)]
                counts[is_taken] += np.bincount(known, minlength=wanted.size)
    return {
        (int(sid), is_taken): int(lines)
        for is_taken, found in counts.items()
        for sid, lines in zip(wanted, found, strict=True)
        if lines
    }


def _lines(path: Path) -> Iterator[bytes]:
    """The uncompressed lines, some MB at once, never a part of one."""
    with path.open("rb") as file:
        is_packed = file.read(2) == _GZIP_START
        file.seek(0)
        source: BinaryIO = _unpacked(file) if is_packed else file
        rest = b""
        while chunk := source.read(_CHUNK):
            whole, end, begun = chunk.rpartition(b"\n")
            if not end:
                rest += chunk
                continue
            yield rest + whole + end
            rest = begun


def _traits_in(lines: bytes) -> Iterator[tuple[bool, _Places]]:
    """The traits of the items `d_sid=N` and `d_unsid=N`. What looks like one within an ID or a quoted value is none."""
    buffer = np.frombuffer(_MARGIN + lines + _MARGIN, np.uint8)
    equals = np.flatnonzero(buffer == _EQUALS)
    for is_taken, name in _STARTS:
        places = equals
        for back, letter in enumerate(reversed(name), 1):
            places = places[buffer[places - back] == letter]
        before = buffer[places - len(name) - 1]
        places = places[(before == _TAB) | (before == _COMMA)]
        if places.size:
            yield is_taken, _numbers(buffer, places[_are_items(buffer, places)] + 1)


def _are_items(buffer: _Bytes, places: _Places) -> npt.NDArray[np.bool_]:
    """Whether each place stands behind its line's only TAB, and outside the quotes, which no value contains."""
    begun = np.flatnonzero(buffer[len(_MARGIN) :] == _LINE_END) + len(_MARGIN)
    tabs, quotes = np.flatnonzero(buffer == _TAB), np.flatnonzero(buffer == _QUOTE)
    tab = tabs[np.minimum(np.searchsorted(begun, places), tabs.size - 1)]
    quoted = np.searchsorted(quotes, places) - np.searchsorted(quotes, tab)
    outside: npt.NDArray[np.bool_] = (tab < places) & (quoted % 2 == 0)
    return outside


def _numbers(buffer: _Bytes, starts: _Places) -> _Places:
    """The whole numbers that begin at these places; one that is longer than any trait's is 0."""
    numbers, at = np.zeros(starts.size, np.int64), starts.copy()
    for _digit in range(_DIGITS):
        digit = buffer[at].astype(np.int64) - ord("0")
        goes_on = (digit >= 0) & (digit <= 9)
        if not goes_on.any():
            break
        numbers = np.where(goes_on, numbers * 10 + digit, numbers)
        at += goes_on
    is_over = (buffer[at] == _COMMA) | (buffer[at] == _LINE_END)
    return np.where(is_over, numbers, 0)

"""Which encoding a customer file is written in: byte order marks, NUL patterns, UTF-8, then the old encodings."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

# The longer marks first: UTF-32's begins like UTF-16's.
BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
LEGACY_SAMPLE_BYTES = 64 * 1024
KEPT_BYTES_PER_BLOCK = 16 * 1024
LONGEST_SAMPLE_LINE = 4096
NUL_SAMPLE_BYTES = 256 * 1024
UTF8_PER_BROKEN = 2
SETTLED_BY = 20_000
ENOUGH_VALID = 1_000_000
WORST_MEAN_SCORE = -5.75
RARE_IN_TEXT = 10

_LEADS_ONLY = bytes(range(0xC0))  # what is taken away
_BROKEN_UTF8 = re.compile("[\udc80-\udcff]+")
_ASCII_AND_NULS = re.compile(rb"[\0\t\n\r -~]*+")
_UNDEFINED_IN_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_BROKEN_LEADS = re.compile("[\udcc0-\udcff]")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")


@dataclass(frozen=True)
class DetectedEncoding:
    """A Python codec name (never one that handles a byte order mark itself), the mark's length, and 0..1 trust."""

    name: str
    bom_bytes: int
    confidence: float


def detect_encoding(samples: Sequence[bytes], *, whole: bool) -> DetectedEncoding | None:
    """The encoding of a file from samples of it; None when nothing fits.

    `samples[0]` starts the file; the others may start and end inside a character. `whole`: nothing of the file is
    missing, so the last sample cannot end inside a character.
    """
    evidence = EncodingEvidence()
    for sample in samples:
        evidence.add(sample)
    return evidence.verdict(whole=whole)


class EncodingEvidence:
    """What the blocks of a file seen so far say about its encoding; keeps a small part of them only."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._blocks = 0
        self._ascii = True
        self._valid = 0
        self._broken = 0
        self._kept: list[bytes] = []

    def add(self, block: bytes) -> None:
        """Take in the next sample; the first one must start the file."""
        if self._blocks == 0:
            self._head = block[:NUL_SAMPLE_BYTES]
        self._blocks += 1
        self._tail = block[-4:] or self._tail
        if self.is_settled or block.isascii():
            return
        self._ascii = False
        self._count_utf8(block, at_start=self._blocks == 1)
        if self._broken:
            self._kept.append(_telling_lines(block, KEPT_BYTES_PER_BLOCK, at_start=self._blocks == 1))

    @property
    def is_settled(self) -> bool:
        """Whether so much is no UTF-8 that the rest of the file cannot make it UTF-8, and a large sample is kept."""
        return self._broken > SETTLED_BY and self._valid < self._broken

    def verdict(self, *, whole: bool) -> DetectedEncoding | None:
        """The encoding that fits best, None when none does; see `detect_encoding`."""
        wide = _by_mark(self._head) or _by_nul_pattern(self._head)
        if wide is not None:
            return wide
        if self._ascii:
            return _of_ascii(self._head)
        if not self._broken and not (whole and self._ends_inside_character() and self._valid < UTF8_PER_BROKEN):
            return DetectedEncoding("utf-8", 0, 1.0)
        if self._valid >= UTF8_PER_BROKEN * max(self._broken, 1):
            return DetectedEncoding("utf-8", 0, self._valid / (self._valid + self._broken))
        sample = _evenly(self._kept or [_telling_lines(self._head, LEGACY_SAMPLE_BYTES, at_start=True)])
        return _detect_legacy(sample)

    def _count_utf8(self, block: bytes, *, at_start: bool) -> None:
        body = block if at_start else block.lstrip(_CONTINUATION_BYTES)
        body = body[: len(body) - _cut_off(body)]
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            text = body.decode("utf-8", "surrogateescape")
            self._broken += len(_BROKEN_UTF8.findall(text))
            self._valid += len(body.translate(None, _LEADS_ONLY)) - _invalid_leads(text)
        else:
            if self._valid < ENOUGH_VALID:
                self._valid += len(body.translate(None, _LEADS_ONLY))

    def _ends_inside_character(self) -> bool:
        return _cut_off(self._tail) > 0


_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


def _invalid_leads(text: str) -> int:
    """How many lead bytes begin nothing valid: those that UTF-8 decoding left as single bytes."""
    return len(_BROKEN_LEADS.findall(text))


def _cut_off(body: bytes) -> int:
    """How many bytes at the end begin a UTF-8 character that is not finished."""
    for length in range(1, min(3, len(body)) + 1):
        byte = body[-length]
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4 if byte < 0xF5 else 0
            return length if needed > length else 0
        if byte < 0x80:
            return 0
    return 0


def mark_length(head: bytes, encoding: str) -> int:
    """How many bytes of byte order mark of that very encoding the file begins with; 0 for none."""
    name = codecs.lookup(encoding).name
    return next((len(mark) for mark, owner in BYTE_ORDER_MARKS if owner == name and head.startswith(mark)), 0)


def _by_mark(head: bytes) -> DetectedEncoding | None:
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return DetectedEncoding(name, len(mark), 1.0)
    return None


def _by_nul_pattern(head: bytes) -> DetectedEncoding | None:
    """UTF-16 and UTF-32 without a mark: the NULs of their ASCII characters stand at regular places."""
    size = len(head) // 4 * 4
    at = [head[place:size:4].count(0) for place in range(4)]
    nuls = sum(at)
    if size < 4 or nuls * 50 < size:
        return None
    most = size // 4 * 0.8
    if min(at[2:]) > most > at[0]:
        return _if_readable(head[:size], "utf-32-le")
    if min(at[:2]) > most > at[3]:
        return _if_readable(head[:size], "utf-32-be")
    even, odd = at[0] + at[2], at[1] + at[3]
    if max(even, odd) < nuls * 0.9 or (nuls * 4 < size and _ASCII_AND_NULS.fullmatch(head)):
        return None  # scattered NULs, or ASCII text whose empty cells are NULs
    return _if_readable(head[: len(head) // 2 * 2], "utf-16-le" if odd > even else "utf-16-be")


def _if_readable(body: bytes, name: str) -> DetectedEncoding | None:
    text = body.decode(name, "replace")
    return DetectedEncoding(name, 0, 0.95) if text.count("\ufffd") * 100 <= len(text) else None


def _of_ascii(head: bytes) -> DetectedEncoding:
    """ASCII is UTF-8, unless it switches character sets by escape sequences as old Japanese mail did."""
    if _ISO_2022_JP.search(head):
        return DetectedEncoding("iso2022_jp", 0, 0.9)
    return DetectedEncoding("utf-8", 0, 1.0)


def _telling_lines(block: bytes, limit: int, *, at_start: bool) -> bytes:
    """Up to `limit` bytes of whole lines that have bytes outside ASCII; each line once."""
    lines = block.replace(b"\r", b"\n").split(b"\n")
    whole = lines if at_start or len(lines) == 1 else lines[1:]
    chosen: dict[bytes, None] = {}
    size = 0
    for line in whole:
        if line.isascii() or line in chosen:
            continue
        part = _shortened(line)
        chosen[part] = None
        size += len(part) + 1
        if size >= limit:
            break
    return b"\n".join(chosen)


def _shortened(line: bytes) -> bytes:
    """A long line from its first byte outside ASCII on, cut behind an ASCII mark so that no character is torn."""
    if len(line) <= LONGEST_SAMPLE_LINE:
        return line
    first = next(at for at, byte in enumerate(line) if byte > 127)
    part = line[first : first + LONGEST_SAMPLE_LINE]
    cut = max(part.rfind(mark) for mark in (b",", b" ", b"\t", b'"', b"'"))
    return part[:cut] if cut > LONGEST_SAMPLE_LINE // 2 else part


def _evenly(blocks: list[bytes]) -> bytes:
    """At most LEGACY_SAMPLE_BYTES of the telling lines, the same share of each block."""
    share = max(LEGACY_SAMPLE_BYTES // len(blocks), 1024)
    step = max(1, len(blocks) * share // LEGACY_SAMPLE_BYTES)
    return b"\n".join(_up_to_line_end(block, share) for block in blocks[::step])


def _up_to_line_end(block: bytes, limit: int) -> bytes:
    return block if len(block) <= limit else block[: max(block.rfind(b"\n", 0, limit), 0)] or block[:limit]


def _detect_legacy(sample: bytes) -> DetectedEncoding | None:
    from .encoding_scores import (  # noqa: PLC0415  # UTF-8 files need none of its tables
        score_multi_byte,
        score_single_byte,
    )

    scores = sorted(score_single_byte(sample) + score_multi_byte(sample), key=lambda score: -score.total)
    best = scores[0]
    outside = sum(1 for byte in sample if byte > 127)
    if best.total / max(outside, 1) < WORST_MEAN_SCORE:
        return _of_few_symbols(sample, outside) or _ask_charset_normalizer(sample)
    text = sample.decode(best.encoding, "replace")
    rivals = (score for score in scores[1:] if sample.decode(score.encoding, "replace") != text)
    lead = best.total - next((score.total for score in rivals), best.total - 20)
    return DetectedEncoding(codecs.lookup(best.encoding).name, 0, round(0.5 + 0.49 * (1 - exp(-lead / 6)), 3))


def _of_few_symbols(sample: bytes, outside: int) -> DetectedEncoding | None:
    """A few symbols in ASCII say little about the encoding: it is what Windows writes, if that has them."""
    if outside * RARE_IN_TEXT > len(sample) or _UNDEFINED_IN_WINDOWS.search(sample):
        return None
    return DetectedEncoding("cp1252", 0, 0.3)


def _ask_charset_normalizer(sample: bytes) -> DetectedEncoding | None:
    """The rare encodings that the tables here don't know; imported late because it costs start-up time."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  # see above

    best = from_bytes(sample).best()
    if best is None or best.chaos > 0.1:
        return None
    return DetectedEncoding(codecs.lookup(best.encoding).name, 0, round(0.5 * (1 - best.chaos), 3))

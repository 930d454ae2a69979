"""Any encoding to UTF-8 in blocks: what the encoding does not allow becomes the byte 0xFF, which UTF-8 never has."""

import codecs
import sys
from collections.abc import Callable

# No decoder yields a lone surrogate, and "surrogateescape" writes this one as the byte 0xFF.
_UNDECODABLE = "\udcff"
_ERRORS = "ingest-undecodable"
_SMALLEST_STEP = 64 * 1024
_NOT_IN_TABLE = "\ufffe"  # how Python's tables mark bytes without a character


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _UNDECODABLE, error.end


codecs.register_error(_ERRORS, _mark)

Decode = Callable[[bytes, bool], str]


def is_utf8(encoding: str) -> bool:
    """Whether bytes of this encoding are passed on as they are; ASCII is not: its bytes from 0x80 on are wrong."""
    return codecs.lookup(encoding).name == "utf-8"


def decoder_of(encoding: str) -> Decode:
    """A function from the next bytes (and whether they are the last) to their text. Raises LookupError."""
    table = _table(encoding)
    if table is not None:
        return lambda data, _final: codecs.charmap_decode(data, "strict", table)[0]
    decoder = codecs.getincrementaldecoder(encoding)(_ERRORS)
    return decoder.decode


def _table(encoding: str) -> str | None:
    """The 256 characters of a single-byte encoding, None for the others: one table look-up a byte is fast."""
    info = codecs.lookup(encoding)
    if info.name in {"ascii", "iso8859-1"}:
        return "".join(bytes([byte]).decode(info.name, _ERRORS) for byte in range(256))
    table = getattr(sys.modules[info.incrementaldecoder.__module__], "decoding_table", None)
    return table.replace(_NOT_IN_TABLE, _UNDECODABLE) if isinstance(table, str) and len(table) == 256 else None


class Transcoder:
    """Reads bytes of one encoding by `fill` (as `readinto`) and gives UTF-8 by `readinto`."""

    def __init__(self, fill: Callable[[memoryview], int], encoding: str) -> None:
        self._fill = fill
        self._decode = decoder_of(encoding)
        self._raw = memoryview(bytearray(_SMALLEST_STEP))
        self._waiting = memoryview(b"")
        self._ended = False

    def readinto(self, view: memoryview) -> int:
        """Fill some of `view`; 0 only at the end."""
        while not self._waiting:
            if self._ended:
                return 0
            length = self._fill(self._raw)
            self._ended = length == 0
            text = self._decode(bytes(self._raw[:length]), self._ended)
            self._waiting = memoryview(text.encode("utf-8", "surrogateescape"))
        length = min(len(view), len(self._waiting))
        view[:length] = self._waiting[:length]
        self._waiting = self._waiting[length:]
        return length

"""Percent-encoding, as web addresses have it (RFC 3986): the standard library's is in a package that knows networks."""

import re
import string
from typing import Final

_PLAIN: Final = frozenset((string.ascii_letters + string.digits + "-._~").encode())
_CODE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


def encoded(text: str) -> str:
    """The text as it stands in an address: UTF-8, all but letters, digits and `-._~` as % codes."""
    data = text.encode("utf-8", errors="replace")
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)


def decoded_bytes(text: str) -> bytes:
    """What stands in an address, each % code as its byte; a % that begins no code stays."""
    return _CODE.sub(lambda code: bytes([int(code[1], 16)]), text.encode("utf-8", errors="replace"))


def decoded(text: str) -> str:
    """The same as text; what is no UTF-8 becomes a replacement character."""
    return decoded_bytes(text).decode("utf-8", errors="replace")

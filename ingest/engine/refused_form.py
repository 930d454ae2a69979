"""What is special about a refused.csv that comes back: its three leading columns, and cells that were protected."""

import re
from typing import Final

LEADING_COLUMNS: Final = ("row", "codes", "what to do")
_PROTECTED: Final = re.compile(r"'+[=+\-@\t\r]")


def unprotected(text: str) -> str:
    """A cell of a refused.csv without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if _PROTECTED.match(text) else text

"""The header row: column names, where they stand, and what is wrong with them for a mapping."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.aam.personal_data import is_email
from ingest.aam.text import trim
from ingest.aam.words import gettext_noop
from ingest.engine.errors import FileProblem
from ingest.engine.refused_form import LEADING_COLUMNS, unprotected

_LOOKS_LIKE_DATA = re.compile(r"[+-]?\d[\d.,:/ +-]*|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9a-fA-F]{64}")
_SHOWN_NAMES = 12


@dataclass(frozen=True)
class Header:
    """The trimmed names of the file's own columns, where each stands, and how many columns a refused.csv adds."""

    names: tuple[str, ...]
    places: Mapping[str, int]
    leading: int = 0


def read_header(cells: Sequence[str], wanted: Sequence[str]) -> Header:
    """The header of a file in which the mapping wants some columns.

    Raises FileProblem: file.header_missing, file.columns_missing, file.header_duplicate
    (docs/decisions/0001, 8; a repeated name matters only where it is wanted).
    """
    names = tuple(trim(cell) for cell in cells)
    leading = len(LEADING_COLUMNS) if names[: len(LEADING_COLUMNS)] == LEADING_COLUMNS else 0
    if leading:
        names = tuple(trim(unprotected(cell)) for cell in cells[leading:])
    missing = [name for name in wanted if name not in names]
    if not any(names) or (len(missing) == len(set(wanted)) and _is_data(names)):
        raise FileProblem(
            "file.header_missing",
            gettext_noop(
                "The first row holds no column names. Audience Manager needs to know which column is which: "
                "add a first row with names and upload the file again."
            ),
        )
    if missing:
        raise _missing_columns(missing, names)
    counts = Counter(names)
    repeated = [name for name in dict.fromkeys(wanted) if counts[name] > 1]
    if repeated:
        raise FileProblem(
            "file.header_duplicate",
            gettext_noop(
                "The column %(columns)s stands more than once in the header, so it is not clear which one is meant. "
                "Give each column a name of its own and upload the file again."
            ),
            columns=_quoted(repeated),
        )
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
    return Header(names, places, leading)


def _is_data(names: Sequence[str]) -> bool:
    filled = [name for name in names if name]
    data = [name for name in filled if is_email(name) or _LOOKS_LIKE_DATA.fullmatch(name)]
    return 2 * len(data) > len(filled)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _missing_columns(missing: Sequence[str], names: Sequence[str]) -> FileProblem:
    more = len(names) - _SHOWN_NAMES
    return FileProblem(
        "file.columns_missing",
        gettext_noop("The mapping needs the column %(columns)s, which is not in the file.")
        if len(missing) == 1
        else gettext_noop("The mapping needs the columns %(columns)s, which are not in the file."),
        gettext_noop("The file has %(names)s and %(more)s more.")
        if more > 0
        else gettext_noop("The file has %(names)s."),
        gettext_noop(
            "Upload a file with this column, or choose another column in the mapping (upper and lower case count)."
        ),
        columns=_quoted(missing), names=_quoted([name for name in names if name][:_SHOWN_NAMES]), more=more,
    )  # fmt: skip

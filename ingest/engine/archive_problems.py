"""What is wrong with an archive that cannot be taken: cut off, too much in it, or more than one file."""

from collections.abc import Sequence
from typing import Final

from ingest.aam.words import gettext_noop
from ingest.engine.errors import FileProblem

CUT_GZIP: Final = gettext_noop("The gzip file cannot be unpacked to its end.")
STRANGE_ZIP: Final = gettext_noop("The ZIP archive uses a kind of compression that is not supported.")
CUT_ZIP: Final = gettext_noop("The ZIP archive cannot be unpacked to its end.")
_NAMES_SHOWN: Final = 5


def several(members: Sequence[str]) -> FileProblem:
    """The problem of an archive that holds more than the customer file."""
    more = len(members) - _NAMES_SHOWN
    return FileProblem(
        "file.not_text",
        gettext_noop("The ZIP archive holds %(count)s files (%(names)s and %(more)s more); exactly one was expected.")
        if more > 0
        else gettext_noop("The ZIP archive holds %(count)s files (%(names)s); exactly one was expected."),
        gettext_noop("Pack the customer file alone."),
        count=len(members), names=", ".join(members[:_NAMES_SHOWN]), more=more,
    )  # fmt: skip


def damaged(found: str) -> FileProblem:
    """The problem of an archive that cannot be unpacked: the sentence that says so of its kind."""
    return FileProblem(
        "file.not_text",
        found,
        gettext_noop("A complete file was expected. Transfer it again, or upload the customer file unpacked."),
    )


def too_large(max_bytes: int) -> FileProblem:
    """The problem `file.too_large`."""
    return FileProblem(
        "file.too_large",
        gettext_noop(
            "The file holds more than %(size)s bytes, the largest size that is read. Split it and upload the pieces."
        ),
        size=f"{max_bytes:,}",
    )

"""Fixes in words: the button that does one, what follows from it, and what it has done."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from ingest.crm.fixes import FixKind
from ingest.services.number_words import grouped

K = FixKind
_BUTTONS: Final[Mapping[FixKind, str | Promise]] = {
    K.REMOVE_BLANKS: ngettext_lazy("Remove blanks from %(count)s ID", "Remove blanks from %(count)s IDs", "number"),
    K.CAPITALS: gettext_lazy("Do this in the matching, so that it is no warning next time"),
    K.SMALL_LETTERS: gettext_lazy("Do this in the matching, so that it is no warning next time"),
    K.HASH_ADDRESSES: ngettext_lazy("Hash %(count)s e-mail address", "Hash %(count)s e-mail addresses", "number"),
    K.HASH_COLUMN: gettext_lazy("Hash all values of %(column)s"),
    K.MERGE_REPEATED: gettext_lazy("Send one line for each person"),
    K.CLEAN_VALUES: ngettext_lazy(
        "Put a blank in their place in %(count)s row", "Put a blank in their place in %(count)s rows", "number"
    ),
    K.REPLACE_VALUE: gettext_lazy("Replace"),
    K.SKIP_VALUES: ngettext_lazy(
        "Send %(count)s row without such values", "Send %(count)s rows without such values", "number"
    ),
    K.LEAVE_OUT: gettext_lazy("Leave out the column %(column)s"),
}  # fmt: skip
_HINTS: Final[Mapping[FixKind, str | Promise]] = {
    K.REMOVE_BLANKS: gettext_lazy("This kind of ID has no blanks. Nothing else of an ID is changed."),
    K.CAPITALS: gettext_lazy("The IDs are sent in capital letters either way."),
    K.SMALL_LETTERS: gettext_lazy("The IDs are sent in small letters either way."),
    K.HASH_ADDRESSES: gettext_lazy(
        "Each address of %(column)s is trimmed, written in small letters and hashed (SHA-256) before it is sent."
    ),
    K.HASH_COLUMN: gettext_lazy(
        "Each cell of the column is trimmed, written in small letters and hashed (SHA-256), also one that holds no "
        "address."
    ),
    K.MERGE_REPEATED: gettext_lazy(
        "All rows of one ID become one line, and what stands there twice is sent once. Rows that contradict each other "
        "are left out."
    ),
    K.CLEAN_VALUES: gettext_lazy(
        "Quotation marks, commas, tabs and line breaks become one blank, and the row is sent."
    ),
    K.REPLACE_VALUE: gettext_lazy("The table of %(column)s gets one more line."),
    K.SKIP_VALUES: gettext_lazy("What the table of %(column)s does not list is not sent; the rest of the row is."),
    K.LEAVE_OUT: gettext_lazy("The column is not sent any more, for no row."),
}  # fmt: skip
_DONE: Final[Mapping[FixKind, str | Promise]] = {
    K.REMOVE_BLANKS: ngettext_lazy(
        "Blanks were removed from %(count)s ID", "Blanks were removed from %(count)s IDs", "number"
    ),
    K.CAPITALS: ngettext_lazy(
        "%(count)s ID changed to capital letters", "%(count)s IDs changed to capital letters", "number"
    ),
    K.SMALL_LETTERS: ngettext_lazy(
        "%(count)s ID changed to small letters", "%(count)s IDs changed to small letters", "number"
    ),
    K.HASH_ADDRESSES: ngettext_lazy(
        "%(count)s e-mail address is hashed", "%(count)s e-mail addresses are hashed", "number"
    ),
    K.HASH_COLUMN: gettext_lazy("All values of %(column)s are hashed"),
    K.MERGE_REPEATED: gettext_lazy("Each person has one line now"),
    K.CLEAN_VALUES: ngettext_lazy(
        "Characters that can't be sent became blanks in %(count)s row",
        "Characters that can't be sent became blanks in %(count)s rows", "number",
    ),
    K.REPLACE_VALUE: gettext_lazy("One more value of %(column)s is in its table"),
    K.SKIP_VALUES: gettext_lazy("Values that the table of %(column)s does not list are not sent"),
    K.LEAVE_OUT: gettext_lazy("The column %(column)s is not sent"),
}  # fmt: skip


def _said(words: str | Promise, column: str, rows: int) -> str:
    return str(words % {"column": f"“{column}”", "count": grouped(rows), "number": rows})


def button_of(kind: FixKind, column: str, rows: int) -> str:
    """What the button that begins a fix of so many rows says."""
    return _said(_BUTTONS[kind], column, rows)


def hint_of(kind: FixKind, column: str) -> str:
    """What the fix does to all rows, in one sentence or two."""
    return _said(_HINTS[kind], column, 0)


def done_of(kept: Mapping[str, Any]) -> str:
    """What was done, from what a check keeps of its fix."""
    return _said(_DONE[FixKind(kept["kind"])], kept["column"], kept["rows"])

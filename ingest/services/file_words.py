"""What is said about a file on the pages of the first step: how it is read, and what people should look at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingest.aam.findings import FINDINGS
from ingest.crm.encoding_choices import ENCODING_CHOICES
from ingest.services.number_words import grouped

if TYPE_CHECKING:
    from ingest.engine.examine import Examined

_SURE = 0.8


@dataclass(frozen=True)
class Note:
    """Something to look at before going on. `rereads`: choosing another way of reading may help."""

    title: str
    text: str
    rereads: bool = False
    items: tuple[str, ...] = ()


def encoding_words(name: str) -> str:
    """What people call an encoding; the codec's own name where nobody calls it otherwise."""
    base = name.removesuffix("-le").removesuffix("-be")
    return next((_(choice.label) for choice in ENCODING_CHOICES if choice.name == base), name)


def separator_words(character: str) -> str:
    """What people call a separator."""
    words = {
        ",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar"), " ": _("blank"), ":": _("colon"),
    }  # fmt: skip
    return words.get(character, character)


def quote_words(character: str | None) -> str:
    """What stands around values that hold the separator."""
    words = {'"': _('double quotation mark (")'), "'": _("single quotation mark (')")}
    return words.get(character, character) if character else _("none")


def notes_about(examined: "Examined") -> list[Note]:
    """What could be wrong with how the file was read, and what about its columns has to be known; mostly nothing."""
    found = [_one_column(examined), _guessed(examined), _unreadable(examined), *_names(examined.header)]
    return [note for note in found if note is not None]


def _one_column(examined: "Examined") -> Note | None:
    if len(examined.header) != 1 or examined.sheet is not None:
        return None
    title = _("We found one column")
    text = _("The separator is taken to be: %(separator)s. Choose another one if the file has more columns.")
    return Note(title, text % {"separator": separator_words(examined.delimiter)}, rereads=True)


def _guessed(examined: "Examined") -> Note | None:
    if examined.encoding_confidence >= _SURE:
        return None
    text = _(
        "It was read as %(encoding)s. Look at names and cities below: choose another encoding if letters are wrong."
    )
    return Note(
        _("The encoding of this file is a guess"), text % {"encoding": encoding_words(examined.encoding)}, rereads=True
    )


def _unreadable(examined: "Examined") -> Note | None:
    rows = sum(count for _code, count in examined.problems)
    if not rows:
        return None
    shown = {"rows": grouped(rows), "looked_at": grouped(examined.looked_at)}
    if examined.more_rows:
        title = ngettext(
            "%(rows)s of the first %(looked_at)s rows is broken", "%(rows)s of the first %(looked_at)s rows are broken",
            rows,
        )  # fmt: skip
    else:
        title = ngettext("%(rows)s of %(looked_at)s rows is broken", "%(rows)s of %(looked_at)s rows are broken", rows)
    text = ngettext(
        "You can go on: it is left out, and you get it as a file to correct.",
        "You can go on: they are left out, and you get them as a file to correct.",
        rows,
    )
    return Note(title % shown, text, rereads=True, items=tuple(_named(examined, rows)))


def _named(examined: "Examined", rows: int) -> Iterator[str]:
    """The first ones by their numbers in a spreadsheet, and how many others there are."""
    for number, code in examined.problem_rows:
        yield _("Row %(number)s: %(reason)s") % {"number": grouped(number), "reason": _(FINDINGS[code].meaning)}
    others = rows - len(examined.problem_rows)
    if others:
        yield ngettext("and %(count)s more", "and %(count)s more", others) % {"count": grouped(others)}


def _names(header: Sequence[str]) -> list[Note]:
    """Columns that cannot be told apart, or have no name."""
    repeated = [name for name, count in Counter(header).items() if count > 1 and name]
    notes = [
        Note(
            _("Two columns are called “%(name)s”") % {"name": name},
            _("They can't be told apart, so neither can be used. Rename one of them and replace the file."),
        )
        for name in repeated[:3]
    ]
    nameless = sum(1 for name in header if not name)
    if nameless:
        title = ngettext("%(count)s column has no name", "%(count)s columns have no name", nameless)
        notes.append(
            Note(title % {"count": nameless}, _("Columns without a name can't be used. Name them if they are needed."))
        )
    return notes

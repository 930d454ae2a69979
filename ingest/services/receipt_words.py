"""What a receipt of Adobe's means, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ingest.services.number_words import grouped
from ingest.services.phrases import listed_with_and
from ingest.services.receipt_figures import Laid, Reading
from ingest.services.receipts import NotAbout


@dataclass(frozen=True)
class Headline:
    """The answer in a sentence, and what follows from it; `kind` is success, info or warning."""

    kind: str
    title: str
    text: str


def not_about(refused: NotAbout, names: Sequence[str]) -> str:
    """Why a receipt is not kept, and where it belongs."""
    if refused.others:
        places = listed_with_and(f"{batch.reference} ({batch.title})" for batch in refused.others)
        return _("This receipt is about another transfer: %(transfers)s. Add it on that page.") % {"transfers": places}
    template = ngettext(
        "The file in this receipt (%(name)s) was not sent with this portal. Paste the receipt of this transfer.",
        "None of the %(count)s files in this receipt (the first is %(name)s) was sent with this portal. Paste the "
        "receipt of this transfer.", len(names),
    )  # fmt: skip
    return template % {"name": names[0], "count": grouped(len(names))}


def headline(reading: Reading) -> Headline:
    """What a person should know first."""
    counts = {"stored": grouped(reading.stored), "received": grouped(reading.received)}
    stored = ngettext(
        "Adobe stored %(stored)s of %(received)s record.", "Adobe stored %(stored)s of %(received)s records.",
        reading.received,
    ) % counts  # fmt: skip
    alarm = next((laid for laid in (*reading.lines, *reading.also) if laid.line.code == reading.alarm), None)
    if alarm is not None:
        return Headline("warning", *_alarmed(alarm, stored))
    if reading.is_beta:
        return Headline("info", stored, _("Beta knows nobody, so it stores nothing. What it says of the form counts."))
    return Headline("success", stored, _as_expected(reading))


def _as_expected(reading: Reading) -> str:
    if any(laid.is_off for laid in reading.lines):
        return _("The differences are small: less than this workspace wants to be told of.")
    if reading.last is None:
        return _("Its form is as expected. Next time the share that is stored can be compared with this one.")
    return _("That is what was expected.")


def _alarmed(alarm: Laid, stored: str) -> tuple[str, str]:
    if alarm.line.code == "received":
        title = _("Adobe received %(told)s records; %(expected)s were sent.")
        values = {"told": grouped(alarm.told or 0), "expected": grouped(alarm.expected or 0)}
        return title % values, _("Look whether all files were picked up, and whether another receipt names the rest.")
    if alarm.line.code == "stored":
        text = _("That is fewer than the last time.") if alarm.told else _("Nobody in these files gets a trait.")
        return stored, text
    title = _("Adobe counts %(told)s under “%(line)s”, where none was expected.")
    values = {"told": grouped(alarm.told or 0), "line": _(alarm.line.name)}
    return title % values, _("These rows were checked before they were sent, so the cause lies on the way or at Adobe.")


def difference_words(laid: Laid) -> str:
    """How far a line is from what was expected; "" where only Adobe knows."""
    change = laid.change
    if change is None:
        return ""
    if not change:
        return _("as expected")
    template = (
        pgettext("than expected", "%(count)s more") if change > 0 else pgettext("than expected", "%(count)s fewer")
    )
    return template % {"count": grouped(abs(change))}

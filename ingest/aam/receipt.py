"""The lines in which Audience Manager tells what became of inbound data files, in its own words.

Sources: inbound-receipt-message (the e-mail after processing), Onboarding Status Report (the page); what to do about a
line: the FAQ about inbound data and its ingestion.
"""

from dataclasses import dataclass
from typing import Final

from ingest.aam.words import gettext_noop as _


@dataclass(frozen=True)
class ReceiptLine:
    """One line. `name` is Adobe's own and never another one; `meaning` is plain words for a marketer.

    `advice`: what to look at when there are more of these than expected; "" where nothing helps. `expects_none`: rows
    that would be counted here are left out before anything is sent.
    """

    code: str
    name: str
    meaning: str
    advice: str = ""
    expects_none: bool = False


RECEIPT: Final[tuple[ReceiptLine, ...]] = (
    ReceiptLine("received", _("Records received"), _("The lines of all files of this transfer.")),
    ReceiptLine(
        "format_errors", _("Format errors"), _("Lines whose form is not recognised."),
        _("Whatever changes files between the portal and Adobe should leave them as they are."), expects_none=True,
    ),
    ReceiptLine(
        "invalid_aam_id", _("Invalid AAM ID"), _("Audience Manager IDs that don't have 38 digits."), expects_none=True
    ),
    ReceiptLine(
        "invalid_device_id", _("Invalid device ID"), _("Device IDs that don't have the form of their data source."),
        expects_none=True,
    ),
    ReceiptLine(
        "no_match", _("No matching AAM ID"), _("People whom Audience Manager has not met under this ID."),
        _("The website hands these IDs over in another way (capitals count), not yet, or not since 120 days."),
    ),
    ReceiptLine(
        "no_trait", _("No trait realized"), _("Lines in which nothing fits the rule of a trait."),
        _("Compare keys and values with the rules of the traits; a trait has to be about four hours old."),
    ),
    ReceiptLine("stored", _("Stored records"), _("The records received without those of the lines before.")),
)  # fmt: skip
"""The lines that can be laid beside what a check has counted."""

ALSO_IN_MAIL: Final[tuple[ReceiptLine, ...]] = (
    ReceiptLine("processed", _("Records processed"), _("Normally as many as were received.")),
    ReceiptLine("devices", _("Total devices"), _("Devices of the people of the files, as far as they are known.")),
    ReceiptLine("signals", _("Total signals"), _("Keys with a value in all lines.")),
    ReceiptLine("unused_signals", _("Total unused signals"), _("Those of them that no trait asks for.")),
    ReceiptLine("realized_traits", _("Total realized traits"), _("How many times a trait was given.")),
    ReceiptLine("removed_traits", _("Total removed traits"), _("How many times a replacing file took a trait away.")),
    ReceiptLine(
        "failed_traits", _("Total traits failed validation"),
        _("Traits that belong to another data source than the name of the file says."),
        _("Move the trait in Audience Manager, or send it with its own data source."),
    ),
    ReceiptLine(
        "failed_users", _("Total users that have traits which failed validation"), _("The people of the line before."),
        expects_none=True,
    ),
)  # fmt: skip
"""The other lines of the e-mail, in its order."""

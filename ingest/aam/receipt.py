"""The lines of Audience Manager's own report about an inbound data file (Onboarding Status Report), in its words."""

from dataclasses import dataclass
from typing import Final

from ingest.aam.words import gettext_noop as _


@dataclass(frozen=True)
class ReceiptLine:
    """One line. `name` is Adobe's own and never another one; `meaning` is plain words for a marketer."""

    code: str
    name: str
    meaning: str


RECEIPT: Final[tuple[ReceiptLine, ...]] = (
    ReceiptLine("received", _("Records received"), _("The lines of all files of this transfer.")),
    ReceiptLine("format_errors", _("Format errors"), _("Lines whose form is not recognised.")),
    ReceiptLine("invalid_aam_id", _("Invalid AAM ID"), _("Audience Manager IDs that don't have 38 digits.")),
    ReceiptLine(
        "invalid_device_id", _("Invalid device ID"), _("Device IDs that don't have the form of their data source.")
    ),
    ReceiptLine("no_match", _("No matching AAM ID"), _("People whom Audience Manager has not met under this ID.")),
    ReceiptLine("no_trait", _("No trait realized"), _("Lines in which nothing fits the rule of a trait.")),
    ReceiptLine("stored", _("Stored records"), _("The records received without those of the lines before.")),
)

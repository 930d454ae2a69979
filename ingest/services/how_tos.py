"""What people need to know once, step by step: each step with a drawing of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Step:
    """One step: what to do, why and how in a few sentences, and the scene that components/scene.html draws for it."""

    title: Text
    text: Text
    scene: str


@dataclass(frozen=True)
class HowTo:
    """One of them, in the order of its steps."""

    topic: str
    title: Text
    summary: Text
    steps: tuple[Step, ...]


_EXPORT: Final = HowTo(
    "export", _("Export from your CRM"), _("What your file should hold, and how it gets out of the CRM unharmed."),
    (
        Step(
            _("List the people"),
            _("Make a list or report of the customers whom you want to know in Audience Manager: one row for each."),
            "people",
        ),
        Step(
            _("Take along what identifies them"),
            _("One column with your customer number, the same that your website or app knows people by. Device IDs do "
              "as well, each kind in a column of its own."),
            "key",
        ),
        Step(
            _("Choose the columns that you will use"),
            _("Such as tier, region or month of the last purchase. Leave out names, addresses and phone numbers: they "
              "can't be sent, and what isn't in the file can't get lost."),
            "columns",
        ),
        Step(
            _("Save it as CSV"),
            _("With the names of the columns in the first row. If you are asked for an encoding, take UTF-8. Don't "
              "open and save the file in a spreadsheet first: it turns long IDs into rounded numbers and drops leading "
              "zeros. An Excel workbook can be uploaded as it is."),
            "file",
        ),
        Step(
            _("Upload it"),
            _("You see at once how the file is read. Nothing leaves before every row is checked and somebody else has "
              "approved."),
            "upload",
        ),
    ),
)  # fmt: skip
_IDS: Final = HowTo(
    "ids", _("Choose the right ID"), _("Which ID fits which data, and what to look at in each."),
    (
        Step(
            _("Ask where these people are known"),
            _("Customers in a CRM have a customer number, apps know devices, Adobe knows browsers. Choose the kind of "
              "ID that the data was collected with."),
            "compare",
        ),
        Step(
            _("Customer number (CRM ID)"),
            _("The usual choice. It has to be the very same text that your website hands over when somebody signs in: "
              "A-10023 and a-10023 are two people for Audience Manager. It must say nothing about the person."),
            "key",
        ),
        Step(
            _("Device ID"),
            _("For data from apps. Apple's IDs have capital letters, Google's and most others small ones; the portal "
              "brings them into the right form. Never hash device IDs."),
            "device",
        ),
        Step(
            _("E-mail address"),
            _("Never as it is. The portal can turn addresses into hashes and link those with your customer numbers."),
            "hash",
        ),
        Step(
            _("Not sure which one you have?"),
            _("Paste a few into “What kind of ID is this?”: it names the kinds that fit, and what looks odd."),
            "look",
        ),
    ),
)  # fmt: skip
_AFTER: Final = HowTo(
    "after-approval", _("What happens after approval"), _("From the approval to audiences that can be used."),
    (
        Step(
            _("The files are sent"),
            _("Right after approval, or at the time that was chosen. They are the very files that were checked: their "
              "checksums are compared before and after."),
            "send",
        ),
        Step(
            _("Adobe picks them up"),
            _("Several times a day. Where the destination shows it, the page of the transfer says when that happened."),
            "pickup",
        ),
        Step(
            _("A receipt comes"),
            _("Adobe sends an e-mail with counts: lines received, lines that could not be read, IDs that it does not "
              "know. Paste it on the page of the transfer: each figure is laid beside what was expected."),
            "receipt",
        ),
        Step(
            _("Audiences change"),
            _("Usually within 48 hours; Adobe gives no promise. In beta nothing changes: it only shows that the files "
              "can be read."),
            "clock",
        ),
        Step(
            _("Fewer people than expected?"),
            _("Mostly Audience Manager does not know the IDs: they were never linked with a browser or device, or are "
              "written in another way on your website. Traits that were made less than four hours before the files "
              "came miss them as well."),
            "look",
        ),
    ),
)  # fmt: skip
_TOGETHER: Final = HowTo(
    "second-person", _("Add a second person, and approve"),
    _("Whoever prepares a transfer does not approve it: how two people get there."),
    (
        Step(
            _("An admin invites the person"),
            _("Manage › People › Invite a person. Tick “Approver – decides on transfers”, or “Maker – prepares "
              "transfers”, or both: nobody decides on what they have prepared themselves."),
            "people",
        ),
        Step(
            _("The person opens the link and joins"),
            _("The page after the invitation shows the link; where a mail server is set up, it is sent by e-mail as "
              "well. It works once, for seven days."),
            "key",
        ),
        Step(
            _("The approver looks at what waits"),
            _("Home and Approvals list it. The page says who is sent, where to, what is left out and why, and shows "
              "the first lines."),
            "look",
        ),
        Step(
            _("Approve and send, or ask for changes"),
            _("At the end of that page. What is approved is sent by itself; what is handed back goes to its maker with "
              "your reason."),
            "send",
        ),
    ),
)  # fmt: skip
_ALL: Final = (_EXPORT, _IDS, _TOGETHER, _AFTER)
HOW_TOS: Final[Mapping[str, HowTo]] = MappingProxyType({how_to.topic: how_to for how_to in _ALL})
"""By their names in addresses."""

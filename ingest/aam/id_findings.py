"""The findings about user IDs, in the order of the contract's table."""

from typing import Final

from ingest.aam.finding_rules import CHANGED, NOTICE, REFUSED, FindingRule
from ingest.aam.words import gettext_noop

ID_FINDINGS: Final[tuple[FindingRule, ...]] = (
    FindingRule(
        "id.missing",
        REFUSED,
        "row",
        gettext_noop("The row has no user ID."),
        expected=gettext_noop("an ID in the ID column"),
        what_to_do=gettext_noop("Fill in the ID, or leave the row out."),
    ),
    FindingRule(
        "id.unsafe_characters",
        REFUSED,
        "row",
        gettext_noop("The ID holds a character that an ID cannot hold, such as a tab, a line break or a blank."),
        expected=gettext_noop("an ID without control characters; device IDs, UUIDs and hashes also without blanks"),
        what_to_do=gettext_noop("Remove the character from the ID."),
    ),
    FindingRule(
        "id.colon",
        REFUSED,
        "row",
        gettext_noop("The customer ID holds a colon, which Audience Manager does not allow."),
        expected=gettext_noop("a customer ID without : and without %3A"),
        what_to_do=gettext_noop("Use an ID without a colon, the same as on your website."),
    ),
    FindingRule(
        "id.email",
        REFUSED,
        "row",
        gettext_noop("The ID is an e-mail address. Personal data is forbidden in Audience Manager."),
        expected=gettext_noop("an ID that says nothing about the person"),
        what_to_do=gettext_noop("Send your own customer key, or the hashed address in a hashed e-mail batch."),
    ),
    FindingRule(
        "id.format",
        REFUSED,
        "row",
        gettext_noop("The ID is incomplete, or it is of another kind than the one that was chosen."),
        expected=gettext_noop("the shape of the ID type that the mapping names"),
        what_to_do=gettext_noop("Check that the column holds this type of ID, whole and not hashed."),
    ),
    FindingRule(
        "id.spreadsheet_damage",
        REFUSED,
        "row",
        gettext_noop(
            "A spreadsheet program turned the ID into a number and lost digits, or dropped its leading zeros."
        ),
        expected=gettext_noop("the ID with all its digits"),
        what_to_do=gettext_noop("Export again with the ID column as text; the lost digits cannot be brought back."),
    ),
    FindingRule(
        "id.all_zeros",
        REFUSED,
        "row",
        gettext_noop("The device ID is all zeros: the person limited ad tracking."),
        expected=gettext_noop("a device ID that belongs to one device"),
        what_to_do=gettext_noop("Leave the row out; it stands for many people."),
    ),
    FindingRule(
        "id.empty_hash",
        REFUSED,
        "row",
        gettext_noop("The ID is the hash of an empty text: there was no e-mail address."),
        expected=gettext_noop("the hash of an address"),
        what_to_do=gettext_noop("Leave the row out, or hash the real address."),
    ),
    FindingRule(
        "id.percent_encoded",
        NOTICE,
        "row",
        gettext_noop("The customer ID looks URL-encoded. Audience Manager needs IDs as they are."),
        # xgettext:no-python-format, the sign stands for itself
        expected=gettext_noop("an ID without % codes"),
        # xgettext:no-python-format, the sign stands for itself
        what_to_do=gettext_noop("Check whether the ID on your website has the same % code; if not, decode it."),
    ),
    FindingRule(
        "id.case_changed",
        CHANGED,
        "row",
        gettext_noop("Capital and small letters of the ID were brought to the form that its type needs."),
        expected=gettext_noop("Apple IDs in capitals; other device IDs and hashes in small letters"),
        what_to_do=gettext_noop("Nothing: it was done for you."),
    ),
    FindingRule(
        "id.too_many_lines",
        REFUSED,
        "row",
        gettext_noop("The ID already has 200 records in this batch; Audience Manager drops the rest."),
        expected=gettext_noop("at most 200 records of one ID"),
        what_to_do=gettext_noop("Merge repeated IDs in the mapping, or send the rest in another batch."),
    ),
    FindingRule(
        "id.case_variant",
        NOTICE,
        "row",
        gettext_noop("The same ID also occurs with other capital letters. Audience Manager takes them for two people."),
        expected=gettext_noop("one spelling of each ID"),
        what_to_do=gettext_noop("Check which spelling your website uses, and use only that one."),
    ),
)

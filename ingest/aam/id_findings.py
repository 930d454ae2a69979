"""The findings about user IDs, in the order of the contract's table."""

from typing import Final

from ingest.aam.finding_rules import CHANGED, NOTICE, REFUSED, FindingRule
from ingest.aam.limits import MAX_LINES_PER_ID

ID_FINDINGS: Final[tuple[FindingRule, ...]] = (
    FindingRule(
        "id.missing",
        REFUSED,
        "row",
        "The row has no user ID.",
        expected="an ID in the ID column",
        what_to_do="Fill in the ID, or leave the row out.",
    ),
    FindingRule(
        "id.unsafe_characters",
        REFUSED,
        "row",
        "The ID holds a character that an ID cannot hold, such as a tab, a line break or a blank.",
        expected="an ID without control characters; device IDs, UUIDs and hashes also without blanks",
        what_to_do="Remove the character from the ID.",
    ),
    FindingRule(
        "id.colon",
        REFUSED,
        "row",
        "The customer ID holds a colon, which Audience Manager does not allow.",
        expected="a customer ID without : and without %3A",
        what_to_do="Use an ID without a colon, the same as on your website.",
    ),
    FindingRule(
        "id.email",
        REFUSED,
        "row",
        "The ID is an e-mail address. Personal data is forbidden in Audience Manager.",
        expected="an ID that says nothing about the person",
        what_to_do="Send your own customer key, or the hashed address in a hashed e-mail batch.",
    ),
    FindingRule(
        "id.format",
        REFUSED,
        "row",
        "The ID has not the shape of its type.",
        expected="the shape of the ID type that the mapping names",
        what_to_do="Check that the column holds this type of ID, whole and not hashed.",
    ),
    FindingRule(
        "id.spreadsheet_damage",
        REFUSED,
        "row",
        "A spreadsheet program turned the ID into a number and lost digits, or dropped its leading zeros.",
        expected="the ID with all its digits",
        what_to_do="Export again with the ID column as text; the lost digits cannot be brought back.",
    ),
    FindingRule(
        "id.all_zeros",
        REFUSED,
        "row",
        "The device ID is all zeros: the person limited ad tracking.",
        expected="a device ID that belongs to one device",
        what_to_do="Leave the row out; it stands for many people.",
    ),
    FindingRule(
        "id.empty_hash",
        REFUSED,
        "row",
        "The ID is the hash of an empty text: there was no e-mail address.",
        expected="the hash of an address",
        what_to_do="Leave the row out, or hash the real address.",
    ),
    FindingRule(
        "id.percent_encoded",
        NOTICE,
        "row",
        "The customer ID looks URL-encoded. Audience Manager needs IDs as they are.",
        expected="an ID without % codes",
        what_to_do="Check whether the ID on your website has the same % code; if not, decode it.",
    ),
    FindingRule(
        "id.case_changed",
        CHANGED,
        "row",
        "Capital and small letters of the ID were brought to the form that its type needs.",
        expected="Apple IDs in capitals; other device IDs and hashes in small letters",
        what_to_do="Nothing: it was done for you.",
    ),
    FindingRule(
        "id.too_many_lines",
        REFUSED,
        "row",
        f"The ID already has {MAX_LINES_PER_ID} records in this batch; Audience Manager drops the rest.",
        expected=f"at most {MAX_LINES_PER_ID} records of one ID",
        what_to_do="Merge repeated IDs in the mapping, or send the rest in another batch.",
    ),
    FindingRule(
        "id.case_variant",
        NOTICE,
        "row",
        "The same ID also occurs with other capital letters. Audience Manager takes them for two people.",
        expected="one spelling of each ID",
        what_to_do="Check which spelling your website uses, and use only that one.",
    ),
)

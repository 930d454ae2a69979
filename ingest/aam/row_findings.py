"""The findings about whole rows, and about values, traits and records, in the order of the contract's table."""

from typing import Final

from ingest.aam.finding_rules import CHANGED, NOTICE, REFUSED, FindingRule
from ingest.aam.words import gettext_noop

ROW_FINDINGS: Final[tuple[FindingRule, ...]] = (
    FindingRule(
        "row.unreadable",
        REFUSED,
        "row",
        gettext_noop("The row cannot be read: a quotation mark is out of place, or characters are broken."),
        expected=gettext_noop("closed quotation marks and characters of the file's encoding"),
        what_to_do=gettext_noop("Correct the quotation marks, or export the file again as UTF-8."),
    ),
    FindingRule(
        "row.too_few_fields",
        REFUSED,
        "row",
        gettext_noop("The row has fewer fields than the header."),
        expected=gettext_noop("as many fields as the header"),
        what_to_do=gettext_noop("Add the missing fields, or allow short rows in the mapping."),
    ),
    FindingRule(
        "row.too_many_fields",
        REFUSED,
        "row",
        gettext_noop("The row has more fields than the header."),
        expected=gettext_noop("as many fields as the header"),
        what_to_do=gettext_noop("Put fields that hold the separator in quotation marks."),
    ),
)

VALUE_FINDINGS: Final[tuple[FindingRule, ...]] = (
    FindingRule(
        "value.unsafe_characters",
        CHANGED + REFUSED,
        "row",
        gettext_noop("A value holds a quotation mark, a comma, a tab, a line break or another control character."),
        expected=gettext_noop("a value without these characters"),
        what_to_do=gettext_noop(
            "Check the cleaned value, or remove the characters; the trait rule must use the value that is sent."
        ),
    ),
    FindingRule(
        "value.email",
        REFUSED,
        "row",
        gettext_noop("A value is an e-mail address. Personal data is forbidden in Audience Manager."),
        expected=gettext_noop("a value that says nothing about the person"),
        what_to_do=gettext_noop("Leave the column out of the mapping, or hash the address."),
    ),
    FindingRule(
        "value.phone",
        NOTICE,
        "row",
        gettext_noop("A value looks like a telephone number. Personal data is forbidden in Audience Manager."),
        expected=gettext_noop("a value that says nothing about the person"),
        what_to_do=gettext_noop("If it is a telephone number, leave the column out of the mapping."),
    ),
    FindingRule(
        "value.card",
        REFUSED,
        "row",
        gettext_noop("A value passes as a payment card number."),
        expected=gettext_noop("a value that is no card number"),
        what_to_do=gettext_noop("Leave the column out of the mapping, and out of the export."),
    ),
    FindingRule(
        "value.not_mapped",
        REFUSED,
        "row",
        gettext_noop("The value map of the column does not list the value."),
        expected=gettext_noop("one of the values in the value map"),
        what_to_do=gettext_noop("Correct the value, or add it to the value map."),
    ),
    FindingRule(
        "value.not_a_date",
        REFUSED,
        "row",
        gettext_noop("The value cannot be read as one date."),
        expected=gettext_noop("a date such as 2024-05-31"),
        what_to_do=gettext_noop("Write the date as year-month-day with four digits for the year."),
    ),
    FindingRule(
        "trait.not_a_number",
        REFUSED,
        "row",
        gettext_noop("A trait is not given by its number."),
        expected=gettext_noop("a trait ID: digits that don't begin with 0"),
        what_to_do=gettext_noop("Look up the trait's number (SID) in Audience Manager."),
    ),
    FindingRule(
        "trait.conflict",
        REFUSED,
        "row",
        gettext_noop("The same trait is added and removed for one user."),
        expected=gettext_noop("each trait either added or removed"),
        what_to_do=gettext_noop("Decide which of the two holds, and remove the other."),
    ),
    FindingRule(
        "trait.unknown",
        NOTICE,
        "row",
        gettext_noop("The trait is not in the trait catalogue."),
        expected=gettext_noop("a trait of the catalogue"),
        what_to_do=gettext_noop("Check the number, or refresh the catalogue."),
    ),
    FindingRule(
        "trait.other_data_source",
        NOTICE,
        "row",
        gettext_noop("The trait belongs to another data source; Audience Manager will not count it."),
        expected=gettext_noop("a trait of the data source that the file is for"),
        what_to_do=gettext_noop("Set the target data source to the trait's, or use another trait."),
    ),
    FindingRule(
        "trait.not_onboarded",
        NOTICE,
        "row",
        gettext_noop("The trait is not an onboarded one; files cannot set it."),
        expected=gettext_noop("an onboarded trait"),
        what_to_do=gettext_noop("Create an onboarded trait and use its number."),
    ),
    FindingRule(
        "trait.too_new",
        NOTICE,
        "row",
        gettext_noop("The trait was created less than four hours ago; Audience Manager may not know it yet."),
        expected=gettext_noop("a trait that is at least four hours old"),
        what_to_do=gettext_noop("Send the batch later."),
    ),
    FindingRule(
        "record.nothing_to_send",
        REFUSED,
        "row",
        gettext_noop("The row has an ID, but nothing to say about it."),
        expected=gettext_noop("at least one value, trait, code or hash"),
        what_to_do=gettext_noop("Fill in a mapped column, or leave the row out."),
    ),
    FindingRule(
        "record.too_long",
        REFUSED,
        "row",
        gettext_noop("The record is longer than 102,400 bytes; Audience Manager would drop it."),
        expected=gettext_noop("at most 102,400 bytes with the line end"),
        what_to_do=gettext_noop("Shorten the values, or spread them over several rows."),
    ),
)

"""The findings that stop a whole batch, in the order of the contract's table."""

from typing import Final

from ingest.aam.finding_rules import REFUSED, FindingRule
from ingest.aam.words import gettext_noop

FILE_FINDINGS: Final[tuple[FindingRule, ...]] = (
    FindingRule(
        "file.empty",
        REFUSED,
        "file",
        gettext_noop("The file holds nothing."),
        expected=gettext_noop("a header and rows"),
        what_to_do=gettext_noop("Export the file again."),
    ),
    FindingRule(
        "file.no_rows",
        REFUSED,
        "file",
        gettext_noop("The file has a header and no row."),
        expected=gettext_noop("at least one row below the header"),
        what_to_do=gettext_noop("Check the filter of the export."),
    ),
    FindingRule(
        "file.not_text",
        REFUSED,
        "file",
        gettext_noop("The file is not a table: neither delimited text nor an .xlsx workbook."),
        expected=gettext_noop("CSV, TSV or other delimited text, plain or as .gz or .zip, or .xlsx"),
        what_to_do=gettext_noop("Export the data as CSV."),
    ),
    FindingRule(
        "file.unknown_encoding",
        REFUSED,
        "file",
        gettext_noop("The encoding of the file could not be found out."),
        expected=gettext_noop("UTF-8, UTF-16 or an encoding that the mapping names"),
        what_to_do=gettext_noop("Export as UTF-8, or name the encoding."),
    ),
    FindingRule(
        "file.header_duplicate",
        REFUSED,
        "file",
        gettext_noop("A column that the mapping uses stands in the header twice."),
        expected=gettext_noop("each mapped column once"),
        what_to_do=gettext_noop("Rename or remove one of the two columns."),
    ),
    FindingRule(
        "file.header_missing",
        REFUSED,
        "file",
        gettext_noop("The first row is not a header."),
        expected=gettext_noop("the names of the columns in the first row"),
        what_to_do=gettext_noop("Export again with column names."),
    ),
    FindingRule(
        "file.columns_missing",
        REFUSED,
        "file",
        gettext_noop("A column that the mapping uses is not in the file."),
        expected=gettext_noop("every column that the mapping names"),
        what_to_do=gettext_noop("Add the column to the export, or change the mapping."),
    ),
    FindingRule(
        "file.compressed_bomb",
        REFUSED,
        "file",
        gettext_noop("The file grows to a suspicious size when it is unpacked."),
        expected=gettext_noop("a compressed file of ordinary data"),
        what_to_do=gettext_noop("Upload the file uncompressed."),
    ),
    FindingRule(
        "file.too_large",
        REFUSED,
        "file",
        gettext_noop("The file is larger than this installation takes."),
        expected=gettext_noop("a file within the size limit"),
        what_to_do=gettext_noop("Split the file, or ask for a higher limit."),
    ),
    FindingRule(
        "file.encrypted",
        REFUSED,
        "file",
        gettext_noop("The file is encrypted or protected by a password."),
        expected=gettext_noop("a file without a password"),
        what_to_do=gettext_noop("Save it without a password, and upload it again."),
    ),
)

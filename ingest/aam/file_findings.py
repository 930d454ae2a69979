"""The findings that stop a whole batch, in the order of the contract's table."""

from typing import Final

from ingest.aam.finding_rules import REFUSED, FindingRule

FILE_FINDINGS: Final[tuple[FindingRule, ...]] = (
    FindingRule(
        "file.empty",
        REFUSED,
        "file",
        "The file holds nothing.",
        expected="a header and rows",
        what_to_do="Export the file again.",
    ),
    FindingRule(
        "file.no_rows",
        REFUSED,
        "file",
        "The file has a header and no row.",
        expected="at least one row below the header",
        what_to_do="Check the filter of the export.",
    ),
    FindingRule(
        "file.not_text",
        REFUSED,
        "file",
        "The file is not a table: neither delimited text nor an .xlsx workbook.",
        expected="CSV, TSV or other delimited text, plain or as .gz or .zip, or .xlsx",
        what_to_do="Export the data as CSV.",
    ),
    FindingRule(
        "file.unknown_encoding",
        REFUSED,
        "file",
        "The encoding of the file could not be found out.",
        expected="UTF-8, UTF-16 or an encoding that the mapping names",
        what_to_do="Export as UTF-8, or name the encoding.",
    ),
    FindingRule(
        "file.header_duplicate",
        REFUSED,
        "file",
        "A column that the mapping uses stands in the header twice.",
        expected="each mapped column once",
        what_to_do="Rename or remove one of the two columns.",
    ),
    FindingRule(
        "file.header_missing",
        REFUSED,
        "file",
        "The first row is not a header.",
        expected="the names of the columns in the first row",
        what_to_do="Export again with column names.",
    ),
    FindingRule(
        "file.columns_missing",
        REFUSED,
        "file",
        "A column that the mapping uses is not in the file.",
        expected="every column that the mapping names",
        what_to_do="Add the column to the export, or change the mapping.",
    ),
    FindingRule(
        "file.compressed_bomb",
        REFUSED,
        "file",
        "The file grows to a suspicious size when it is unpacked.",
        expected="a compressed file of ordinary data",
        what_to_do="Upload the file uncompressed.",
    ),
    FindingRule(
        "file.too_large",
        REFUSED,
        "file",
        "The file is larger than this installation takes.",
        expected="a file within the size limit",
        what_to_do="Split the file, or ask for a higher limit.",
    ),
    FindingRule(
        "file.encrypted",
        REFUSED,
        "file",
        "The file is encrypted or protected by a password.",
        expected="a file without a password",
        what_to_do="Save it without a password, and upload it again.",
    ),
)

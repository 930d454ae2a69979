"""The findings that stop a whole batch, in the order of the contract's table."""

from typing import Final

from ingest.aam.finding_rules import FindingRule, stopping

FILE_FINDINGS: Final[tuple[FindingRule, ...]] = (
    stopping(
        "file.empty",
        "The file holds nothing.",
        expected="a header and rows",
        what_to_do="Export the file again.",
    ),
    stopping(
        "file.no_rows",
        "The file has a header and no row.",
        expected="at least one row below the header",
        what_to_do="Check the filter of the export.",
    ),
    stopping(
        "file.not_text",
        "The file is not a table: neither delimited text nor an .xlsx workbook.",
        expected="CSV, TSV or other delimited text, plain or as .gz or .zip, or .xlsx",
        what_to_do="Export the data as CSV.",
    ),
    stopping(
        "file.unknown_encoding",
        "The encoding of the file could not be found out.",
        expected="UTF-8, UTF-16 or an encoding that the mapping names",
        what_to_do="Export as UTF-8, or name the encoding.",
    ),
    stopping(
        "file.header_duplicate",
        "A column that the mapping uses stands in the header twice.",
        expected="each mapped column once",
        what_to_do="Rename or remove one of the two columns.",
    ),
    stopping(
        "file.header_missing",
        "The first row is not a header.",
        expected="the names of the columns in the first row",
        what_to_do="Export again with column names.",
    ),
    stopping(
        "file.columns_missing",
        "A column that the mapping uses is not in the file.",
        expected="every column that the mapping names",
        what_to_do="Add the column to the export, or change the mapping.",
    ),
    stopping(
        "file.compressed_bomb",
        "The file grows to a suspicious size when it is unpacked.",
        expected="a compressed file of ordinary data",
        what_to_do="Upload the file uncompressed.",
    ),
    stopping(
        "file.too_large",
        "The file is larger than this installation takes.",
        expected="a file within the size limit",
        what_to_do="Split the file, or ask for a higher limit.",
    ),
    stopping(
        "file.encrypted",
        "The file is encrypted or protected by a password.",
        expected="a file without a password",
        what_to_do="Save it without a password, and upload it again.",
    ),
)

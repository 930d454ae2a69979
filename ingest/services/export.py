"""Tables that people open in a spreadsheet."""

from collections.abc import Iterable


def csv_line(cells: Iterable[object]) -> str:
    """One line of a CSV file; a cell that a spreadsheet would run as a formula is protected by an apostrophe."""
    from ingest.engine.refused import csv_row, protected  # noqa: PLC0415 - pages without a table need no engine

    return csv_row([protected(str(cell)) for cell in cells]) + "\r\n"

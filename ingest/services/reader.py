"""How a customer file is read, as a batch keeps it: the `reader` member of its mapping."""

from dataclasses import asdict
from typing import Any

from ingest.crm.mapping_types import ReaderOptions, ShortRows
from ingest.models import Batch


def reader_of(batch: Batch) -> ReaderOptions | None:
    """How the maker confirmed that the batch's file is read; None when nothing is confirmed."""
    values = batch.mapping.get("reader")
    return reader_from_json(values) if isinstance(values, dict) else None


def reader_to_json(reader: ReaderOptions) -> dict[str, str]:
    """The `reader` member of a mapping: only what is confirmed."""
    short = None if reader.short_rows is ShortRows.REFUSE else reader.short_rows.value
    values = {**asdict(reader), "short_rows": short}
    return {name: value for name, value in values.items() if value is not None}


def reader_from_json(values: dict[str, Any]) -> ReaderOptions:
    """Reading options out of a `reader` member that was written by `reader_to_json`."""
    known = {name: values.get(name) for name in ("encoding", "delimiter", "quote", "escape", "sheet")}
    return ReaderOptions(**known, short_rows=ShortRows(values.get("short_rows", ShortRows.REFUSE)))

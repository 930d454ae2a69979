"""A look at a file as JSON and back, so that it is taken once."""

import json
from dataclasses import asdict
from typing import Any

from ingest.crm.mapping_types import ShortRows
from ingest.crm.proposals_types import ColumnLook
from ingest.engine.examine import Examined, FirstRow


def examined_to_json(examined: Examined) -> dict[str, Any]:
    """The inverse of `examined_from_json`. Samples are JSON within: who wants those of one column reads only these."""
    values = asdict(examined)
    for column in values["columns"]:
        column["samples"] = json.dumps(column["samples"])
    return values


def examined_from_json(values: dict[str, Any]) -> Examined:
    """The inverse of `examined_to_json`. Raises KeyError or TypeError for what another version has written."""
    rows = tuple(FirstRow(row["number"], tuple(row["cells"]), row["problem"]) for row in values["rows"])
    return Examined(
        **{
            **values,
            "sheets": tuple(values["sheets"]),
            "header": tuple(values["header"]),
            "rows": rows,
            "columns": tuple(map(column_from_json, values["columns"])),
            "problems": tuple((code, count) for code, count in values["problems"]),
            "problem_rows": tuple((number, code) for number, code in values["problem_rows"]),
            "short_rows": ShortRows(values["short_rows"]),
        }
    )


def column_from_json(values: dict[str, Any]) -> ColumnLook:
    """One of the columns."""
    samples = tuple(map(tuple, json.loads(values["samples"])))
    return ColumnLook(**{**values, "samples": samples})

"""A trait for everybody who has a certain value of a column: what the mapping says about the column then."""

from collections.abc import Mapping
from typing import Any, Final

from ingest.crm.mapping import Action, Mode, parse_column
from ingest.services.column_values import changed_by, values_of
from ingest.services.columns import Row

_STAYS: Final = ("column", "transforms", "split")
"""How cells are read stays, whatever becomes of them."""


def values_to_give(row: Row, entry: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The values of a column that can give a trait, with how many of the first rows have them."""
    return values_of(row.look, entry.get("split", ""))


def with_trait(row: Row, entry: Mapping[str, Any], value: str, sid: int, mode: Mode) -> dict[str, Any]:
    """The entry of the column, which gives this trait to whoever has this value; what else it gave stays.

    Raises MappingError.
    """
    is_table = entry.get("action") == Action.TRAIT_IF
    kept = dict(entry) if is_table else {name: entry[name] for name in _STAYS if name in entry}
    values = {text: dict(change) for text, change in kept.get("values", {}).items()}
    key = changed_by(kept.get("transforms", []))(value)
    change = values.setdefault(key, {})
    others = [number for number in change.get("remove", []) if number != sid]
    change["add"] = list(dict.fromkeys([*change.get("add", []), sid]))
    change.pop("remove", None)
    if others:
        change["remove"] = others
    given = {**kept, "column": row.column, "action": Action.TRAIT_IF.value, "values": values}
    parse_column(given, mode)
    return given

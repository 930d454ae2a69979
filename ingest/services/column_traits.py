"""Who gets which traits by a value of a column, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import ngettext

from ingest.crm.mapping import ColumnMapping, MappingError, parse_mapping
from ingest.models import Batch
from ingest.services.column_details import names_of_traits, trait_words
from ingest.services.number_words import grouped


@dataclass(frozen=True)
class TraitWords:
    """The tables of traits of a mapping, the names of their traits, and whether each row is a person."""

    tables: Mapping[str, ColumnMapping]
    names: Mapping[int, str]
    rows_are_people: bool

    @classmethod
    def of(cls, batch: Batch, mapping: Mapping[str, Any]) -> Self:
        """Those of a batch, in one query or none."""
        try:
            columns = parse_mapping(dict(mapping)).columns
        except MappingError:
            columns = ()
        # Of several tables for one column the first one counts, as where its values were counted.
        tables = {column.column: column for column in reversed(columns) if column.trait_changes}
        check = batch.result
        rows_are_people = bool(check and check.accepted == check.distinct_ids)
        return cls(tables, names_of_traits(batch.workspace, list(tables.values())), rows_are_people)

    def by_value(self, column: str, value: str, sent: int) -> str:
        """What a value that was looked up gives and takes, and to how many; empty where it is in no table."""
        table = self.tables.get(column)
        change = (table.trait_changes or {}).get(value) if table else None
        if change is None:
            return ""
        if self.rows_are_people:
            template = ngettext("%(traits)s: %(count)s person", "%(traits)s: %(count)s people", sent)
        else:
            template = ngettext("%(traits)s: %(count)s row is sent", "%(traits)s: %(count)s rows are sent", sent)
        return template % {"traits": trait_words(change, self.names), "count": grouped(sent)}

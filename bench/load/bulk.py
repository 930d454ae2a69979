"""Very many rows of one model: an example is prepared as Django would store it, rows differ where told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import Model

CHUNK = 5_000
AS_THEY_ARE = (int, str)  # what every database takes without preparation


def insert(example: Model, numbers: range, changing: Mapping[str, Callable[[int], Any]]) -> None:
    """Store one row for each number. `changing`: by field, its value; a key that is not there is counted."""
    connection = connections["default"]
    stored = [field for field in example._meta.concrete_fields if not field.generated]  # noqa: SLF001 - Django's own way to fields
    fields = [field for field in stored if not field.primary_key or field.name in changing]
    prepared = [field.get_db_prep_save(getattr(example, field.attname), connection) for field in fields]
    moving = [(place, field, changing[field.name]) for place, field in enumerate(fields) if field.name in changing]

    def row(number: int) -> list[Any]:
        values = list(prepared)
        for place, field, value_of in moving:
            value = value_of(number)
            values[place] = value if type(value) in AS_THEY_ARE else field.get_db_prep_save(value, connection)
        return values

    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(example._meta.db_table)  # noqa: SLF001 - Django's own way to a table's name
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        for first in range(0, len(numbers), CHUNK):
            cursor.executemany(statement, [row(number) for number in numbers[first : first + CHUNK]])

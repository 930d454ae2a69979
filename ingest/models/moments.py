"""Moments in the database's own words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, F, Func, IntegerField, Value
from django.db.models.sql.compiler import SQLCompiler


class LatestOf(Func):
    """Which of some moments, given latest first, is the latest that a row's moment has reached: 0, 1, …; else NULL.

    Days of a time zone are counted so by their beginnings, which are plain values. For a database without time zones
    Django would reckon every single row's day in Python.
    """

    output_field = IntegerField()

    def __init__(self, moment: str, latest_first: Sequence[datetime]) -> None:
        super().__init__(F(moment), *(Value(reached, DateTimeField()) for reached in latest_first))

    def as_sql(self, compiler: SQLCompiler, *_args: Any, **_more: Any) -> tuple[str, tuple[str | int, ...]]:
        """One CASE with a branch for each."""
        moment, *reached = map(compiler.compile, self.get_source_expressions())
        branches = [f"WHEN {moment[0]} >= {sql} THEN {number}" for number, (sql, _params) in enumerate(reached)]
        params = [param for _sql, values in reached for param in (*moment[1], *values)]
        return f"CASE {' '.join(branches)} END", tuple(params)

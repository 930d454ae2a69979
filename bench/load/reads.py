"""`python -m bench.load.reads TRANSFERS`: how much the first page of the history reads with so many transfers."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - Django has to be set up first
from django.test import Client, override_settings  # noqa: E402 - Django has to be set up first
from django.test.utils import CaptureQueriesContext  # noqa: E402 - Django has to be set up first

from bench.load.seed import CHUNK, SIGNED_IN_BY, cast_of  # noqa: E402 - Django has to be set up first
from bench.load.transfers import make_checked  # noqa: E402 - Django has to be set up first

PAGE = "/w/load/history"


def main(transfers: int) -> None:
    """Fill an empty database, open the page twice, and print what the second time has read."""
    cast = cast_of(transfers, 20, datetime.now(UTC))
    for first in range(1, transfers + 1, CHUNK):
        with transaction.atomic():
            make_checked(cast, range(first, min(first + CHUNK, transfers + 1)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.users[0], backend=SIGNED_IN_BY)
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        _open(client)
        with CaptureQueriesContext(connection) as asked:
            _open(client)
        told = {"queries": len(asked), "read": _steps(client) if connection.vendor == "sqlite" else _rows(asked)}
    sys.stdout.write(json.dumps(told))


def _open(client: Client) -> None:
    answer = client.get(PAGE)
    if answer.status_code != 200:
        raise SystemExit(f"the history answers {answer.status_code}")


def _steps(client: Client) -> int:
    """Steps of SQLite's machine: it has no count of rows, and each row costs a few."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection.connection.set_progress_handler(step, 1)
    _open(client)
    connection.connection.set_progress_handler(None, 0)
    return count


def _rows(asked: CaptureQueriesContext) -> int:
    """Rows that PostgreSQL has looked at: what scans have given, and what they have thrown away."""
    total = 0
    for query in asked.captured_queries:
        if query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                found = cursor.fetchone()[0]
            plans = json.loads(found) if isinstance(found, str) else found
            total += _scanned(plans[0]["Plan"])
    return total


def _scanned(node: dict[str, Any]) -> int:
    below = sum(map(_scanned, node.get("Plans", ())))
    if "Scan" not in node["Node Type"]:
        return below
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return below + int(rows * node["Actual Loops"])


if __name__ == "__main__":
    main(int(sys.argv[1]))

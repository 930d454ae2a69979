"""Compile every kernel once by running a few rows of each kind."""

import tempfile
from pathlib import Path

from ingest.crm.mapping import parse_mapping
from ingest.engine.run import onboard

_ROWS = (
    "id;a;b\n"
    '1;x;"say ""hi"""\n'
    "1;y;555|777\n"
    "1:2;caf\u00e9, bar;555\n"
    "E3b0;name@example.com;5\n"
    "e3B0;;666\n"
    "short\n"
    '"broken"x;1;2\n'
)
_COLUMNS = [
    {"column": "a", "action": "signal", "key": "a", "transforms": ["lower"]},
    {"column": "b", "action": "add_traits", "split": "|"},
    {"column": "b", "action": "signal", "key": "b", "transforms": ["date_iso"]},
]
_TIMESTAMP = 1_700_000_000


def warm() -> None:
    """Run one file with the rows kept and with the rows merged; both compile what the other does not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        customers = folder / "customers.csv"
        customers.write_text(_ROWS, encoding="utf-8")
        for repeated_ids in ("keep", "merge"):
            document = parse_mapping(
                {
                    "version": 1,
                    "kind": "traits",
                    "mode": "sync",
                    "dpid": 478,
                    "id": {"column": "id", "type": "customer_id"},
                    "columns": _COLUMNS,
                    "repeated_ids": repeated_ids,
                }
            )
            onboard(customers, document, folder / repeated_ids, timestamp=_TIMESTAMP, workers=1)

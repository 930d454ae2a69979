"""How many rows are sent as they are although something was noticed in them."""

import random
from pathlib import Path

import pytest

from ingest.crm.mapping import parse_mapping
from ingest.engine.run import onboard
from tests.reference.example import signal, traits

ODD_ID, PLAIN_ID, NO_ID = "A%20{}", "A-{}", ""
UNSAFE, PLAIN = "go\tld", "gold"


@pytest.mark.parametrize("repeated_ids", ["keep", "merge"])
@pytest.mark.parametrize(("workers", "block_bytes"), [(1, 1 << 20), (3, 777)])
def test_rows_with_a_notice_are_counted_once_and_only_where_they_are_sent_unchanged(
    tmp_path: Path, workers: int, block_bytes: int, repeated_ids: str
) -> None:
    rng = random.Random(workers)
    rows = [(rng.choice((ODD_ID, PLAIN_ID, NO_ID)), number, rng.choice((UNSAFE, PLAIN))) for number in range(2000)]
    text = "id,tier\n" + "".join(f"{shape.format(number)},{tier}\n" for shape, number, tier in rows)
    path = tmp_path / "customers.csv"
    path.write_text(text, encoding="utf-8")
    told: list[int] = []
    mapping = parse_mapping(traits(signal("tier"), repeated_ids=repeated_ids))
    report = onboard(
        path, mapping, tmp_path / "out", timestamp=1_700_000_000,
        noticed=told.append, workers=workers, block_bytes=block_bytes,
    )  # fmt: skip
    count = [(shape, tier) for shape, _number, tier in rows].count
    assert report["refused"] == count((NO_ID, UNSAFE)) + count((NO_ID, PLAIN))
    assert report["changed"] == count((ODD_ID, UNSAFE)) + count((PLAIN_ID, UNSAFE))
    assert told == [count((ODD_ID, PLAIN))]

"""A customer file as CRM systems export it, with their dirt: `python -m bench.customers ROWS OUT [SEED]`.

12 columns. Shares per row: 0.5 % without ID, 0.125 % with `:` and 0.125 % with `%3A` in it, 0.25 % with an e-mail
address as ID, 2 % that repeat an earlier ID, one hot ID with 1 in 2,000 rows (at least 300); 0.1 % quotes, commas,
line breaks or TABs in the city, 5 % letters beyond ASCII; 0.2 % ragged; a record over 102,400 bytes in every
400,000. 5,000,000 rows are about 560 MB.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bench.blocks import Block, Made, generate

if TYPE_CHECKING:
    from random import Random

COLUMNS = (
    "crm_id", "email", "gender", "age", "city", "segments",
    "lifetime_value", "last_purchase", "newsletter", "plan", "spare1", "spare2",
)  # fmt: skip
CITIES = (
    "London", "Paris", "Berlin", "Madrid", "Rome", "Vienna", "New York", "San Francisco", "Los Angeles", "Oslo",
    "Lisbon", "Dublin", "Chicago", "Boston", "Milano", "Napoli", "Hamburg", "Leeds", "Lyon", "Austin",
)  # fmt: skip
FOREIGN_CITIES = (
    "Zürich", "München", "Kraków", "São Paulo", "Malmö", "Αθήνα", "東京", "Москва", "Łódź", "Besançon",
)  # fmt: skip
DIRTY_CITIES = (
    ("quotes", '"The ""Big"" Apple"'),
    ("commas", '"Washington, D.C."'),
    ("newline", '"Line one\nLine two"'),
    ("tab", "Tab\there"),
)
SEGMENTS = (
    "news", "vip", "sport", "travel", "auto", "luxury", "family", "tech", "garden", "music", "food", "lapsed",
)  # fmt: skip
GENDERS = ("M", "F", "F", "M", "", "U")
PLANS = ("free", "basic", "premium", "enterprise", "")
ANSWERS = ("yes", "no", "")

HOT_ID = "HOT-CUSTOMER-0001"
LONG_RECORD_EVERY = 400_000
REPEATS_REACH_BACK = 100_000.0
"""Rows between an ID and its repetition, on average."""


def ordinary_id(seed: int, index: int) -> str:
    """The clean ID of row `index`, 24 hex digits: known without the rows before it, so that blocks need no other."""
    mixed = ((index + seed * 0x9E3779B9 + 1) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 31)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return f"{mixed ^ (mixed >> 29):016x}{index:08x}"


def user_id(block: Block, rng: Random, index: int, hot_share: float) -> tuple[str, str]:
    """An ID and the kind of dirt it is ("" for none)."""
    draw = rng.random()
    if draw >= 0.03 + hot_share:
        return ordinary_id(block.seed, index), ""
    if draw < 0.01:
        return bad_id(draw, index)
    if draw < 0.01 + hot_share:
        return HOT_ID, "hot"
    earlier = max(0, index - 1 - int(rng.expovariate(1 / REPEATS_REACH_BACK)))
    return ordinary_id(block.seed, earlier), "repeated"


def bad_id(draw: float, index: int) -> tuple[str, str]:
    """An ID that Audience Manager must not be sent; `draw` below 0.01 chooses which kind."""
    if draw < 0.005:
        return "", "id_missing"
    if draw < 0.00625:
        return f"{index:08d}:{index % 9999:04d}", "id_colon"
    if draw < 0.0075:
        return f"{index:08d}%3A{index % 9999:04d}", "id_percent_3a"
    return f"user{index}@example.com", "id_email"


def city(rng: Random) -> tuple[str, str]:
    """A city as it stands in the file, quoted where it must be, and its kind of dirt."""
    draw = rng.random()
    if draw < 0.001:
        kind, cell = DIRTY_CITIES[int(rng.random() * 4)]
        return cell, kind
    if draw < 0.051:
        return FOREIGN_CITIES[int(rng.random() * 10)], ""
    return ("" if draw < 0.1 else CITIES[int(rng.random() * 20)]), ""


def segments(rng: Random, index: int) -> tuple[str, str]:
    """None to four segments, or once in a long while a cell that no record can hold."""
    if index % LONG_RECORD_EVERY == LONG_RECORD_EVERY - 1:
        return "x" * 110_000, "too_long"
    return "|".join([SEGMENTS[int(rng.random() * 12)] for _ in range(int(rng.random() * 5))]), ""


def plain_cells(rng: Random) -> list[str]:
    """The columns after `segments`, none of them dirty."""
    draw = rng.random
    return [
        f"{draw() * 5000:.2f}",
        f"202{int(draw() * 6)}-{1 + int(draw() * 12):02d}-{1 + int(draw() * 28):02d}",
        ANSWERS[int(draw() * 3)],
        PLANS[int(draw() * 5)],
        f"sp{int(draw() * 1000)}" if draw() < 0.5 else "",
        "",
    ]


def make_ragged(rng: Random, cells: list[str]) -> tuple[list[str], str]:
    """Cut or lengthen 1 row in 500."""
    draw = rng.random()
    if draw < 0.001:
        return cells[: 2 + int(rng.random() * 9)], "too_few"
    if draw < 0.002:
        return cells + ["extra"] * (1 + int(rng.random() * 3)), "too_many"
    return cells, ""


def make_block(block: Block) -> Made:
    """The rows of a block as CSV, and how many have which dirt (a row can have more than one)."""
    rng = block.random()
    hot_share = max(300, block.rows // 2000) / block.rows
    lines: list[str] = []
    kinds: list[str] = []
    for index in range(block.first, block.first + block.count):
        identifier, id_kind = user_id(block, rng, index, hot_share)
        place, city_kind = city(rng)
        wanted, segments_kind = segments(rng, index)
        gender = GENDERS[int(rng.random() * 6)]
        age = "" if rng.random() < 0.15 else str(18 + int(rng.random() * 70))
        email = f"user{index}@mail{index % 50}.example.com"
        cells = [identifier, email, gender, age, place, wanted, *plain_cells(rng)]
        cells, ragged_kind = make_ragged(rng, cells)
        lines.append(",".join(cells))
        kinds += (id_kind, city_kind, segments_kind, ragged_kind)
    counts = Counter(kinds)
    del counts[""]
    return ("\n".join(lines) + "\n").encode(), counts


if __name__ == "__main__":
    generate(",".join(COLUMNS), make_block)

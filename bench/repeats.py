"""A file in which IDs come again and again, anywhere: `python -m bench.repeats ROWS OUT [SEED]`.

Four columns without quotes, so that `cut -d, -f1` sees the IDs: every row draws one of ROWS / 4 IDs evenly, so an
ID has four rows on average and about 98 % of the IDs occur.
"""

from __future__ import annotations

from collections import Counter

from bench.blocks import Block, Made, generate
from bench.customers import CITIES, PLANS, ordinary_id

ROWS_PER_ID = 4
TRAITS = 400


def make_block(block: Block) -> Made:
    """The rows of a block as CSV; there is no dirt to count."""
    rng = block.random()
    draw = rng.random
    users = max(1, block.rows // ROWS_PER_ID)
    lines = [
        f"{ordinary_id(block.seed, int(draw() * users))},{1000 + int(draw() * TRAITS)}|{1000 + int(draw() * TRAITS)},"
        f"{CITIES[int(draw() * 20)]},{PLANS[int(draw() * 5)]}"
        for _ in range(block.count)
    ]
    return ("\n".join(lines) + "\n").encode(), Counter()


if __name__ == "__main__":
    generate("crm_id,traits,city,plan", make_block)

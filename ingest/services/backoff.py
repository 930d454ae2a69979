"""How long to wait before the next try: longer each time, and by chance, so that many do not come back at once."""

import random
from datetime import timedelta
from typing import Final

FIRST_SECONDS: Final = 10.0
LONGEST_SECONDS: Final = 900.0


def delay(attempt: int, *, first_seconds: float = FIRST_SECONDS) -> timedelta:
    """Full jitter: anything between one second and the bound of this attempt, counted from 1."""
    bound = min(LONGEST_SECONDS, first_seconds * 2 ** (attempt - 1))
    return timedelta(seconds=random.uniform(1.0, bound))  # noqa: S311 - no secret

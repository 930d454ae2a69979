"""`python -m tests.reference.hunt --seconds N`: look for files on which the engine and the reference disagree.

Prints the seed, the smallest customer file and mapping that still show it, and what differs. Exit 1 when there is one.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from tests.reference.generator import GeneratedCase, generate
from tests.reference.minimise import Minimiser
from tests.strategies.engine_side import Way, judge

WAYS = (Way(1, 512), Way(3, 512), Way(1, 64), Way(1, None))


def main(arguments: list[str] | None = None) -> int:
    """Hunt for as long as was asked; 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.hunt", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look for disagreements")
    parser.add_argument("--start", type=int, default=10_000, help="the first seed")
    parser.add_argument("--seed", type=int, help="look at this seed only, in every way")
    parser.add_argument("--keep-going", action="store_true", help="don't stop at the first disagreement")
    parser.add_argument("--minimise-seconds", type=float, default=60.0, help="how long to make one smaller")
    options = parser.parse_args(arguments)
    seeds = [options.seed] if options.seed is not None else []
    end = time.monotonic() + options.seconds
    found, looked, seed = 0, 0, options.start
    while seeds or (options.seed is None and time.monotonic() < end):
        case = generate(seeds.pop() if seeds else seed)
        ways = WAYS if options.seed is not None else (WAYS[seed % len(WAYS)],)
        looked, seed = looked + 1, seed + 1
        if any(_report(case, way, options.minimise_seconds) for way in ways):
            found += 1
            if not options.keep_going:
                break
    _say(f"{looked} files, {found} disagreements; the next seed is {seed}")
    return 1 if found else 0


def _report(case: GeneratedCase, way: Way, seconds: float) -> bool:
    """Whether the case shows a disagreement; then it is printed, minimised."""
    wrong = _disagreement(case.data, case.mapping, case.limit, way)
    if not wrong:
        return False
    kind = _kind(wrong)

    def stays(data: bytes, mapping: dict[str, Any]) -> bool:
        return _kind(_disagreement(data, mapping, case.limit, way)) == kind

    data, mapping = Minimiser(stays, seconds=seconds).shrink(case.data, case.mapping)
    _say(f"seed {case.seed}, {way}, limit {case.limit}")
    _say(f"data = {data!r}" if len(data) <= 4000 else f"data = {data[:2000]!r} … ({len(data)} bytes)")
    _say(f"mapping = {json.dumps(mapping, ensure_ascii=False)}")
    _say("\n".join(_disagreement(data, mapping, case.limit, way)) + "\n")
    return True


def _kind(wrong: list[str]) -> str:
    """What the first difference is about, without its numbers."""
    return wrong[0].split(":")[0].split(" ")[0] if wrong else ""


def _disagreement(data: bytes, mapping: dict[str, Any], limit: int | None, way: Way) -> list[str]:
    """What differs; a crash is a difference too. A mapping that the parser refuses shows nothing."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return judge(data, mapping, limit=limit, way=way, folder=Path(folder) / "case")
        except Exception as error:  # noqa: BLE001 - whatever the engine raises is what we hunt for
            last = traceback.extract_tb(error.__traceback__)[-1]
            return [f"{type(error).__name__} in {last.name}: {error}"]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench [NAME ...]`: run benchmarks, print their table, keep their figures.

`--fuzz` fuzzes, `--faults` lets faults happen, `--web` has Lighthouse look at pages, `--container` builds the image's
root instead.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench import container, faults
from bench.catalogue import BENCHMARKS
from bench.engine import Engine
from bench.errors import BenchError
from bench.fuzz.driver import fuzz
from bench.machine import describe
from bench.results import Result, Verdict, append, table
from bench.setting import Setting
from bench.web import pages
from bench.workshop import PROJECT, Workshop

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Exit 0: everything ran and every `must` holds (or no crash was found). 1: not so. 2: wrong usage."""
    options = parser().parse_args(arguments)
    workshop = Workshop(options.folder)
    workshop.folder.mkdir(parents=True, exist_ok=True)
    try:
        return work(options, workshop)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1


def work(options: argparse.Namespace, workshop: Workshop) -> int:
    """Do what was asked for."""
    if options.fuzz:
        return fuzz(workshop.folder / "fuzz", options.seconds)
    if options.container:
        return container.check(workshop.folder / "container")
    if options.faults:
        return faults.run(options.faults, options.seed, workshop.folder, on_postgresql=options.postgresql)
    if options.web is not None:
        return pages.run(options.web, options.pairs, workshop.folder)
    setting = Setting(Engine(workshop), workshop, options.pairs, options.rows)
    return measure_all(setting, options.names or list(BENCHMARKS))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    made.add_argument("names", nargs="*", type=known, metavar="NAME", help="; ".join(BENCHMARKS) + " (all)")
    made.add_argument("--rows", type=positive, help="rows of the input instead of each benchmark's own number")
    made.add_argument("--pairs", type=positive, default=3, help="how often subject and yardstick are measured (3)")
    made.add_argument("--folder", type=Path, default=PROJECT / "var" / "bench", help="inputs and results (var/bench)")
    made.add_argument("--fuzz", action="store_true", help="fuzz what reads foreign bytes")
    made.add_argument(
        "--container", action="store_true", help="the Dockerfile's steps in a plain Debian root (as root)"
    )
    made.add_argument("--faults", type=positive, metavar="NUMBER", help="so many faults while transfers are sent")
    made.add_argument(
        "--web", nargs="*", choices=pages.SCREENS, metavar="SCREEN",
        help="Lighthouse looks at pages, --pairs times at each; " + "; ".join(pages.SCREENS) + " (all)",
    )  # fmt: skip
    made.add_argument("--seed", type=positive, default=1, help="of the order of --faults (1)")
    made.add_argument("--postgresql", action="store_true", help="--faults on PostgreSQL instead of SQLite")
    made.add_argument("--seconds", type=positive, default=600, help="CPU seconds of --fuzz, all harnesses together")
    return made


def known(name: str) -> str:
    """The name of a benchmark."""
    if name not in BENCHMARKS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(BENCHMARKS)}")
    return name


def positive(text: str) -> int:
    """A whole number above 0."""
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def measure_all(setting: Setting, names: Sequence[str]) -> int:
    """Run the benchmarks; one that breaks is told, and the others still run."""
    machine = describe()
    results: list[Result] = []
    broken = False
    try:
        setting.engine.warm_up()
    except BenchError as error:
        print(f"nothing can be measured: {error}", file=sys.stderr)
        return 1
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            found = BENCHMARKS[name](setting)
        except BenchError as error:
            print(f"{name}: {error}", file=sys.stderr)
            broken = True
        else:
            append(setting.workshop.folder / "results.jsonl", found, machine)
            results.extend(found)
    print(table(results))
    return 1 if broken or any(result.verdict is Verdict.FAIL for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

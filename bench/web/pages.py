"""The screens that Lighthouse looks at, served as users have them, and what is asked of each."""

from __future__ import annotations

import gzip
import http.client
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench.errors import BenchError
from bench.machine import describe
from bench.results import Better, Result, Target, Verdict, append, table
from bench.web.lighthouse import CATEGORIES, Lighthouse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.web.lighthouse import Report

# Each is a state of the gallery (tests/gallery), made by the portal's own services.
SCREENS = {
    "sign-in": "sign-in",
    "home": "home-busy",
    "upload": "file-none-yet",
    "ids": "people-id",
    "columns": "columns-sixty",
    "column": "column-with-suggestions",
    "results": "results-some-left-out",
    "submit": "submit-ready",
    "approval": "approval-after-an-earlier-one",
    "history": "history-full",
}
SCORES = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0}
TIMES = {
    "largest-contentful-paint": ("largest paint", "ms", 800),
    "cumulative-layout-shift": ("layout shift", "", 0.02),
    "total-blocking-time": ("blocked", "ms", 100),
}
KIB = 1024
MOST_KIB, MOST_REQUESTS, MOST_ELEMENTS = 80, 8, 1500


def run(screens: Sequence[str], runs: int, folder: Path) -> int:
    """Print the table. Exit code 1: a `must` does not hold, or a screen broke; the others go on."""
    from tests.gallery.server import Gallery  # noqa: PLC0415 - needs what is installed for the tests

    lighthouse = Lighthouse.installed(folder / "lighthouse")
    machine = describe()
    names = screens or list(SCREENS)
    results: list[Result] = []
    broken = False
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="web-")))
        gallery = stack.enter_context(Gallery(data, *{SCREENS[name] for name in names}))
        places = {made.name: made for made in gallery.states}
        for name in names:
            made = places[SCREENS[name]]
            print(f"{name} ...", file=sys.stderr, flush=True)
            try:
                found = _looked(name, gallery.url + made.path, made.session, lighthouse, runs)
            except BenchError as error:
                print(f"{name}: {error}", file=sys.stderr)
                broken = True
            else:
                append(folder / "results.jsonl", found, machine)
                results += found
    print(table(results))
    return 1 if broken or any(result.verdict is Verdict.FAIL for result in results) else 0


def _looked(name: str, url: str, session: str, lighthouse: Lighthouse, runs: int) -> list[Result]:
    page = compressed(url, session)  # the first answer of a server is slower than the others
    return judged(name, [lighthouse.look(url, session) for _ in range(runs)], page)


def judged(name: str, reports: Sequence[Report], page: int) -> list[Result]:
    """The figures of a screen over all runs. `page`: the bytes of its page as a proxy in front compresses it."""
    lost = {"lost": sorted({title for report in reports for title in report.lost})}
    found: list[Result] = []

    def add(what: str, unit: str, values: Sequence[float], target: Target, **details: object) -> None:
        found.append(Result("web", f"{name}: {what}", 0, unit, tuple(values), target, details))

    for category in CATEGORIES:
        scores = [report.score(category) for report in reports]
        add(category, "", scores, Target(Better.HIGHER, SCORES[category]), **lost)
    for audit, (what, unit, most) in TIMES.items():
        add(what, unit, [report.figure(audit) for report in reports], Target(Better.LOWER, most))
    sizes = [_over_the_wire(report, page) / KIB for report in reports]
    raw = [sum(int(item["transferSize"]) for item in report.requests) for report in reports]
    add("over the wire", "KB", sizes, Target(Better.LOWER, MOST_KIB), uncompressed_page=raw)
    add("requests", "", [len(report.requests) for report in reports], Target(Better.LOWER, MOST_REQUESTS))
    add("elements", "", [report.elements for report in reports], Target(Better.LOWER, MOST_ELEMENTS))
    return found


def _over_the_wire(report: Report, page: int) -> int:
    """Files are compressed when they are collected; pages leave the portal as they are, and a proxy compresses them."""
    first, *files = report.requests
    headers = int(first["transferSize"]) - int(first["resourceSize"])
    return page + headers + sum(int(item["transferSize"]) for item in files)


def compressed(url: str, session: str) -> int:
    """The size of a page under gzip."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    path = f"{parts.path}?{parts.query}" if parts.query or url.endswith("?") else parts.path
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}"} if session else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise BenchError(f"{path} answers {answer.status}")
    return len(gzip.compress(body))

"""`scripts/bench --web`: what it installs is agreed, and it judges as docs/design.md says."""

import json
from typing import Any

import pytest

from bench.results import Verdict
from bench.web import lighthouse, pages
from bench.web.lighthouse import HERE, Report
from tests.gallery.build import load
from tests.gallery.state import STATES

LOCK = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]


def _report(**other: Any) -> Report:
    """One that is as good as it has to be, but for `other`."""
    scores = {"performance": 0.95, "accessibility": 1, "best-practices": 1}
    numbers = {"largest-contentful-paint": 800, "cumulative-layout-shift": 0.02, "total-blocking-time": 100}
    files = [{"url": f"http://127.0.0.1/{at}", "transferSize": 10_000, "resourceSize": 9_000} for at in range(8)]
    requests = [*files[: other.get("requests", 8)], {"url": "data:image/png;base64,", "transferSize": 0}]
    elements = [{"value": {"value": other.get("elements", 1500)}}]
    audits = {name: {"numericValue": other.get(name, number)} for name, number in numbers.items()}
    audits |= {
        "network-requests": {"details": {"items": requests}},
        "dom-size-insight": {"details": {"items": elements}},
    }
    categories = {name: {"score": other.get(name, score), "auditRefs": []} for name, score in scores.items()}
    return Report({"categories": categories, "audits": audits})


def _failed(report: Report, page: int = 3_000) -> list[str]:
    return [result.what for result in pages.judged("home", [report], page) if result.verdict is Verdict.FAIL]


def test_what_is_exactly_within_its_bounds_passes() -> None:
    assert _failed(_report()) == []


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("performance", 0.94, "performance"),
        ("accessibility", 0.99, "accessibility"),
        ("best-practices", 0.99, "best-practices"),
        ("largest-contentful-paint", 801, "largest paint"),
        ("cumulative-layout-shift", 0.03, "layout shift"),
        ("total-blocking-time", 101, "blocked"),
        ("elements", 1501, "elements"),
    ],
)
def test_whatever_is_beyond_its_bound_fails(name: str, value: float, what: str) -> None:
    assert _failed(_report(**{name: value})) == [f"home: {what}"]


def test_a_page_counts_as_it_is_compressed_by_a_proxy() -> None:
    assert _failed(_report(), page=12_000) == ["home: over the wire"]


def test_one_bad_run_of_three_is_forgiven() -> None:
    reports = [_report(), _report(performance=0.5), _report()]
    assert {result.verdict for result in pages.judged("home", reports, 3_000)} == {Verdict.MUST}


def test_every_screen_is_a_state_of_the_gallery() -> None:
    load()
    assert set(pages.SCREENS.values()) <= STATES.keys()
    assert len(pages.SCREENS) == 10


def test_what_is_installed_is_pinned_with_hashes_and_without_addresses() -> None:
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {name: LOCK[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    packages = {name: package for name, package in LOCK.items() if name}
    assert [name for name, package in packages.items() if not package.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert lighthouse.NO_BROWSER_OF_ITS_OWN == {"PUPPETEER_SKIP_DOWNLOAD": "1"}

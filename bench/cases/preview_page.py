"""The live preview of a file of 60 columns in Chromium: from a choice to the line that shows it."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench.errors import BenchError
from bench.load.server import environment, manage, serving
from bench.measure import run
from bench.results import Better, Result, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from bench.setting import Setting

CHANGES = 60
PEOPLE = 2
"""Somebody approves what the other one made."""
UNCOUNTED = 10
COLUMNS = 40
"""So many of the 60 are sent, and have a choice to change."""
TARGET = Target(Better.LOWER, 300)
# From the event that a person's choice causes to the second frame after the preview has come: then it is on the screen.
CHANGE = """column => new Promise((resolve, reject) => {
  const select = document.getElementById(`c${column}`);
  const other = [...select.options].find((one) => !one.selected && one.value && one.value !== "edit");
  const watch = new MutationObserver((changes) => {
    const came = changes.some((change) => [...change.addedNodes].some((node) => node.id === "preview"));
    if (!came) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
  });
  watch.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => reject(new Error("no preview came")), 20000);
  const begun = performance.now();
  select.value = other.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
})"""


def measure(setting: Setting) -> Sequence[Result]:
    """Milliseconds that 95 of 100 changes take, with the portal's own server and SQLite."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BenchError("chromium is not installed")
    data = setting.workshop.folder / "preview-page"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    variables = environment(data)
    for command in (("migrate", "--verbosity=0"), ("collectstatic", "--noinput", "--verbosity=0")):
        manage(variables, *command)
    told = data / "told.json"
    run([sys.executable, "-m", "bench.load.seed", "10", str(PEOPLE), str(told)], environment=variables)
    seeded = json.loads(told.read_text(encoding="utf-8"))
    with serving(variables) as (address, _pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(base_url=_url(address), locale="en-GB")
        context.add_cookies([{"name": "sessionid", "value": seeded["sessions"][0], "url": _url(address)}])
        page = context.new_page()
        page.goto(f"/w/load/transfers/{seeded['drafts'][0]}/columns?show=")
        taken = _taken(page, setting.rows_or(CHANGES))
        browser.close()
    p95 = statistics.quantiles(taken, n=20)[-1]
    details = {"changes": len(taken), "median": statistics.median(taken), "longest": max(taken)}
    return [Result("preview-page", "a change until it is shown, p95", COLUMNS, "ms", (p95,), TARGET, details)]


def _url(address: tuple[str, int]) -> str:
    return f"http://{address[0]}:{address[1]}"


def _taken(page: Page, changes: int) -> list[float]:
    """One change after the other; the first ones warm the server. The count of errors goes on beside them."""
    taken = []
    for number in range(UNCOUNTED + changes):
        taken.append(float(page.evaluate(CHANGE, 1 + number % COLUMNS)))
        page.wait_for_timeout(400)  # nobody chooses faster
    return taken[UNCOUNTED:]

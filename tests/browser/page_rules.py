"""What holds for every page: its frame, names for every field, no sideways scrolling, its weight, and WCAG 2.2 AA."""

import gzip
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Response

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
KIB = 1024
BUDGETS = {"document": 30 * KIB, "stylesheet": 15 * KIB, "script": 30 * KIB}
UPLOAD_SCRIPT = 52 * KIB  # the page that sends files has a script for that
WHOLE = 80 * KIB
ELEMENTS = 1_500
REQUESTS, REQUESTS_AGAIN = 8, 2  # with an empty cache, and once the files are kept
ICON = "/static/img/mark."  # browsers fetch it once for all pages, and not always tell of it
FETCHED = {"font", "image", "media"}  # drawings are part of the page
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => {
  (globalThis.refused ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});"""
LOOK = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const ids = all("[id]").map((one) => one.id);
  const name = (one) => one.labels?.length || one.getAttribute("aria-label") || one.getAttribute("aria-labelledby");
  const kind = (one) => `${one.localName}.${one.className?.baseVal ?? one.className}`;
  const fields = all("input:not([type=hidden], [type=submit]), select, textarea");
  return {
    language: document.documentElement.lang,
    headings: all("h1").length,
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    nameless: fields.filter((one) => !name(one)).map((one) => one.outerHTML.slice(0, 120)),
    nowhere: all("a[href^='#']").map((one) => one.hash.slice(1)).filter((id) => id && !document.getElementById(id)),
    elements: all("*").length,
    refused: globalThis.refused ?? [],
    shape: [...new Set(all("*").map(kind))].sort().join(" "),
  };
}"""
TOO_WIDE = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
_axe = Axe()


def faults_of(page: Page, kind: str, judged: set[str]) -> list[str]:
    """What is wrong with the page that is open, in words. Shapes that axe has judged are in `judged` afterwards."""
    found = page.evaluate(LOOK)
    faults = whole_faults(page, found)
    shape = f"{kind} {found['shape']}"
    if shape not in judged:
        judged.add(shape)
        faults += accessibility_faults(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    faults += width_faults(page)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return faults


def whole_faults(page: Page, found: dict[str, Any], language: str = "en") -> list[str]:
    """What is wrong with the page whatever its size and colours; `found` is what LOOK says of it."""
    faults = [f"{name}: {found[name]}" for name in ("twice", "nameless", "nowhere", "refused") if found[name]]
    return faults + _frame_faults(page.title(), found, language)


def width_faults(page: Page) -> list[str]:
    """Whether the page has to be scrolled sideways at the size that its window has."""
    pixels = page.evaluate(TOO_WIDE)
    return [f"{pixels} pixels too wide for {(page.viewport_size or NARROW)['width']}"] if pixels > 0 else []


def _frame_faults(title: str, found: dict[str, Any], language: str) -> list[str]:
    faults = []
    if found["language"] != language:
        faults.append(f"its language is {found['language']!r}")
    if found["headings"] != 1:
        faults.append(f"{found['headings']} headings of the first level")
    if not title.endswith(" – amportal") or title != " ".join(title.split()):
        faults.append(f"the title is {title!r}")
    if found["elements"] > ELEMENTS:
        faults.append(f"{found['elements']} elements")
    return faults


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds in the page as it is shown now."""
    if page.evaluate("typeof axe") == "undefined":  # once a page, whatever is switched on it afterwards
        page.evaluate(_axe.axe_script)
    broken = page.evaluate("rules => axe.run(rules).then((found) => found.violations)", RULES)
    return [f"axe {rule['id']}: {node['target']} {node['html'][:160]}" for rule in broken for node in rule["nodes"]]


def weight_faults(loaded: Iterable[Response], known: dict[str, tuple[str, int]]) -> list[str]:
    """Where the page that these answers made is heavier than allowed, over the wire; `known` remembers files."""
    answers = [answer for answer in loaded if _is_of_page(answer)]
    weights = dict.fromkeys(BUDGETS, 0)
    for answer in answers:
        if answer.url not in known or answer.request.resource_type == "document":
            known[answer.url] = (answer.request.resource_type, _weight(answer))
        kind, size = known[answer.url]
        weights[kind] = weights.get(kind, 0) + size
    is_upload = any("/vendor/tus-" in answer.url for answer in answers)
    allowed = {**BUDGETS, "script": UPLOAD_SCRIPT if is_upload else BUDGETS["script"]}
    faults = [f"{weights[kind]} bytes of {kind}" for kind, most in allowed.items() if weights[kind] > most]
    faults += [f"{sum(weights.values())} bytes in all"] if sum(weights.values()) > WHOLE else []
    return faults + request_faults(answers)


def request_faults(answers: list[Response]) -> list[str]:
    """Where a page asks too often, for what it should hold itself, or somebody else. Its icon counts as well."""
    answers = [answer for answer in answers if ICON not in answer.url]
    again = [answer for answer in answers if "immutable" not in answer.headers.get("cache-control", "")]
    counts = {"requests": (len(answers) + 1, REQUESTS), "requests again": (len(again), REQUESTS_AGAIN)}
    names = " ".join(answer.url for answer in answers)
    faults = [f"{count} {what}: {names}" for what, (count, most) in counts.items() if count > most]
    faults += [f"fetches {answer.url}" for answer in answers if answer.request.resource_type in FETCHED]
    home = {urlsplit(answer.url).netloc for answer in answers if answer.request.resource_type == "document"}
    return faults + [f"asks {answer.url}" for answer in answers if urlsplit(answer.url).netloc not in home]


def _is_of_page(answer: Response) -> bool:
    """What leads to the page is no part of it, nor is what it holds itself."""
    return not 300 <= answer.status < 400 and not answer.url.startswith("data:")


def _weight(answer: Response) -> int:
    """Files are compressed when they are collected; pages leave the portal as they are, and a proxy compresses them."""
    if "content-encoding" in answer.headers:
        return int(answer.request.sizes()["responseBodySize"])
    return len(gzip.compress(answer.body()))

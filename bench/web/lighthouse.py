"""Lighthouse out of npm, with every package and its hash in `package-lock.json`, and what it says of a page."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import BenchError
from bench.measure import run

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
LISTS = ("package.json", "package-lock.json")
CATEGORIES = ("performance", "accessibility", "best-practices")
TRIES = 3
NO_BROWSER_OF_ITS_OWN = {"PUPPETEER_SKIP_DOWNLOAD": "1"}


@dataclass(frozen=True)
class Report:
    """One run: the JSON that Lighthouse writes."""

    found: Mapping[str, Any]

    def score(self, category: str) -> float:
        """From 0 to 1."""
        return float(self.found["categories"][category]["score"])

    def figure(self, audit: str) -> float:
        """What an audit has measured, in its own unit."""
        return float(self.found["audits"][audit]["numericValue"])

    @property
    def requests(self) -> list[Mapping[str, Any]]:
        """What was asked for over the network, the page first; what the page holds itself is no request."""
        items = self.found["audits"]["network-requests"]["details"]["items"]
        return [item for item in items if not item["url"].startswith(("data:", "blob:"))]

    @property
    def elements(self) -> int:
        """How many elements the page has."""
        items = self.found["audits"]["dom-size-insight"]["details"]["items"]
        return int(items[0]["value"]["value"])

    @property
    def lost(self) -> list[str]:
        """Audits that cost points, in their own words."""
        weighed = {
            reference["id"]
            for category in self.found["categories"].values()
            for reference in category["auditRefs"]
            if reference["weight"]
        }
        audits = self.found["audits"]
        less = {name for name in weighed if (audits[name]["score"] or 0) < 1 and _counts(audits[name])}
        return [audits[name]["title"] for name in sorted(less)]


def _counts(audit: Mapping[str, Any]) -> bool:
    return audit["scoreDisplayMode"] not in {"notApplicable", "manual", "informative"}


@dataclass(frozen=True)
class Lighthouse:
    """The program, installed below `folder`."""

    folder: Path
    chromium: str

    @classmethod
    def installed(cls, folder: Path) -> Lighthouse:
        """Install it unless the same lock was installed there before."""
        for tool in ("node", "npm", "chromium"):
            if shutil.which(tool) is None:
                raise BenchError(f"{tool} is missing: on Debian, apt-get install nodejs npm chromium")
        stamp, lock = folder / "stamp", (HERE / "package-lock.json").read_text(encoding="utf-8")
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != lock:
            folder.mkdir(parents=True, exist_ok=True)
            for name in LISTS:
                shutil.copy(HERE / name, folder / name)
            command = ["npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
            run(command, environment=NO_BROWSER_OF_ITS_OWN)
            stamp.write_text(lock, encoding="utf-8")
        return cls(folder, str(shutil.which("chromium")))

    def look(self, url: str, session: str) -> Report:
        """Look at a page as a desktop would, as the person of the session, with empty caches."""
        headers = self.folder / "headers.json"
        headers.write_text(json.dumps({"Cookie": f"sessionid={session}"} if session else {}), encoding="utf-8")
        try:
            report = self._tried(url, headers)
        finally:
            headers.unlink()
        if report.found["finalDisplayedUrl"] != url:
            raise BenchError(f"{url} leads to {report.found['finalDisplayedUrl']}")
        return report

    def _tried(self, url: str, headers: Path) -> Report:
        """It misses the beginning of a page now and then, says so, and asks to be run again."""
        written = self.folder / "report.json"
        # The sandbox needs a user without rights.
        flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
        command = [
            "node", str(self.folder / "node_modules/lighthouse/cli/index.js"), url, "--preset=desktop", "--quiet",
            f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}", f"--chrome-flags={flags}",
            "--output=json", f"--output-path={written}",
        ]  # fmt: skip
        for left in reversed(range(TRIES)):
            try:
                run(command, environment={"CHROME_PATH": self.chromium})
            except BenchError as error:
                if not left:
                    raise
                print(f"again: {error}", file=sys.stderr, flush=True)
            else:
                break
        return Report(json.loads(written.read_text(encoding="utf-8")))

"""People at work: each opens pages over a connection of their own, and thinks between them."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.load.forms import body_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

THINKING_SECONDS = 3.0  # on average, from one answer to the next request; people mostly take longer
PAGES = (
    "home", "history", "history filtered", "history by reference", "history by word", "approvals", "dossier",
    "transfer",
    "new transfer", "file", "columns", "column", "results", "submit",
)  # fmt: skip
PREVIEW = "fragment preview"
FRAGMENTS = ("fragment history", "fragment progress", PREVIEW)


@dataclass
class Timings:
    """Milliseconds of every answer by what was asked for, and answers that were none."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, milliseconds: float, status: int) -> None:
        """One answer."""
        with self.lock:
            self.taken[what].append(milliseconds)
            if status != 200:
                self.wrong.append(f"{what}: {status}")


def work(address: tuple[str, int], told: Mapping[str, Sequence[Any]], seconds: float) -> Timings:
    """Everybody works for this long; what they saw."""
    timings = Timings()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_person, args=(address, session, told, until, timings, number))
        for number, session in enumerate(told["sessions"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return timings


def _person(  # noqa: PLR0917 - where, who, what, until when
    address: tuple[str, int], session: str, told: Mapping[str, Sequence[Any]], until: float, timings: Timings, seed: int
) -> None:
    rng = random.Random(seed)
    connection = http.client.HTTPConnection(*address, timeout=30)
    form = _Form(connection, session, _path("columns", told, rng, seed))
    time.sleep(rng.random() * THINKING_SECONDS)
    while time.monotonic() < until:
        what = rng.choice((*PAGES, *FRAGMENTS))
        started = time.perf_counter()
        path = _path(what, told, rng, seed)
        if what == PREVIEW:
            form.send(path)
        else:
            fragment = {"HX-Request": "true"} if what.startswith("fragment") else {}
            connection.request("GET", path, headers={"Cookie": f"sessionid={session}", **fragment})
        answer = connection.getresponse()
        answer.read()
        timings.add(what, (time.perf_counter() - started) * 1000, answer.status)
        time.sleep(rng.expovariate(1 / THINKING_SECONDS))
    connection.close()


class _Form:
    """The form of the columns as it stands, which a preview is asked for with."""

    def __init__(self, connection: http.client.HTTPConnection, session: str, path: str) -> None:
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        token = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        self._connection = connection
        self._body = body_of(answer.read().decode())
        self._headers = {
            "Cookie": f"sessionid={session}; {token}", "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip

    def send(self, path: str) -> None:
        """Ask for the preview; the answer is still to be read."""
        self._connection.request("POST", path, self._body, self._headers)


def _path(what: str, told: Mapping[str, Sequence[Any]], rng: random.Random, person: int) -> str:
    sent, waiting, draft = (f"transfers/{rng.choice(told[name])}" for name in ("sent", "waiting", "drafts"))
    mine = f"transfers/{told['drafts'][person]}"
    return (
        "/w/load/"
        + {
            "home": "",
            "history": "history",
            "history filtered": "history?state=sent&environment=beta",
            "history by reference": f"history?q=T-{rng.choice(told['sent'])}",
            "history by word": f"history?q=customers-{rng.choice(told['sent'])}",
            "approvals": "approvals",
            "dossier": f"{waiting}/approval",
            "transfer": sent,
            "new transfer": "transfers/new",
            "file": f"{mine}/file",
            "columns": f"{mine}/columns?show=all",
            "column": f"{mine}/columns/{rng.randint(1, 60)}",
            "results": f"{draft}/results",
            "submit": f"{mine}/submit",
            "fragment history": "history?state=waiting",
            "fragment progress": f"{sent}/progress",
            PREVIEW: f"{mine}/columns/preview",
        }[what]
    )

"""A file on its way through every page, by a maker and an approver who read no script."""

import gzip
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, Delivery, Destination, User, Workspace
from tests import factories
from tests.services import working
from tests.web.history_pages import signed_in
from tests.web.journey import Maker, title, words

_SELECT = re.compile(r'<select id="c(\d+)".*?</select>', re.DOTALL)
_SENT = re.compile(r'<option value="(?:now|p[0-9a-f]{12})"\s+selected')
_PROPOSED = re.compile(r'<option value="(p[0-9a-f]{12})"')
_SEEN = re.compile(r'name="(\w+_sha256)" value="([0-9a-f]{64})"')


@dataclass
class Office:
    """A workspace with a maker, an approver, a data source and a place in beta; any share may be left out."""

    where: Workspace = field(default_factory=lambda: factories.workspace(max_left_out_percent=100))

    def __post_init__(self) -> None:
        self.ada: User = factories.member(self.where)
        self.wei: User = factories.member(self.where, "Wei", roles=["approver"])
        self.maker, self.approver = signed_in(self.ada), signed_in(self.wei)
        self.place: Destination = factories.destination(self.where)
        factories.data_source(self.where)

    def upload(self, content: bytes, name: str = "customers.csv") -> Any:
        """Send a file in a form; the answer."""
        url = reverse("transfer_new", args=[self.where.slug])
        return self.maker.post(url, {"file": SimpleUploadedFile(name, content)})

    def started(self, content: bytes, name: str = "customers.csv") -> "Walk":
        """A transfer with this file."""
        answer = self.upload(content, name)
        assert answer.status_code == 302, words(answer)
        return Walk(self, Maker(self.maker, Batch.objects.of(self.where).latest("pk")))


@dataclass
class Walk:
    """One transfer. Each step fails when its page answers with anything but the next one."""

    office: Office
    at: Maker

    @property
    def batch(self) -> Batch:
        """As the database has it."""
        return Batch.objects.select_related("workspace", "maker", "result", "destination").get(pk=self.at.batch.pk)

    def _onward(self, page: str, answers: dict[str, Any], onto: str) -> Any:
        answer = self.at.post(page, answers)
        assert answer.status_code == 302, f"{title(answer)}: {words(answer)}"
        assert answer["Location"].split("?")[0] == self.at.url(onto)
        return answer

    def people(self, column: str) -> "Walk":
        """Traits of customers whose ID is in this column."""
        assert self.at.get("step_file").status_code == 200
        self._onward("step_people", {"kind": "traits"}, "people_ids")
        self._onward("people_ids", {"id_type": "customer_id", "id_column": column}, "people_source")
        self._onward("people_source", {"dpid": "478", "mode": "sync"}, "step_columns")
        return self

    def columns(self) -> "Walk":
        """Whatever is suggested; what has no suggestion stays out, but for one signal at least."""
        for act in ("first", "leave_out"):
            self.at.post("step_columns", {"do": act})
        page = self.at.get("step_columns", "?show=")
        self._onward("step_columns", {"do": "check", **_one_signal(page)}, "checking")
        return self

    def checked(self) -> "Walk":
        """All rows, by a worker."""
        working.work(self.batch.checks.latest("pk"))
        assert self.batch.state == "checked", self.batch.checks.latest("pk").problem
        assert self.at.get("results").status_code == 200
        assert self.at.get("results_rows").status_code == 200
        return self

    def asked(self) -> "Walk":
        """Sent for approval."""
        answers = {"name": "Loyalty", "note": "", "destination": str(self.office.place.pk), "when": "after"}
        self._onward("step_destination", answers, "submit")
        assert self.at.get("submit").status_code == 200
        self._onward("submit", {}, "submitted")
        return self

    def sent(self) -> Delivery:
        """Approved by the other person, and at the receiver."""
        answer = self.office.approver.post(self.at.url("approve"), seen_by(self.office.approver, self))
        assert answer.status_code == 302, words(answer)
        delivery = self.batch.deliveries.get()
        working.send_all(delivery)
        assert self.batch.state == "sent"
        assert self.at.get("transfer").status_code == 200
        return delivery

    def lines(self, delivery: Delivery) -> list[str]:
        """What the receiver has."""
        packed = working.outbox(delivery).values()
        return [line for part in packed for line in gzip.decompress(part).decode().removesuffix("\n").split("\n")]


def seen_by(approver: Client, walk: Walk) -> dict[str, str]:
    """The fields of the dossier that an approver has open: the checksums of what it shows."""
    return dict(_SEEN.findall(approver.get(walk.at.url("approval")).content.decode()))


def _one_signal(page: Any) -> dict[str, str]:
    """The first answer that sends something, where nothing that is chosen does."""
    text = page.content.decode()
    if _SENT.search(text):
        return {}
    offered = ((found[1], _PROPOSED.search(found[0])) for found in _SELECT.finditer(text))
    return next(({f"c{place}": value[1]} for place, value in offered if value), {})


def whole(content: bytes, column: str, name: str = "customers.csv") -> tuple[Walk, list[str]]:
    """All the way; the walk and the lines that arrived."""
    walk = Office().started(content, name).people(column).columns().checked().asked()
    return walk, walk.lines(walk.sent())

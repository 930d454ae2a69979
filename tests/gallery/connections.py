"""Connection tests that stop where the gallery has no server to make them: the real page, with the real words."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from ingest.models import Destination, Role
from ingest.services.destination_test import key_found
from ingest.transfer.base import CheckStep
from ingest.transfer.checking import Step, run_steps
from ingest.transfer.failures import failure
from ingest.transfer.sftp_check import LABELS
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members
from tests import factories
from tests.gallery.managing import office
from tests.gallery.state import Build, Shown, state

HOST: Final = {"host": "sftp.example.com"}
KEY: Final = "SHA256:aNvUe3mP0bq1yXkq8i0m5o3n1xWw7cJ0k2u4v6y8z0A"
STOPPED: Final[Mapping[str, tuple[str, str, Mapping[str, str | int]]]] = {
    "host-unknown": ("resolve", "host.unknown", HOST),
    "refused": ("connect", "host.refused", {**HOST, "port": 22}),
    "key-wrong": ("sign_in", "sftp.key_refused", {**HOST, "user": "acme", "fingerprint": KEY}),
}


def _steps(name: str) -> tuple[CheckStep, ...]:
    """Up to the step that fails all pass, and what comes after it is not tried."""
    where, code, params = STOPPED[name]

    def attempt(step: str) -> None:
        if step == where:
            raise failure(code, **params)

    return run_steps([Step(step, label, partial(attempt, step)) for step, label in LABELS.items()])


@for_members(Role.ADMIN)
def stopped_test(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    """What the page says after such a test."""
    chosen = get_object_or_404(Destination, workspace=request.membership.workspace, pk=pk)
    steps = _steps(name)
    context = {"chosen": chosen, "steps": steps, "key": key_found(chosen, steps), "lost": 0, "rest_ended": False}
    return render(request, "ingest/destination_tested.html", context)


def _stopped(name: str) -> Build:
    def build() -> Shown:
        where, admin = office()
        place = factories.destination(where, name="Rehearsal", method="sftp", config={**HOST, "user": "acme"})
        return Shown(f"/dev/connection-tests/{where.slug}/{place.pk}/{name}", admin)

    return build


for one in STOPPED:
    state(f"manage-destination-{one}")(_stopped(one))

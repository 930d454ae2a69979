"""S10 and S11: what waits for a decision, and what is decided on."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ingest.models import Batch, Check, User, Workspace
from tests import factories
from tests.gallery.checking import COUNTED
from tests.gallery.home import named, sent
from tests.gallery.state import Shown, page_of, place_of, state
from tests.services import working
from tests.web.whole_journey import Office, Walk


def waiting(where: Workspace | None = None, **fields: Any) -> Batch:
    """A request, after a transfer of the same data source that was sent."""
    where = where or factories.workspace()
    named(where)
    made = working.checked(**{"workspace": where, "name": "Loyalty – November 2026", **fields})
    Check.objects.filter(pk=working.result_of(made).pk).update(
        rows=1_204_118, accepted=1_182_340, refused=21_778, distinct_ids=1_182_340
    )
    Batch.objects.filter(pk=made.pk).update(state="waiting", state_at=timezone.now(), note="Tiers as last month.")
    made.refresh_from_db()
    return made


def asked() -> Walk:
    """A request that went through every page, with rows that are left out."""
    walk = Office().started(COUNTED, "crm-november.csv").people("crm_id").columns().checked()
    return walk.asked()


def approver(where: Workspace) -> User:
    """Somebody who decides."""
    return factories.member(where, "Wei", roles=("approver",))


@state("approvals-empty")
def queue_empty() -> Shown:
    where = factories.workspace()
    return place_of(where, "approvals", approver(where))


def _queue() -> Workspace:
    where = factories.workspace()
    sent(where, "Loyalty – October 2026", 1_300_000, 30)
    waiting(where, destination=factories.destination(where, "production", name="Production"))
    waiting(where, name="Newsletter readers who have not bought anything since the summer sale")
    return where


@state("approvals-waiting")
def queue_waiting() -> Shown:
    where = _queue()
    return place_of(where, "approvals", approver(where))


@state("approvals-for-the-maker")
def queue_for_the_maker() -> Shown:
    where = _queue()
    return place_of(where, "approvals", Batch.objects.of(where).latest("pk").maker)


@state("approvals-for-a-viewer")
def queue_for_a_viewer() -> Shown:
    where = _queue()
    return place_of(where, "approvals", factories.member(where, "Vic", roles=()))


@state("approvals-none-of-this-kind")
def queue_of_no_kind() -> Shown:
    where = factories.workspace()
    waiting(where)
    return place_of(where, "approvals", approver(where), query="?to=production")


@state("approval-first-of-its-kind")
def first_of_its_kind() -> Shown:
    walk = asked()
    return Shown(walk.at.url("approval"), walk.office.wei)


@state("approval-after-an-earlier-one")
def after_an_earlier_one() -> Shown:
    where = factories.workspace()
    production = factories.destination(where, "production", name="Production")
    sent(where, "Loyalty – October 2026", 1_160_000, 30, destination=production)
    batch = waiting(where, destination=production)
    return page_of(batch, "approval", by=approver(where))


def _dropped() -> Batch:
    where = factories.workspace()
    sent(where, "Loyalty – October 2026", 1_900_000, 30)
    return waiting(where)


@state("approval-unusual-drop")
def unusual_drop() -> Shown:
    batch = _dropped()
    return page_of(batch, "approval", by=approver(batch.workspace))


@state("approval-without-a-reason")
def without_a_reason() -> Shown:
    batch = waiting()
    press = "form[action$='/approval/changes'] button[type=submit]"
    return page_of(batch, "approval", by=approver(batch.workspace), press=press, status=422)


@state("approval-for-its-maker")
def for_its_maker() -> Shown:
    return page_of(waiting(), "approval")


@state("approval-decided-already")
def decided_already() -> Shown:
    batch = working.sending(name="Loyalty").batch
    return page_of(batch, "approval", by=approver(batch.workspace))


@state("approval-void")
def void() -> Shown:
    batch = waiting()
    Batch.objects.filter(pk=batch.pk).update(mapping={**batch.mapping, "dpid": 479})
    return page_of(batch, "approval", by=approver(batch.workspace))


@state("approval-withdrawn")
def withdrawn() -> Shown:
    batch = waiting()
    Batch.objects.filter(pk=batch.pk).update(state="checked")
    return page_of(batch, "approval", by=approver(batch.workspace))


@state("approval-expired")
def expired() -> Shown:
    batch = waiting()
    late = timezone.now() - timedelta(hours=batch.workspace.approval_hours, minutes=1)
    Batch.objects.filter(pk=batch.pk).update(state_at=late)
    return page_of(batch, "approval", by=approver(batch.workspace))

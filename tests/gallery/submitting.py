"""S7, S8 and S9: where it goes, one more look, and the request."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ingest.models import Batch, Membership
from ingest.services.mapping_digest import mapping_sha256
from tests import factories
from tests.gallery.state import CONTINUE, Shown, browser, page_at, page_of, state
from tests.services import working
from tests.web.journey import Maker, maker_with

REPLACING = {**factories.MAPPING, "mode": "overwrite"}


def _ready(mapping: dict[str, Any] = factories.MAPPING, **fields: Any) -> Maker:
    """A maker whose transfer lacks nothing but the request."""
    where = factories.workspace()
    factories.member(where, "Ana", roles=("approver",))
    factories.data_source(where, 478, name="CRM customers")
    place = factories.destination(where, "production", name="Outbox")
    factories.destination(where, "beta", name="Rehearsal")
    values = {"name": "Loyalty", "note": "Tiers are new", "destination": place, "not_sent": ["city"], **fields}
    made = maker_with(browser(), where=where, mapping=mapping, **values)
    factories.finished_check(
        made.batch, mapping=mapping, mapping_sha256=mapping_sha256(mapping), rows=1_204_118, accepted=1_182_340,
        refused=21_778, distinct_ids=1_182_340,
    )  # fmt: skip
    Batch.objects.filter(pk=made.batch.pk).update(state="checked")
    made.batch.refresh_from_db()
    return made


@state("destination-to-choose")
def to_choose() -> Shown:
    return page_at(_ready(name="", note="", destination=None), "step_destination")


@state("destination-none-for-production")
def none_for_production() -> Shown:
    made = _ready(destination=None)
    made.batch.workspace.destinations.filter(environment="production").update(is_active=False)
    return page_at(made, "step_destination")


@state("destination-nobody-approves")
def nobody_approves() -> Shown:
    made = _ready()
    factories.member(made.batch.workspace, "Li Wei", roles=("admin",))
    Membership.objects.filter(workspace=made.batch.workspace, user__name="Ana").update(approves=False)
    return page_at(made, "step_destination")


@state("destination-in-the-past")
def in_the_past() -> Shown:
    past = {"input[name=when][value=at]": "on", "#id_send_at": "2001-01-01T09:00"}
    return page_at(_ready(), "step_destination", fill=past, press=CONTINUE, status=422)


@state("destination-unanswered")
def unanswered() -> Shown:
    nothing = {"#id_name": ""}
    return page_at(_ready(destination=None), "step_destination", fill=nothing, press=CONTINUE, status=422)


@state("destination-name-taken")
def name_taken() -> Shown:
    made = _ready()
    working.checked(workspace=made.batch.workspace, name="Loyalty of November")
    taken = {"#id_name": "Loyalty of November"}
    return page_at(made, "step_destination", fill=taken, press=CONTINUE, status=422)


@state("destination-another-one-waits")
def another_one_waits() -> Shown:
    made = _ready()
    other = working.checked(workspace=made.batch.workspace, name="Loyalty, corrected")
    Batch.objects.filter(pk=other.pk).update(state="waiting", state_at=timezone.now())
    return page_at(made, "step_destination")


@state("submit-ready")
def ready() -> Shown:
    return page_at(_ready(), "submit")


@state("submit-replacing")
def replacing() -> Shown:
    return page_at(_ready(REPLACING), "submit")


@state("submit-replacing-not-ticked")
def not_ticked() -> Shown:
    return page_at(_ready(REPLACING), "submit", press="main form button.button[type=submit]", status=422)


@state("submit-something-changed")
def something_changed() -> Shown:
    made = _ready()
    Batch.objects.filter(pk=made.batch.pk).update(mapping={**factories.MAPPING, "dpid": 479})
    return page_at(made, "submit")


@state("submit-lacking")
def lacking() -> Shown:
    made = _ready()
    Batch.objects.filter(pk=made.batch.pk).update(name="", destination=None)
    return page_at(made, "submit")


def _asked() -> Maker:
    made = _ready()
    made.post("submit", {})
    made.batch.refresh_from_db()
    return made


@state("submitted")
def submitted() -> Shown:
    return page_at(_asked(), "submitted")


@state("submitted-and-approved")
def submitted_and_approved() -> Shown:
    delivery = working.sending(name="Loyalty")
    return page_of(delivery.batch, "submitted")


@state("submitted-too-long-ago")
def submitted_too_long_ago() -> Shown:
    made = _asked()
    long_ago = timezone.now() - timedelta(hours=made.batch.workspace.approval_hours + 1)
    Batch.objects.filter(pk=made.batch.pk).update(state_at=long_ago)
    return page_at(made, "submitted")

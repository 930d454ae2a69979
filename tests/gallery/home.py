"""S1 and S13: where everybody begins, and what was."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ingest.models import Batch, Check, User, Workspace
from tests import factories
from tests.gallery.state import Shown, place_of, state
from tests.services import working
from tests.web.history_pages import many


def named(where: Workspace) -> None:
    """Pages tell a data source by its name."""
    if not where.data_sources.exists():
        factories.data_source(where, 478, name="CRM customers")


def sent(where: Workspace, name: str, people: int, days_ago: int, **fields: Any) -> Batch:
    """A transfer that has arrived."""
    named(where)
    delivery = working.sending(workspace=where, name=name, **fields)
    working.send_all(delivery)
    batch = delivery.batch
    Check.objects.filter(pk=working.result_of(batch).pk).update(
        rows=people + 90, accepted=people, refused=90, distinct_ids=people
    )
    moment = timezone.now() - timedelta(days=days_ago)
    Batch.objects.filter(pk=batch.pk).update(state_at=moment, created_at=moment - timedelta(hours=3))
    batch.refresh_from_db()
    return batch


def busy() -> tuple[Workspace, User]:
    """A workspace in which everything happens, and a maker who approves the others' transfers as well."""
    where = factories.workspace(name="Acme Europe")
    ada = factories.member(where, "Ada", roles=("maker", "approver"))
    factories.data_source(where, 478, name="CRM customers")
    for number, people in enumerate((1_182_340, 1_204_118, 1_150_002, 1_090_771, 998_400)):
        sent(where, f"Loyalty – week {number + 1}", people, 3 + number * 6)
    factories.batch(where, ada, name="Newsletter readers", upload=factories.upload(where, ada))
    for name, values in (
        ("October VIP", {"state": "changes_needed"}), ("Lapsed customers", {"state": "checked"}),
        ("New members", {"state": "waiting"}),
    ):  # fmt: skip
        made = working.checked(workspace=where, name=name)
        mine = {} if values["state"] == "waiting" else {"maker": ada}
        Batch.objects.filter(pk=made.pk).update(state_at=timezone.now(), **values, **mine)
        if values["state"] == "changes_needed":
            working.change(made, "The trait of the gold tier is last year's. Take 1004.")
    return where, ada


@state("home-first-day")
def first_day() -> Shown:
    where = factories.workspace()
    return place_of(where, "home", factories.member(where))


@state("home-first-day-for-a-viewer")
def first_day_of_a_viewer() -> Shown:
    where = factories.workspace()
    return place_of(where, "home", factories.member(where, "Vic", roles=()))


@state("home-busy")
def home_busy() -> Shown:
    where, ada = busy()
    return place_of(where, "home", ada)


@state("home-all-done")
def all_done() -> Shown:
    where = factories.workspace()
    sent(where, "Loyalty – November 2026", 1_182_340, 2)
    return place_of(where, "home", factories.member(where, "Wei", roles=("approver",)))


@state("home-for-an-approver")
def for_an_approver() -> Shown:
    where, _ = busy()
    return place_of(where, "home", factories.member(where, "Wei", roles=("approver",)))


@state("history-empty")
def history_empty() -> Shown:
    where = factories.workspace()
    return place_of(where, "history", factories.member(where))


@state("history-full")
def history_full() -> Shown:
    where, ada = busy()
    many(where, ada, 60)
    return place_of(where, "history", ada)


@state("history-sources")
def history_sources() -> Shown:
    where, ada = busy()
    for number in range(11):
        sent(where, f"Loyalty {number}", 900_000 + 37_000 * (number * 5 % 7), 31 * number)
    return place_of(where, "history_sources", ada)


@state("history-sources-nothing-sent")
def history_sources_nothing() -> Shown:
    where = factories.workspace()
    return place_of(where, "history_sources", factories.member(where))


@state("compare")
def compare() -> Shown:
    where, ada = busy()
    return place_of(where, "compare", ada, query="?of=1&of=2")


@state("compare-one-chosen")
def compare_one_chosen() -> Shown:
    where, ada = busy()
    return place_of(where, "compare", ada, query="?of=1")


@state("compare-unknown")
def compare_unknown() -> Shown:
    where, ada = busy()
    return place_of(where, "compare", ada, query="?of=1&of=4711", status=422)


@state("history-nothing-found")
def history_nothing_found() -> Shown:
    where, ada = busy()
    return place_of(where, "history", ada, query="?q=vipp&state=sent")

"""S3: what identifies people, and where their IDs come from."""

from typing import Any

from ingest.models import DataSource
from tests import factories
from tests.gallery.state import CONTINUE, Shown, browser, page_at, state
from tests.web.columns import IDENTITY
from tests.web.journey import EVERYTHING, Maker, maker_with, maker_with_everything, of_kind

ANDROID = {"id": {"column": "gaid", "type": "idfa"}}


def _everything(kind: str = "", **members: Any) -> Maker:
    made = maker_with_everything(browser())
    return of_kind(made, kind, **members) if kind else made


@state("people-kind")
def kind() -> Shown:
    return page_at(_everything(), "step_people")


@state("people-kind-not-chosen")
def kind_not_chosen() -> Shown:
    return page_at(_everything(), "step_people", press=CONTINUE, status=422)


@state("people-id")
def identity() -> Shown:
    return page_at(_everything("traits"), "people_ids")


@state("people-id-against-the-guess")
def against_the_guess() -> Shown:
    return page_at(_everything("traits", **ANDROID), "people_source")


@state("people-links")
def links() -> Shown:
    return page_at(_everything("id_sync"), "people_ids")


@state("people-links-unanswered")
def links_unanswered() -> Shown:
    return page_at(_everything("id_sync"), "people_ids", press=CONTINUE, status=422, fill={"#id_column_1": ""})


@state("people-addresses")
def addresses() -> Shown:
    return page_at(_everything("hashed_emails"), "people_ids")


@state("people-source")
def source() -> Shown:
    members = {name: IDENTITY[name] for name in ("id",)}
    return page_at(_everything("traits", **members), "people_source")


@state("people-source-not-chosen")
def source_not_chosen() -> Shown:
    return page_at(_everything("traits", id=IDENTITY["id"]), "people_source", press=CONTINUE, status=422,
                   fill={"#id_dpid": ""})  # fmt: skip


@state("people-many-sources")
def many_sources() -> Shown:
    made = _everything("traits", id=IDENTITY["id"])
    where = made.batch.workspace
    DataSource.objects.bulk_create(
        DataSource(workspace=where, dpid=10_000 + number, name=f"Market {number}", id_type="customer_id")
        for number in range(400)
    )
    return page_at(made, "people_source")


def _no_source(*roles: str) -> Shown:
    where = factories.workspace()
    ada = factories.member(where, roles=("maker", *roles))
    factories.member(where, "Li Wei", roles=("admin",))
    made = maker_with(browser(), EVERYTHING, where=where, person=ada)
    return page_at(of_kind(made, "traits", id=IDENTITY["id"]), "people_source")


@state("people-no-source")
def no_source() -> Shown:
    return _no_source()


@state("people-no-source-for-an-admin")
def no_source_for_an_admin() -> Shown:
    return _no_source("admin")

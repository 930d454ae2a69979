"""S5 and S6: a check on its way, and what it found."""

import gzip
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ingest.models import Batch, Check, Workspace
from ingest.services import check as checks
from tests import factories
from tests.gallery.state import Shown, browser, page_at, state
from tests.services import working
from tests.web.journey import Maker, check_of, maker_with

HEADER = b"crm_id,tier,city\n"
FINE = HEADER + b"A-1,gold,Rome\nA-2,silver,Lyon\n"
WARNED = HEADER + b"A-1,+49 (30) 123-4567,Rome\nA-2,silver,Lyon\n"
SOME = HEADER + b"A-1,gold,Rome\nA-2,silver,Lyon\n\n,gold,Oslo\n,=1+1,<b>Bari</b>\nada@example.com,x,y\n"
NONE = HEADER + b",gold,Rome\n,silver,Lyon\n"
TABLE = {**factories.MAPPING, "columns": [
    {
        "column": "tier", "action": "signal", "key": "tier", "values": {"G": "gold", "S": "silver"},
        "otherwise": "reject",
    },
]}  # fmt: skip
TRAITS = {**factories.MAPPING, "columns": [
    {"column": "tier", "action": "trait_if", "values": {"gold": {"add": [1001]}, "silver": {"add": [1002]}}},
    {"column": "city", "action": "signal", "key": "city"},
]}  # fmt: skip
COUNTED = b"crm_id,tier,city,remark\n" + b"".join(
    b"%s,%s,%s,note %d\n" % (b"" if number % 11 == 0 else b"A-%d" % number, tier, city, number % 110)
    for number in range(330)
    for tier in [(b"gold", b"silver", b"silver", b"bronze")[number % 4]]
    for city in [(b"Rome", b"Lyon", b"San Cristobal de las Casas", b"Oslo", b"Bari", b"Bonn", b"Graz")[number % 7]]
)
UNLISTED = HEADER + b"A-1,G,Rome\nA-2,Gld,Rome\nA-3,Gld,Lyon\n"


def _maker(content: bytes = SOME, **fields: Any) -> Maker:
    where = factories.workspace(max_left_out_percent=100)
    factories.data_source(where, 478, name="CRM customers")
    values = {"where": where, "mapping": factories.MAPPING, "name": "Loyalty", "not_sent": ["city"], **fields}
    return maker_with(browser(), content, **values)


def _check(state: str, maker: Maker | None = None, **fields: Any) -> Shown:
    """The page of a check that is this far."""
    maker = maker or _maker()
    now = timezone.now()
    one = checks.start(maker.batch, actor=maker.batch.maker, now=now)
    values = {"state": state, "started_at": now - timedelta(seconds=20), "progressed_at": now, "bytes_done": 500,
              "bytes_total": 1000, "rows_done": 812_000, "stage": "checking", **fields}  # fmt: skip
    Check.objects.filter(pk=one.pk).update(**(values if state != "queued" else fields))
    if state not in {"queued", "running"}:
        Batch.objects.filter(pk=maker.batch.pk).update(state="draft")
    return page_at(maker, "checking")


def _found(content: bytes = SOME, **fields: Any) -> Maker:
    """A maker whose file was checked by a worker."""
    made = _maker(content, **fields)
    working.work(checks.start(made.batch, actor=made.batch.maker, now=timezone.now()))
    made.batch.refresh_from_db()
    return made


@state("checking-queued")
def queued() -> Shown:
    other = working.draft()
    checks.start(other, actor=other.maker, now=timezone.now() - timedelta(minutes=1))
    return _check("queued")


@state("checking-running")
def running() -> Shown:
    """As seconds after its start, however late one looks."""
    soon = timezone.now() + timedelta(days=1)
    return _check("running", started_at=soon - timedelta(seconds=20), progressed_at=soon)


@state("checking-slow")
def slow() -> Shown:
    return _check("running", progressed_at=timezone.now() - timedelta(minutes=1))


@state("checking-stopped")
def stopped() -> Shown:
    return _check("cancelled", finished_at=timezone.now())


@state("checking-failed")
def failed() -> Shown:
    """A worker has met a file that was cut off on its way."""
    made = _maker()
    packed = gzip.compress(SOME * 2000)
    cut = factories.upload(made.batch.workspace, made.batch.maker, packed[: len(packed) // 2], name="customers.csv.gz")
    Batch.objects.filter(pk=made.batch.pk).update(upload=cut)
    made.batch.refresh_from_db()
    working.work(checks.start(made.batch, actor=made.batch.maker, now=timezone.now()))
    return page_at(made, "checking")


@state("results-perfect")
def perfect() -> Shown:
    return page_at(_found(FINE), "results")


@state("results-warnings")
def warnings() -> Shown:
    return page_at(_found(WARNED), "results")


@state("results-some-left-out")
def some_left_out() -> Shown:
    return page_at(_found(), "results")


@state("results-values-counted")
def values_counted() -> Shown:
    made = _maker(COUNTED, mapping=TRAITS, not_sent=["remark"])
    factories.trait(made.batch.workspace, 1001, name="Gold members")
    factories.trait(made.batch.workspace, 1002, name="Silver members")
    working.work(checks.start(made.batch, actor=made.batch.maker, now=timezone.now()))
    return page_at(made, "results", "?columns=1")


@state("results-too-many-left-out")
def too_many() -> Shown:
    made = _found()
    Workspace.objects.filter(pk=made.batch.workspace_id).update(max_left_out_percent=20)
    return page_at(made, "results")


@state("results-nothing-can-be-sent")
def nothing() -> Shown:
    return page_at(_found(NONE), "results")


@state("results-can-be-fixed")
def can_be_fixed() -> Shown:
    return page_at(_found(UNLISTED, mapping=TABLE), "results")


@state("results-fixed")
def fixed() -> Shown:
    made = _found(UNLISTED, mapping=TABLE)
    answer = {"code": "value.not_mapped", "kind": "replace_value", "column": "tier", "value": "Gld", "like": "G"}
    made.post("fix", answer)
    working.work(Check.objects.filter(batch=made.batch).latest("pk"))
    return page_at(made, "results")


@state("results-corrected")
def corrected() -> Shown:
    made = _found()
    rows = b"row,codes,what to do,crm_id,tier,city\r\n5,id.missing,,A-5,gold,Oslo\r\n6,id.missing,,,gold,Bari\r\n"
    made.client.post(made.url("corrections"), {"file": SimpleUploadedFile("left-out.csv", rows, "text/csv")})
    working.work(Check.objects.filter(batch=made.batch).latest("pk"))
    return page_at(made, "results")


@state("results-out-of-date")
def out_of_date() -> Shown:
    made = _found()
    Batch.objects.filter(pk=made.batch.pk).update(mapping={**factories.MAPPING, "dpid": 479}, state="draft")
    return page_at(made, "results")


@state("results-deleted")
def deleted() -> Shown:
    made = _found()
    Check.objects.filter(pk=check_of(made.batch).pk).update(files_deleted_at=timezone.now())
    return page_at(made, "results")


@state("results-for-others")
def for_others() -> Shown:
    made = _found()
    return Shown(made.url("results"), factories.member(made.batch.workspace, "Vic", roles=()))


@state("results-rows")
def rows() -> Shown:
    return page_at(_found(), "results_rows")

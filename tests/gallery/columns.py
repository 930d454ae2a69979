"""S4 and S4b: what each column becomes."""

from django.urls import reverse

from ingest.models import Trait
from tests import factories
from tests.gallery.state import Shown, browser, page_at, state
from tests.web.columns import CLEAN, FILE, IDENTITY, TIER, at_columns, editor, wide
from tests.web.journey import Maker, maker_with

TIER_ENTRY = {"column": "tier", "action": "signal", "key": "tier"}
CITY_ENTRY = {"column": "city", "action": "signal", "key": "city"}
VIP_ENTRY = {"column": "vip", "action": "signal", "key": "vip"}
CHECK = "button[name=do][value=check]"


def _editor(maker: Maker, query: str = "", position: int = TIER) -> Shown:
    return Shown(editor(maker, position) + query, maker.batch.maker)


def _with_traits() -> Maker:
    where = factories.workspace()
    other = factories.data_source(where, 900, name="Web shop")
    for sid, name in ((1001, "Loyalty: gold"), (1002, "Loyalty: silver"), (1003, "Loyalty: no longer a member")):
        factories.trait(where, sid, name)
    factories.trait(where, 2001, "Gold buyers of the web shop", data_source=other)
    return at_columns(browser(), where=where)


def _after_october(content: bytes, entries: list[dict[str, str]], before: bytes = FILE) -> Maker:
    where = factories.workspace()
    sent = [entry["column"] for entry in entries]
    rest = [name for name in before.split(b"\n", 1)[0].decode().split(",")[1:] if name not in sent]
    october = maker_with(browser(), before, where=where, mapping={**IDENTITY, "columns": entries}, not_sent=rest,
                         name="October loyalty")  # fmt: skip
    return at_columns(october.client, content, where=where, person=october.batch.maker)


@state("columns-none-matched")
def none_matched() -> Shown:
    return page_at(at_columns(browser()), "step_columns")


@state("columns-all-matched-earlier")
def all_matched_earlier() -> Shown:
    return page_at(_after_october(FILE, [TIER_ENTRY]), "step_columns")


@state("columns-others-than-last-time")
def others_than_last_time() -> Shown:
    return page_at(_after_october(FILE.replace(b"city", b"town"), [TIER_ENTRY, CITY_ENTRY]), "step_columns")


@state("columns-some-new")
def some_new() -> Shown:
    entries = [{"column": f"attr_{number}", "action": "signal", "key": f"fact_{number}"} for number in range(1, 41)]
    november = wide(58).replace(b"attr_50", b"store").replace(b"attr_51", b"\xe5\x9f\x8e\xe5\xb8\x82")
    return page_at(_after_october(november, entries, wide(60)), "step_columns")


@state("columns-only-gone")
def only_gone() -> Shown:
    return page_at(_after_october(CLEAN, [TIER_ENTRY, VIP_ENTRY]), "step_columns")


@state("columns-sixty")
def sixty() -> Shown:
    return page_at(at_columns(browser(), wide(60)), "step_columns", "?show=")


@state("columns-three-hundred")
def three_hundred() -> Shown:
    return page_at(at_columns(browser(), wide(300)), "step_columns", "?show=&page=2")


@state("columns-undecided")
def undecided() -> Shown:
    return page_at(at_columns(browser()), "step_columns", press=CHECK, status=422)


@state("columns-nothing-sent")
def nothing_sent() -> Shown:
    nothing = at_columns(browser(), CLEAN, not_sent=["tier", "city"])
    return page_at(nothing, "step_columns", "?show=", press=CHECK, status=422)


@state("column-with-suggestions")
def column_with_suggestions() -> Shown:
    return _editor(_with_traits())


@state("column-search")
def column_search() -> Shown:
    return _editor(_with_traits(), "?q=gold")


@state("column-trait-given")
def column_trait_given() -> Shown:
    made = _with_traits()
    found = editor(made, TIER) + "?q=loyalty"
    return Shown(found, made.batch.maker, press="button[value=add]", fill={"#found1003": "on"})


@state("columns-row-search")
def row_search() -> Shown:
    made = _with_traits()
    return Shown(made.url("step_columns"), made.batch.maker, press=f"a[href$='/columns/{TIER}']")


@state("column-nothing-found")
def column_nothing_found() -> Shown:
    return _editor(_with_traits(), "?q=gld")


@state("column-no-traits")
def column_no_traits() -> Shown:
    return _editor(at_columns(browser()))


@state("column-many-traits")
def column_many_traits() -> Shown:
    made = _with_traits()
    source = factories.data_source(made.batch.workspace)
    Trait.objects.bulk_create(
        Trait(workspace=made.batch.workspace, sid=5000 + number, name=f"Segment {number}", data_source=source)
        for number in range(500)
    )
    return _editor(made, "?q=segment")


@state("column-values")
def column_values() -> Shown:
    made = _with_traits()
    traits = {"gold": {"add": [1001]}, "silver": {"add": [1002]}}
    table = {"column": "tier", "action": "trait_if", "values": traits}
    made.batch.mapping = {**IDENTITY, "columns": [table]}
    made.batch.save(update_fields=["mapping"])
    return _editor(made)


@state("column-of-no-such-place")
def column_of_no_such_place() -> Shown:
    made = at_columns(browser())
    return Shown(reverse("column", args=[made.batch.workspace.slug, made.batch.number, 99]), made.batch.maker, 404)

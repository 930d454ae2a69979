"""S2: the file."""

from hashlib import sha256

from ingest.models import Upload
from tests import factories
from tests.gallery.state import Shown, page_at, place_of, state
from tests.web.bad_files import BAD_FILES
from tests.web.columns import FILE, IDENTITY
from tests.web.journey import EVERYTHING, Maker, maker_with
from tests.web.whole_journey import Office

SEMICOLONS = "Kennung;Stadt\nA-1;München\nA-2;Köln\nA-3;Zürich\n".encode("cp1252")


def _refused(case: str) -> Shown:
    """A bad file that somebody has uploaded; it stays."""
    bad = BAD_FILES[case]
    walk = Office().started(bad.content, bad.name)
    return page_at(walk.at, "step_file")


@state("file-none-yet")
def none_yet() -> Shown:
    where = factories.workspace()
    return place_of(where, "transfer_new", factories.member(where))


@state("file-nothing-chosen")
def nothing_chosen() -> Shown:
    where = factories.workspace()
    return place_of(where, "transfer_new", factories.member(where), press="[data-send]", status=422)


@state("file-begun-earlier")
def begun_earlier() -> Shown:
    where = factories.workspace()
    ada = factories.member(where)
    begun = factories.upload(where, ada, FILE * 400, name="crm-november.csv")
    Upload.objects.filter(pk=begun.pk).update(
        state="receiving", sha256="", key="", completed_at=None, received_bytes=begun.declared_bytes // 3
    )
    return place_of(where, "transfer_new", ada)


@state("file-read")
def read() -> Shown:
    return page_at(Office().started(EVERYTHING, "crm-november.csv").at, "step_file")


@state("file-other-alphabet")
def other_alphabet() -> Shown:
    return page_at(Office().started(SEMICOLONS).at, "step_file")


@state("file-one-column")
def one_column() -> Shown:
    return page_at(Office().started(b"crm_id tier city\nA-1 gold Rome\nA-2 silver Lyon\n").at, "step_file")


@state("file-how-it-is-read")
def how_it_is_read() -> Shown:
    return page_at(Office().started(SEMICOLONS).at, "reading")


@state("file-rows-broken")
def rows_broken() -> Shown:
    rows = [f"A-{number}{',gold' * (number % 6 > 0)}\n" for number in range(1, 41)]
    return page_at(Office().started(("crm_id,tier\n" + "".join(rows)).encode(), "crm-november.csv").at, "step_file")


@state("file-names-twice")
def names_twice() -> Shown:
    return page_at(Office().started(b"crm_id,tier,tier\nA-1,gold,gold\nA-2,silver,gold\n").at, "step_file")


@state("file-sent-before")
def sent_before() -> Shown:
    office = Office()
    office.started(FILE, "crm-october.csv")
    return page_at(office.started(FILE, "crm-november.csv").at, "step_file")


@state("file-same-columns")
def same_columns() -> Shown:
    where = factories.workspace()
    factories.data_source(where, IDENTITY["dpid"], name="CRM customers")
    october = maker_with(Office(where).maker, FILE, where=where, mapping=IDENTITY, name="October")
    november: Maker = maker_with(october.client, FILE, where=where, person=october.batch.maker)
    return page_at(november, "step_file")


@state("file-empty")
def empty() -> Shown:
    return _refused("nothing")


@state("file-not-text")
def not_text() -> Shown:
    return _refused("a picture")


@state("file-no-header")
def no_header() -> Shown:
    return _refused("no header")


@state("file-locked")
def locked() -> Shown:
    return _refused("an archive with a password")


@state("file-gone")
def gone() -> Shown:
    walk = Office().started(FILE)
    Upload.objects.filter(sha256=sha256(FILE).hexdigest(), workspace=walk.batch.workspace).update(
        state="deleted", key=""
    )
    return page_at(walk.at, "step_file")

"""Whatever file comes, the page says in a sentence what it is and what to do, and the file stays."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, User, Workspace
from ingest.services import files
from tests import factories
from tests.web.bad_files import BAD_FILES, CUSTOMERS, HEADER_ROW, workbook

pytestmark = pytest.mark.django_db
GERMAN = "Kennung;Stadt\nA-1;München\nA-2;Köln\nA-3;Zürich\nA-4;Düsseldorf\n"


@pytest.fixture(autouse=True)
def _room(settings: Any) -> None:
    settings.DISK_RESERVE_BYTES = 0


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture(autouse=True)
def maker(client: Client, where: Workspace) -> User:
    person = factories.member(where)
    client.force_login(person)
    return person


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split()).replace(" </a>", "</a>").replace("&#x27;", "'")


def start(client: Client, where: Workspace, content: bytes, name: str = "crm.csv") -> tuple[Batch, str]:
    """Upload a file and look at the page that follows."""
    sent = client.post(reverse("transfer_new", args=[where.slug]), {"file": SimpleUploadedFile(name, content)})
    assert sent.status_code == 302
    page = client.get(sent["Location"])
    assert page.status_code == 200
    return Batch.objects.get(workspace=where), text_of(page)


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_gets_a_sentence_and_stays(client: Client, where: Workspace, case: str) -> None:
    bad = BAD_FILES[case]
    batch, page = start(client, where, bad.content, bad.name)
    assert "There’s a problem with" in page
    assert bad.says
    assert bad.says in page
    assert "<title>Error:" in page.replace("<title> ", "<title>")
    assert "Traceback" not in page
    assert "Continue</a>" not in page
    assert batch.upload is not None
    assert batch.upload.name == bad.name
    assert files.read(batch.upload.key) == bad.content
    assert "Replace this file" in page
    good = SimpleUploadedFile("good.csv", CUSTOMERS)
    assert client.post(reverse("step_file", args=[where.slug, batch.number]), {"file": good}).status_code == 302
    assert "good.csv" in text_of(client.get(reverse("step_file", args=[where.slug, batch.number])))


def test_a_good_file_is_shown_as_it_was_read(client: Client, where: Workspace) -> None:
    _, page = start(client, where, GERMAN.encode("cp1252"), "kunden.csv")
    for shown in ("kunden.csv", "Western European", "semicolon", "Kennung", "Zürich", "SHA-256", "Continue</a>"):
        assert shown in page
    assert "There’s a problem" not in page


def test_rows_have_the_numbers_of_a_spreadsheet(client: Client, where: Workspace) -> None:
    _, page = start(client, where, b'id,text\nA,"one\ntwo"\nB,x\n')
    assert '<th scope="row" class="num">2</th>' in page
    assert '<th scope="row" class="num">3</th>' in page


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"crm_id;tier\nA-1;gold\n", None),
        (b"crm_id\nA-1\nA-2\n", "We found one column"),
        (b"crm_id,tier,tier\nA-1,gold,x\n", "Two columns are called “tier”"),
        (b"crm_id,,tier\nA-1,gold,x\n", "1 column has no name"),
        (b"crm_id,tier\nA-1\nA-2,gold\n", "1 of 2 rows is broken"),
    ],
)
def test_what_to_look_at_is_said(client: Client, where: Workspace, content: bytes, says: str | None) -> None:
    _, page = start(client, where, content)
    assert "Continue</a>" in page
    assert ("notice-warning" in page) is (says is not None)
    assert says is None or says in page


def test_broken_rows_are_named_by_their_numbers_and_do_not_hold_anybody_up(client: Client, where: Workspace) -> None:
    rows = [f"A-{number},gold" for number in range(40)]
    for broken in (22, 25, 27, 28, 31, 33, 39):
        rows[broken] = f"A-{broken}"
    _, page = start(client, where, "\n".join(["crm_id,tier", *rows, ""]).encode())
    assert "7 of 40 rows are broken" in page
    assert "You can go on: they are left out" in page
    for number in (24, 27, 29, 30, 33):
        assert f"Row {number}: The row has fewer fields than the header." in page
    assert "Row 35" not in page
    assert "and 2 more" in page


@pytest.mark.parametrize(("rows", "says"), [(3, "<dd>3</dd>"), (1200, "<dd>More than 1,000</dd>")])
def test_a_file_says_how_much_it_holds(client: Client, where: Workspace, rows: int, says: str) -> None:
    _, page = start(client, where, b"crm_id,tier\n" + b"A,gold\n" * rows)
    assert f"<dt>Rows</dt>{says}" in page.replace("\n", "")


def test_the_same_file_as_an_earlier_one_is_said(client: Client, where: Workspace, maker: User) -> None:
    first = factories.batch(where, maker, upload=factories.upload(where, maker, CUSTOMERS), name="October")
    sent = client.post(reverse("transfer_new", args=[where.slug]), {"file": SimpleUploadedFile("crm.csv", CUSTOMERS)})
    page = text_of(client.get(sent["Location"]))
    assert "This exact file was uploaded on" in page
    assert "October" in page
    assert reverse("transfer", args=[where.slug, first.number]) in page
    assert "Go through the questions</a>" in page


def test_cells_are_text_and_never_markup(client: Client, where: Workspace) -> None:
    _, page = start(client, where, b"id,<script>x</script>\nA,<img src=x onerror=y>\n", "<b>.csv")
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert "<b>.csv" not in page


def test_a_second_click_makes_no_second_transfer(client: Client, where: Workspace, maker: User) -> None:
    upload = factories.upload(where, maker)
    url = reverse("upload_use", args=[where.slug, upload.pk])
    assert client.post(url)["Location"] == client.post(url)["Location"]
    assert Batch.objects.filter(workspace=where).count() == 1


def test_an_upload_that_is_gone_is_said(client: Client, where: Workspace, maker: User) -> None:
    upload = factories.upload(where, maker)
    type(upload).objects.filter(pk=upload.pk).update(state="deleted")
    answer = client.post(reverse("upload_use", args=[where.slug, upload.pk]), follow=True)
    assert "Choose the file again" in text_of(answer)
    assert not Batch.objects.filter(workspace=where).exists()


def test_another_persons_upload_cannot_be_used(client: Client, where: Workspace) -> None:
    upload = factories.upload(where, factories.member(where))
    assert client.post(reverse("upload_use", args=[where.slug, upload.pk])).status_code == 404


def test_a_file_that_was_deleted_is_said(client: Client, where: Workspace) -> None:
    batch, _ = start(client, where, CUSTOMERS)
    assert batch.upload is not None
    files.remove(batch.upload.key)
    files.remove(f"{batch.upload.key}.look-8.json")
    page = text_of(client.get(reverse("step_file", args=[where.slug, batch.number])))
    assert "The file is no longer here" in page


READINGS: dict[str, tuple[dict[str, str], str]] = {
    "another encoding": ({"encoding": "cp1251", "delimiter": "comma", "quote": "double"}, "Рига"),
    "another separator": ({"encoding": "cp1252", "delimiter": "semicolon", "quote": "none"}, "id,city"),
}


@pytest.mark.parametrize("case", READINGS)
def test_how_a_file_is_read_can_be_tried_and_kept(client: Client, where: Workspace, case: str) -> None:
    answers, shows = READINGS[case]
    batch, _ = start(client, where, "id,city\nA-1,Рига\nA-2,Омск\n".encode("cp1251"))
    url = reverse("reading", args=[where.slug, batch.number])
    assert "Text looks wrong?" in text_of(client.get(url))
    before = batch.mapping
    tried = client.post(url, answers | {"show": "1"})
    assert (tried.status_code, shows in text_of(tried)) == (200, True)
    batch.refresh_from_db()
    assert batch.mapping == before
    kept = client.post(url, answers | {"use": "1", "version": str(batch.version)})
    assert kept["Location"] == reverse("step_file", args=[where.slug, batch.number])
    batch.refresh_from_db()
    assert batch.mapping["reader"]["encoding"] == answers["encoding"]
    assert shows in text_of(client.get(kept["Location"]))


def test_a_way_of_reading_that_fails_is_said_and_not_kept(client: Client, where: Workspace) -> None:
    batch, _ = start(client, where, CUSTOMERS)
    url = reverse("reading", args=[where.slug, batch.number])
    for answers in ({"encoding": "utf-16", "use": "1"}, {"encoding": "nonsense", "use": "1"}):
        answer = client.post(url, answers)
        assert answer.status_code == 422
        assert "Error:" in text_of(answer)
    before = batch.mapping
    batch.refresh_from_db()
    assert batch.mapping == before


def test_the_sheet_of_a_workbook_can_be_chosen(client: Client, where: Workspace) -> None:
    row = b'<row r="2"><c r="A2" t="inlineStr"><is><t>A-1</t></is></c></row>'
    batch, page = start(client, where, workbook(HEADER_ROW + row), "crm.xlsx")
    assert "CRM" in page
    form = text_of(client.get(reverse("reading", args=[where.slug, batch.number])))
    assert '<option value="CRM" selected>' in form
    assert "Encoding" not in form


def test_what_is_past_changing_is_not_replaced(client: Client, where: Workspace) -> None:
    batch, _ = start(client, where, CUSTOMERS)
    Batch.objects.filter(pk=batch.pk).update(state="cancelled")
    url = reverse("step_file", args=[where.slug, batch.number])
    answer = client.post(url, {"file": SimpleUploadedFile("other.csv", b"a,b\n1,2\n")})
    assert answer["Location"] == reverse("transfer", args=[where.slug, batch.number])
    batch.refresh_from_db()
    assert batch.upload is not None
    assert batch.upload.name == "crm.csv"

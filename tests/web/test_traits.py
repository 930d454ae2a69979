"""The catalogue of traits: searched, paged, changed by hand, and filled from files of which no mistake passes."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ingest.models import Event, Trait, User, Workspace
from tests import factories

pytestmark = pytest.mark.django_db
TRAITS, IMPORT = "/w/acme/manage/traits", "/w/acme/manage/traits/import"


@pytest.fixture(autouse=True)
def acme() -> Workspace:
    where = factories.workspace(slug="acme", name="Acme")
    factories.data_source(where, 478)
    return where


@pytest.fixture
def admin(acme: Workspace) -> User:
    return factories.member(acme, "Ada", roles=["admin"])


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(browser: Client, content: bytes, name: str = "traits.csv") -> Any:
    return browser.post(IMPORT, {"file": SimpleUploadedFile(name, content, "text/csv")})


def confirm(browser: Client, preview: Any) -> Any:
    return browser.post(IMPORT, {"kept": preview.context["kept"]}, follow=True)


def number_on(page: Any, what: str) -> int:
    plan = page.context["plan"]
    counts: dict[str, int] = {
        "added": len(plan.added),
        "changed": len(plan.changed),
        "same": plan.same,
        "alone": len(plan.problems),
    }
    return counts[what]


GOOD = "sid,name,data source\n1001,Gold,478\n1002,Silver,478\n"


def test_a_file_is_shown_before_anything_is_kept(browser: Client) -> None:
    preview = upload(browser, GOOD.encode())
    assert preview.status_code == 200
    assert "Gold" in preview.content.decode()
    assert not Trait.objects.exists()
    done = confirm(browser, preview)
    assert "2 traits were added. 0 traits were changed." in done.content.decode()
    assert list(Trait.objects.order_by("sid").values_list("sid", "name")) == [(1001, "Gold"), (1002, "Silver")]
    assert Event.objects.get(kind="trait.imported").after == {"added": 2, "changed": 0}


def test_the_same_file_again_changes_nothing(browser: Client) -> None:
    confirm(browser, upload(browser, GOOD.encode()))
    again = upload(browser, GOOD.encode())
    assert (number_on(again, "added"), number_on(again, "changed"), number_on(again, "same")) == (0, 0, 2)
    assert "There is nothing to import" in again.content.decode()


def test_what_changes_is_shown_before_and_after(browser: Client, acme: Workspace) -> None:
    factories.trait(acme, 1001, "Bronze", rule='tier == "bronze"')
    preview = upload(browser, GOOD.encode())
    page = preview.content.decode()
    assert "<del>Bronze</del>" in page
    assert "<ins>Gold</ins>" in page
    confirm(browser, preview)
    changed = Trait.objects.get(sid=1001)
    assert changed.name == "Gold"
    assert changed.rule == 'tier == "bronze"', "a column that is not in the file tells nothing"


def test_traits_that_are_not_in_the_file_stay(browser: Client, acme: Workspace) -> None:
    factories.trait(acme, 5, "Stays")
    confirm(browser, upload(browser, GOOD.encode()))
    assert Trait.objects.get(sid=5).name == "Stays"


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode("utf-16"),
        ("sep=;\r\n" + GOOD.replace(",", ";")).encode(),
        GOOD.replace("Gold", "Müller").encode("cp1252"),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("data source", "Data_Source").replace("sid", "SID").encode(),
        GOOD.replace("Gold", '"Gold, or ""better"""').encode(),
        (GOOD + "\n ,,\n").encode(),
        GOOD.replace("name,", "name,").replace("Gold", "黄金会员").encode("gb18030"),
    ],
    ids=[
        "semicolons",
        "utf-16 tabs",
        "sep line",
        "cp1252",
        "bom",
        "crlf",
        "spelling",
        "quotes",
        "blank rows",
        "gb18030",
    ],
)
def test_files_as_spreadsheets_write_them_are_read(browser: Client, content: bytes) -> None:
    preview = upload(browser, content)
    assert preview.status_code == 200, preview.content.decode()
    assert (number_on(preview, "added"), number_on(preview, "alone")) == (2, 0)


HEAD = "sid,name,data source,rule,description,type,created\n"
BAD_ROWS = [
    (",Gold,478,,,,", "The number (sid) is missing. Audience Manager shows it beside the trait&#x27;s name."),
    ("abc,Gold,478,,,,", "“abc” is no trait number. Enter its SID: digits only, not beginning with 0."),
    ("0123,Gold,478,,,,", "“0123” is no trait number."),
    ("-5,Gold,478,,,,", "“-5” is no trait number."),
    ("1e5,Gold,478,,,,", "“1e5” is no trait number."),
    ("1.0,Gold,478,,,,", "“1.0” is no trait number."),
    ("１００１,Gold,478,,,,", "is no trait number."),
    (f"{'9' * 19},Gold,478,,,,", "The trait number has 19 digits; at most 18 are possible."),
    ("1001,,478,,,,", "The name is missing. Enter the trait&#x27;s name."),
    (f"1001,{'x' * 256},478,,,,", "The column name holds 256 characters; at most 255 are possible."),
    ('1001,"Go\nld",478,,,,', "The column name holds a line break or a control character. Take it out."),
    ("1001,Go\x07ld,478,,,,", "The column name holds a line break or a control character."),
    ("1001,Gold,,,,,", "The data source is missing. Enter its number (DPID)."),
    ("1001,Gold,CRM,,,,", "“CRM” is no data source number. Enter its DPID: digits only."),
    ("1001,Gold,999,,,,", "There is no data source 999 in this workspace. Add it first, or correct its number."),
    (f"1001,Gold,{'4' * 30},,,,", "is no data source number."),
    (f"1001,Gold,478,{'r' * 2001},,,", "The column rule holds 2001 characters; at most 2000 are possible."),
    (f"1001,Gold,478,,{'d' * 501},,", "The column description holds 501 characters; at most 500 are possible."),
    ("1001,Gold,478,,,RULE,", "“RULE” is no type of trait. Possible: ON_BOARDED_TRAIT, RULE_BASED_TRAIT"),
    ("1001,Gold,478,,,,yesterday", "“yesterday” is no time. Write it as 2026-01-31 14:00, in UTC."),
    ("1001,Gold,478,,,,31.01.2026", "“31.01.2026” is no time."),
    ("1001,Gold,478,,,,2026-02-30", "“2026-02-30” is no time."),
    ("1001,Gold,478,,,,2999-01-01", "created later than now. Found: 2999-01-01."),
    ("1001,Gold,478,,,,,or better", "The row has more cells than the first row has names."),
]


@pytest.mark.parametrize(("row", "sentence"), BAD_ROWS, ids=[sentence[:40] for _row, sentence in BAD_ROWS])
def test_a_wrong_row_is_told_with_its_number_and_leaves_the_others_alone(
    browser: Client, row: str, sentence: str
) -> None:
    preview = upload(browser, f"{HEAD}7,Fine,478,,,,\n{row}\n".encode())
    page = preview.content.decode()
    assert f"Row 3: {sentence}" in page or ("Row 3: " in page and sentence in page)
    assert (number_on(preview, "added"), number_on(preview, "alone")) == (1, 1)
    confirm(browser, preview)
    assert [trait.name for trait in Trait.objects.all()] == ["Fine"]


BAD_FILES = [
    (b"", "The selected file is empty. Upload a CSV with one trait a row."),
    (b" \r\n\r\n", "The selected file is empty."),
    (b"PK\x03\x04 a workbook", "The selected file must be a CSV. Save your table as “CSV UTF-8” and upload that file."),
    (b"\x1f\x8b\x08 gzip", "The selected file must be a CSV."),
    (bytes(range(256)) * 4, "The selected file is not text that can be read."),
    (b"name,number\nGold,1001\n", "Missing: sid, data source. Found: name, number."),
    (b"1001,Gold,478\n1002,Silver,478\n", "The first row has to name the columns sid, name, data source."),
    (b"sid,name,data source,name\n1,a,478,b\n", "The first row names a column twice: name."),
    (b"sid,name,data source\n", "The file has a first row with names but no traits below it."),
    (b'sid,name,data source\n1001,"Gold,478\n', "a quotation mark there is not closed"),
    (b"sid,name,data source\n" + b"1,a,478\n" * 700_000, "The selected file must be smaller than 5 MB."),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES, ids=[sentence[:40] for _file, sentence in BAD_FILES])
def test_a_file_that_cannot_be_used_gets_its_sentence(browser: Client, content: bytes, sentence: str) -> None:
    answer = upload(browser, content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "<title>Error:" in answer.content.decode()


def test_a_file_beyond_what_the_server_takes_is_said_to_be_too_big(browser: Client) -> None:
    answer = upload(browser, b"x" * (10 * 1024**2 + 1))
    assert answer.status_code == 422
    assert "The selected file must be smaller than 5 MB" in answer.content.decode()


def test_without_a_file_one_is_asked_for(browser: Client) -> None:
    answer = browser.post(IMPORT, {})
    assert answer.status_code == 422
    assert "Select a CSV file" in answer.content.decode()


def test_a_number_twice_is_told_with_the_first_row(browser: Client) -> None:
    preview = upload(browser, (GOOD + "1001,Again,478\n").encode())
    assert "Row 4: The number 1001 stands in row 2 already. Keep one of the rows." in preview.content.decode()


def test_columns_that_are_not_used_are_named(browser: Client) -> None:
    preview = upload(browser, b"sid,name,data source,folder\n1001,Gold,478,x\n")
    assert "Columns that are not used: folder." in preview.content.decode()


def test_a_preview_of_another_person_or_of_long_ago_imports_nothing(browser: Client, acme: Workspace) -> None:
    kept = upload(browser, GOOD.encode()).context["kept"]
    other = Client()
    other.force_login(
        factories.member(acme, "Bo", roles=["admin"]), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for client, key in ((other, kept), (browser, "a-guess"), (browser, "x" * 5000), (browser, "\n é")):
        answer = client.post(IMPORT, {"kept": key}, follow=True)
        assert "Nothing was imported: the file was uploaded too long ago. Upload it again." in answer.content.decode()
    assert not Trait.objects.exists()


def test_thousands_of_traits_are_imported_in_few_statements(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    rows = "".join(f"{number},Trait {number},478\n" for number in range(1, 5001))
    preview = upload(browser, f"sid,name,data source\n{rows}".encode())
    assert len(preview.content) < 30_000, "only the first ones are shown"
    with django_assert_max_num_queries(90):
        confirm(browser, preview)
    assert Trait.objects.count() == 5000


def test_pages_follow_each_other_without_counting(browser: Client, acme: Workspace) -> None:
    source = factories.data_source(acme)
    Trait.objects.bulk_create(
        Trait(workspace=acme, data_source=source, sid=sid, name=f"Trait {sid}") for sid in range(1, 121)
    )
    seen, address = [], TRAITS
    while address:
        page = browser.get(address).context["page"]
        seen += [trait.sid for trait in page.traits]
        address = f"{TRAITS}?q=&after={page.after}" if page.after else ""
    assert seen == list(range(1, 121))


@pytest.mark.parametrize(
    ("words", "found"), [("gold", ["Gold card"]), ("1002", ["Silver"]), ("card", ["Gold card"]), ("zzz", []), ("%", [])]
)
def test_traits_are_found_by_name_or_number(browser: Client, acme: Workspace, words: str, found: list[str]) -> None:
    factories.trait(acme, 1001, "Gold card")
    factories.trait(acme, 1002, "Silver")
    factories.trait(factories.workspace(), 1003, "Gold of others")
    page = browser.get(TRAITS, {"q": words})
    assert [trait.name for trait in page.context["page"].traits] == found
    if not found:
        assert "No trait called" in page.content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "%00"])
def test_an_address_that_nobody_made_still_answers(browser: Client, after: str) -> None:
    assert browser.get(TRAITS, {"after": after}).status_code == 200


def test_one_is_added_changed_and_taken_out_by_hand(browser: Client, acme: Workspace) -> None:
    source = factories.data_source(acme)
    form = {"sid": "1001", "name": "Gold", "data_source": str(source.pk), "type": "ON_BOARDED_TRAIT"}
    assert browser.post(f"{TRAITS}/new", form).status_code == 302
    again = browser.post(f"{TRAITS}/new", form)
    assert (again.status_code, "in the catalogue already" in again.content.decode()) == (422, True)
    made = Trait.objects.get()
    browser.post(f"{TRAITS}/{made.pk}", {**form, "name": "Gold card", "rule": 'tier == "gold"'})
    made.refresh_from_db()
    assert (made.name, made.rule) == ("Gold card", 'tier == "gold"')
    browser.post(f"{TRAITS}/{made.pk}/delete")
    assert not Trait.objects.exists()
    kinds = [event.kind for event in Event.objects.all()]
    assert kinds == ["trait.added", "trait.changed", "trait.deleted"]


def test_the_download_is_a_file_that_the_import_takes_unchanged(browser: Client, acme: Workspace) -> None:
    factories.trait(acme, 1001, '=Gold, "the" best', rule='tier == "gold"', description="-x")
    factories.trait(acme, 1002, "黄金", aam_created_at=factories.NOW)
    content = b"".join(browser.get("/w/acme/manage/traits.csv").streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets need the mark"
    assert b"'=Gold" in content, "no spreadsheet runs a name"
    again = upload(browser, content)
    assert (number_on(again, "same"), number_on(again, "changed"), number_on(again, "alone")) == (2, 0, 0)


def test_an_empty_file_to_fill_in_has_the_columns(browser: Client) -> None:
    content = b"".join(browser.get("/w/acme/manage/traits.csv?empty=1").streaming_content)  # type: ignore[attr-defined]
    assert content.decode("utf-8-sig").strip() == HEAD.strip()

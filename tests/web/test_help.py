"""The help: found from every page, searched by words, and its tools keep nothing of what is pasted."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ingest.aam.glossary import GLOSSARY
from ingest.models import User, Workspace
from ingest.services.how_tos import HOW_TOS
from tests import factories
from tests.web.journey import title, words

pytestmark = pytest.mark.django_db
PAGES = ["help", "glossary", "explain_file_name", "recognise_ids", "check_address", "samples"]
UUID = "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41"


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def person(client: Client, where: Workspace) -> User:
    somebody = factories.member(where, roles=())
    client.force_login(somebody)
    return somebody


@pytest.fixture
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def paste(client: Client, page: str, **fields: str) -> Any:
    """Send a form of the help."""
    return client.post(reverse(page), fields)


@pytest.mark.usefixtures("person")
def test_the_help_is_in_the_same_place_on_every_page(client: Client, where: Workspace) -> None:
    pages = [reverse("home", args=[where.slug]), reverse("history", args=[where.slug]), *map(reverse, PAGES)]
    link = re.compile(rf'<a class="top-link"\s+href="{reverse("help")}"')
    assert all(link.search(client.get(page).content.decode()) for page in pages)


@pytest.mark.usefixtures("person")
def test_who_works_in_one_workspace_keeps_its_navigation_in_the_help(client: Client, where: Workspace) -> None:
    assert f'href="{reverse("history", args=[where.slug])}"' in client.get(reverse("glossary")).content.decode()


def test_who_works_in_several_reads_the_help_all_the_same(client: Client, where: Workspace, person: User) -> None:
    other = factories.workspace()
    person.memberships.create(workspace=other)
    for page in PAGES:
        assert client.get(reverse(page)).status_code == 200
    assert reverse("history", args=[where.slug]) not in client.get(reverse("help")).content.decode()


@pytest.mark.usefixtures("person")
def test_the_contents_lead_to_every_page(client: Client) -> None:
    text = client.get(reverse("help")).content.decode()
    wanted = [*map(reverse, PAGES[1:]), *(reverse("how_to", args=[topic]) for topic in HOW_TOS)]
    assert [url for url in wanted if f'href="{url}"' not in text] == []


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("checksum", "Checksum"),
        ("FILE name", "Explain a file name"),
        ("leading zeros", "Export from your CRM: Save it as CSV"),
        ("48 hours", "Usable by"),
    ],
)
def test_words_are_found_wherever_they_are(client: Client, asked: str, found: str) -> None:
    answer = client.get(reverse("help"), {"q": asked})
    assert found in words(answer)
    assert title(answer).startswith(f"Help: {asked}")


@pytest.mark.usefixtures("person")
def test_what_is_found_has_its_place_on_its_page(client: Client) -> None:
    text = client.get(reverse("help"), {"q": "rounded numbers"}).content.decode()
    page, place = re.findall(r'<a class="row-title"\s+href="([^"#]+)#([^"]+)"', text)[0]
    assert f'id="{place}"' in client.get(page).content.decode()


@pytest.mark.usefixtures("person")
def test_where_nothing_is_found_it_says_what_to_do(client: Client) -> None:
    text = words(client.get(reverse("help"), {"q": "xyzzy <b>"}))
    assert "Nothing in the help holds “xyzzy <b>”" in text
    assert "Show everything" in text


@pytest.mark.usefixtures("person")
def test_a_how_to_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get(reverse("how_to", args=["nothing"])).status_code == 404
    assert client.get(reverse("sample_file", args=["nothing"])).status_code == 404


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("topic", HOW_TOS)
def test_every_step_has_a_drawing_of_its_own(client: Client, topic: str) -> None:
    text = client.get(reverse("how_to", args=[topic])).content.decode()
    drawings = re.findall(r'<svg class="scene".*?</svg>', text, re.DOTALL)
    assert len(drawings) == len(set(drawings)) == len(HOW_TOS[topic].steps)


@pytest.mark.usefixtures("person")
def test_the_glossary_holds_every_word_in_a_place_of_its_own(client: Client) -> None:
    text = client.get(reverse("glossary")).content.decode()
    places = re.findall(r'<div id="([\w-]+)">\s*<dt>', text)
    assert sorted(places) == sorted(GLOSSARY)
    assert all(f'href="#{other}"' in text for term in GLOSSARY.values() for other in term.see)


def test_a_name_is_explained_with_the_data_sources_of_ones_own_workspaces(
    client: Client, where: Workspace, person: User
) -> None:
    assert person.pk
    factories.data_source(where, 478, name="CRM customers")
    factories.data_source(factories.workspace(), 479, name="Somebody else's")
    text = words(paste(client, "explain_file_name", pasted_name="ftp_dpm_478_1366545717.sync.2.gz"))
    assert "Data source 478, “CRM customers”." in text
    assert "2013-04-21 12:01:57 UTC" in text
    assert "Somebody else" not in words(paste(client, "explain_file_name", pasted_name="ftp_dpm_479_1366545717.sync"))


@pytest.mark.usefixtures("person")
def test_a_mistake_is_marked_in_the_name(client: Client) -> None:
    answer = paste(client, "explain_file_name", pasted_name="ftp_dpm_478_136654571.sync")
    assert re.search(r"ftp_dpm_478_<mark>136654571</mark>\.sync", answer.content.decode())
    assert "10 digits: the seconds since 1970, UTC" in words(answer)
    blank = paste(client, "explain_file_name", pasted_name="ftp_dpm_478_1366545717.sync ")
    assert "<mark> </mark>" in blank.content.decode()


@pytest.mark.usefixtures("person")
def test_ids_are_recognised_line_by_line(client: Client) -> None:
    text = words(paste(client, "recognise_ids", pasted_ids=f"{UUID.upper()}\n\n  A-10023 \nada@example.com"))
    assert "What these 3 IDs can be" in text
    assert "Apple advertising ID (IDFA)" in text
    assert "Your own customer ID (CRM ID)" in text
    assert "Personal data" in text


@pytest.mark.usefixtures("person")
def test_more_ids_than_can_be_read_are_refused_with_their_number(client: Client) -> None:
    answer = paste(client, "recognise_ids", pasted_ids="\n".join(f"A-{number}" for number in range(21)))
    assert answer.status_code == 422
    assert "Paste 20 lines at most; these are 21" in words(answer)


@pytest.mark.usefixtures("person")
def test_an_address_is_taken_apart_and_its_mistakes_are_named(client: Client) -> None:
    address = "http://dpm.demdex.net/ibs:dpid=478&dpuuid=A 1"
    text = words(paste(client, "check_address", pasted_address=address))
    assert "This address doesn't work" in text
    assert "It would read A%201." in text
    good = "https://dpm.demdex.net/ibs:dpid=478&dpuuid=A%201"
    assert "Audience Manager understands this address" in words(paste(client, "check_address", pasted_address=good))


@pytest.mark.usefixtures("person", "chinese")
def test_the_tools_answer_in_any_language(client: Client) -> None:
    client.cookies["django_language"] = "zh-hans"
    for page, field in (("explain_file_name", "name"), ("recognise_ids", "ids"), ("check_address", "address")):
        for text in ("ftp_dpm_478_136654571.sync", "https://dpm.demdex.net/ibs:dpid=&dpuuid=%%", "+49 30 1234567"):
            assert paste(client, page, **{f"pasted_{field}": text}).status_code == 200


FIELDS = [
    ("explain_file_name", "pasted_name"), ("recognise_ids", "pasted_ids"), ("check_address", "pasted_address"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "field"), FIELDS)
def test_what_is_pasted_is_kept_nowhere(
    client: Client, where: Workspace, page: str, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the session of somebody who has to sign in first, not in a log, an address or a cache."""
    answer = client.post(reverse(page), {field: "ada@example.com"})
    assert answer.status_code == 302
    assert "ada" not in answer["Location"]
    assert all("ada" not in str(session.get_decoded()) for session in Session.objects.all())
    client.force_login(factories.member(where))
    answer = client.post(reverse(page), {field: "ada@example.com"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "ada@example.com" not in caplog.text
    assert "ada@example.com" not in words(client.get(reverse(page)))


@pytest.mark.parametrize(("page", "field"), FIELDS)
@pytest.mark.usefixtures("person")
def test_an_empty_form_says_what_to_paste(client: Client, page: str, field: str) -> None:
    answer = client.post(reverse(page), {field: ""})
    assert answer.status_code == 422
    assert "Paste" in words(answer)
    assert title(answer).startswith("Error:")


@pytest.mark.usefixtures("person")
def test_a_sample_is_the_same_for_everybody(client: Client) -> None:
    answers = [client.get(reverse("sample_file", args=["customers"])) for _ in range(2)]
    assert len({hashlib.sha256(answer.content).hexdigest() for answer in answers}) == 1
    assert answers[0]["Content-Disposition"] == 'attachment; filename="sample-customers.csv"'

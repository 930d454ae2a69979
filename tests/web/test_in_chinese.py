"""In Chinese: every page that somebody reaches speaks it, whole; so do mistakes, problems of files, and messages."""

import re
from collections import deque
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.services import post
from tests.web.history_pages import signed_in
from tests.web.latin_words import sentences
from tests.web.whole_journey import Office, Walk

pytestmark = pytest.mark.django_db(transaction=True)

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}
ROWS = b"crm_id,tier,city\n" + b"".join(b"P-%d,gold,Rome\n" % number for number in range(8))
DAMAGED = b"P-9\na@example.com,gold,Rome\n,silver,Oslo\nP:7,silver,Oslo\nP-10,gold,Rome,more\nP-1%2C,gold,Rome\n"
_LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
_NUMBERS = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")
_NO_PAGE = re.compile(r"\.(csv|json|gz)$|/static/|sign_?out|logout|/download|/parts/")


def speaks_chinese(client: Client) -> Client:
    """The same person, whose browser prefers Chinese."""
    client.defaults.update(CHINESE)
    return client


@pytest.fixture
def walk() -> Walk:
    """A transfer that waits for approval, of a file with most kinds of mistakes; its people read Chinese."""
    office = Office()
    speaks_chinese(office.maker)
    speaks_chinese(office.approver)
    return office.started(ROWS + DAMAGED).people("crm_id").columns().checked().asked()


def _crawl(client: Client, *starts: str) -> dict[str, list[str]]:
    """Every page that can be reached, once for each kind: what of it is not translated."""
    queue, seen, found = deque(starts), set[str](), dict[str, list[str]]()
    while queue:
        path = queue.popleft()
        kind = _NUMBERS.sub("N", path.partition("?")[0])
        if kind in seen or _NO_PAGE.search(kind):
            continue
        seen.add(kind)
        answer = client.get(path, follow=True)
        if "html" not in answer.get("Content-Type", ""):
            continue
        found[kind] = sentences(answer)
        queue.extend(link.replace("&amp;", "&") for link in _LINK.findall(answer.content.decode()))
    return found


def _english(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {kind: texts for kind, texts in found.items() if texts}


def test_every_page_of_a_transfer_is_chinese(walk: Walk) -> None:
    steps = ("step_file", "reading", "step_people", "people_ids", "people_source", "step_columns", "results",
             "results_rows", "step_destination", "submit", "submitted", "transfer")  # fmt: skip
    home = reverse("home", args=[walk.office.where.slug])
    found = _crawl(walk.office.maker, home, *(walk.at.url(step) for step in steps))
    assert _english(found) == {}
    assert len(found) > 15
    assert _english(_crawl(walk.office.approver, home, walk.at.url("approval"))) == {}
    walk.sent()
    assert _english(_crawl(walk.office.maker, walk.at.url("transfer"))) == {}


def test_every_page_of_managing_is_chinese() -> None:
    where = factories.workspace()
    admin = speaks_chinese(signed_in(factories.member(where, "Ada", roles=["admin"])))
    factories.data_source(where)
    factories.destination(where)
    found = _crawl(admin, reverse("manage", args=[where.slug]), reverse("own_settings"))
    assert _english(found) == {}
    assert len(found) > 12


def test_empty_pages_are_chinese() -> None:
    where = factories.workspace()
    for roles in (["maker"], ["approver"], ["admin"], []):
        client = speaks_chinese(signed_in(factories.member(where, "Kim", roles=roles)))
        assert _english(_crawl(client, reverse("home", args=[where.slug]))) == {}


def test_answers_that_are_missing_are_asked_for_in_chinese(walk: Walk) -> None:
    draft = walk.office.started(ROWS)
    for page in ("step_people", "people_ids", "people_source", "step_columns", "step_destination"):
        answer = draft.at.post(page, {"version": str(draft.batch.version), "c1": "nothing", "dpid": "", "name": ""})
        assert sentences(answer) == [], page


@pytest.mark.parametrize("content", [b"%PDF-1.4 " + b"x" * 200, b"", b"a,b\n", b"\x1f\x8bbroken", b"PK\x03\x04broken"])
def test_what_is_wrong_with_a_file_is_said_in_chinese(content: bytes) -> None:
    office = Office()
    speaks_chinese(office.maker)
    answer = office.upload(content)
    shown = office.maker.get(answer["Location"]) if answer.status_code == 302 else answer
    assert sentences(shown) == []
    assert "请" in shown.content.decode()


def test_why_a_check_ended_is_said_in_chinese() -> None:
    office = Office()
    speaks_chinese(office.maker)
    walk = office.started(ROWS + b'P-8,"gold,Rome\n').people("crm_id").columns()
    walk.batch.checks.update(
        state="ended", problem_code="file.columns_missing", finished_at=factories.NOW,
        problem="The mapping needs the column %(columns)s, which is not in the file.\nPack the customer file alone.",
        problem_params={"columns": "“crm_id”"},
    )  # fmt: skip
    page = walk.at.get("checking")
    assert "映射需要列 “crm_id”，但它不在文件中。请只打包客户文件。" in page.content.decode()


def test_pages_for_nobody_are_chinese() -> None:
    nobody = speaks_chinese(Client())
    assert _english(_crawl(nobody, "/", "/nothing/here", reverse("account_reset_password"))) == {}
    assert nobody.get("/nothing/here").status_code == 404


def test_messages_about_accounts_are_chinese() -> None:
    person = factories.member(factories.workspace())
    nobody = speaks_chinese(Client())
    for address in (person.email, "stranger@example.com"):
        nobody.post(reverse("account_reset_password"), {"email": address})
    post.empty(timezone.now())
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert re.search("[\u4e00-\u9fff]", str(message.subject))
        assert not re.search(r"[a-z]+ [a-z]+ [a-z]+|!", str(message.body))


def test_a_person_who_chose_chinese_gets_it_from_any_browser() -> None:
    where = factories.workspace()
    person = factories.member(where)
    person.language = "zh-hans"
    person.save()
    page: Any = signed_in(person).get(reverse("home", args=[where.slug]), HTTP_ACCEPT_LANGUAGE="en")
    assert '<html lang="zh-hans"' in page.content.decode()
    assert sentences(page) == []


def test_an_english_sentence_would_be_found() -> None:
    page: Any = Client().get("/", follow=True)
    assert sentences(page) != []

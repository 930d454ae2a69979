"""Who follows their browser gets messages in the language that it last asked for."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ingest.models import User
from ingest.services import events
from tests import factories
from tests.services import post
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ada() -> User:
    return factories.member(factories.workspace(slug="acme"), "Ada", roles=["admin"])


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada, backend=BACKEND)
    return client


def asks_for(browser: Client, language: str, page: str = "/settings") -> list[str]:
    """Open a page, and which statements change a person by that."""
    with CaptureQueriesContext(connection) as queries:
        browser.get(page, headers={"accept-language": language})
    return [one["sql"] for one in queries.captured_queries if one["sql"].startswith('UPDATE "ingest_user"')]


def remembered(person: User) -> str:
    person.refresh_from_db()
    return person.browser_language


def message_to(person: User, settings: Any) -> str:
    """The subject of a message that tells them of something."""
    settings.MAILS_LEAVE = True
    told = {"destination": 1, "name": "Adobe S3"}
    where = person.memberships.get().workspace
    events.record("destination.rests", workspace=where, actor=None, now=NOW, after=told)
    post.empty()
    return str(post.newest().subject)


def test_messages_are_in_the_language_that_the_browser_asked_for(browser: Client, ada: User, settings: Any) -> None:
    asks_for(browser, "zh-CN,zh;q=0.9,en;q=0.5")
    assert message_to(ada, settings) == "Adobe S3 在多次失败后暂缓发送"


def test_whoever_was_never_here_gets_english(ada: User, settings: Any) -> None:
    assert message_to(ada, settings) == "Adobe S3 rests after failures"


def test_a_language_of_ones_own_comes_first_and_the_browsers_is_not_kept_meanwhile(
    browser: Client, ada: User, settings: Any
) -> None:
    User.objects.filter(pk=ada.pk).update(language="en")
    assert asks_for(browser, "zh-CN") == []
    assert remembered(ada) == ""
    User.objects.filter(pk=ada.pk).update(browser_language="zh-hans")
    assert message_to(ada, settings) == "Adobe S3 rests after failures"


def test_it_is_written_once_for_each_change(browser: Client, ada: User) -> None:
    written = [len(asks_for(browser, language)) for language in ("zh-CN", "zh-CN", "zh-CN", "en-GB", "en", "zh-CN")]
    assert written == [1, 0, 0, 1, 0, 1]
    assert remembered(ada) == "zh-hans"


def test_a_language_that_the_portal_does_not_speak_is_the_one_it_answers_in(browser: Client, ada: User) -> None:
    asks_for(browser, "tlh, xx;q=0.9, zh-CN;q=0.1")
    assert remembered(ada) == "zh-hans"
    asks_for(browser, "<script>, ; DROP TABLE, " + "x" * 500)
    assert remembered(ada) == "en"


def test_writing_it_changes_nothing_else_of_the_person(browser: Client) -> None:
    [statement] = asks_for(browser, "zh-CN")
    assert statement.count("=") == 2, "one column, one person"


def test_going_back_to_the_browsers_language_takes_it_up_at_once(browser: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(language="en")
    answers = {"name": "Ada", "language": "", "time_zone": "Europe/Paris", "theme": "system"}
    browser.post("/settings", answers, headers={"accept-language": "zh-CN"}, follow=True)
    assert remembered(ada) == "zh-hans"

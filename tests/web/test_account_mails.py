"""Messages about accounts: laid out as others, in the reader's language, with the installation's own name in links."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from amportal.logging import UtcFormatter
from ingest.models import AccountMail, User
from tests import factories
from tests.services import post
from tests.services.mail_server import listening
from tests.web.account_mails import forget, invite, send

pytestmark = pytest.mark.django_db
EVIL = "x\r\nBcc: eve@example.com\r\n<b>bold</b> \u202etxt.exe \u2028 end"


@pytest.fixture(autouse=True)
def ada() -> User:
    """The admin of Acme, who works in Paris."""
    where = factories.workspace(slug="acme", name="Acme")
    return factories.member(where, "Ada", roles=["admin"], email="ada@example.com", time_zone="Europe/Paris")


@pytest.fixture
def named(settings: Settings) -> None:
    """An installation that was told under which name people reach it."""
    settings.ADDRESS, settings.ADDRESS_IS_SET = "https://portal.example.com:8443", True


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("kind", ["invitation", "new password", "no account"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_message_is_whole_in_both_parts(ada: User, kind: str, language: str) -> None:
    send(kind, ada, accept_language=language)
    message = post.newest()
    html, text = post.html_of(message), str(message.body)
    links = set(re.findall(r"https?://\S+", text))
    assert len(links) == (0 if kind == "no account" else 1)
    for link in links:
        assert link.startswith("https://portal.example.com:8443/")
        assert f'class="button" href="{link}"' in html
    assert f'lang="{language}"' in html
    for part in (str(message.subject), text, html):
        assert ("邮" in part or "密码" in part or "邀请" in part or "账户" in part) == (language == "zh-hans")
        assert "%(" not in part
        assert "http://" not in part
        assert not set(part.lower().split()) & {"please", "sorry", "oops", "invalid"}
        assert "!" not in part.replace("<!DOCTYPE", "")
    assert "/settings" not in html + text, "nobody can choose not to get it"
    assert "\n\n\n" not in text
    assert text == text.strip() + "\n"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message.extra_headers


@pytest.mark.usefixtures("named")
def test_links_lead_to_the_name_of_the_installation_whatever_a_browser_asks_for(ada: User, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["portal.example.com", "elsewhere.example.com"]
    page = invite(ada, host="elsewhere.example.com").content.decode()
    assert "https://portal.example.com:8443/invitation/" in page
    forget(host="elsewhere.example.com")
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "https://portal.example.com:8443/" in str(message.body)
        assert b"elsewhere" not in message.message().as_bytes()


def test_an_invitation_tells_who_invites_where_to_and_for_how_long(ada: User) -> None:
    page = invite(ada).content.decode()
    message = post.newest()
    assert message.subject == "Ada invites you to Acme on amportal"
    until = re.search(r"until .*?>([^<]+)</time>", page)
    assert until is not None
    for part in (str(message.body), post.html_of(message)):
        assert "Ada invites you to work with them in Acme." in part
        assert until[1] in part
        assert "(Paris, UTC+" in part


def test_an_invitation_is_in_the_language_of_whoever_has_an_account_already(ada: User) -> None:
    factories.member(factories.workspace(), "Li", email="li@example.com", language="zh-hans", time_zone="Asia/Shanghai")
    invite(ada, "li@example.com")
    assert post.newest().subject == "Ada 邀请您加入 amportal 上的 Acme"
    assert "（上海、UTC+8）" in str(post.newest().body)
    User.objects.filter(pk=ada.pk).update(language="zh-hans")
    ada.refresh_from_db()
    invite(ada, "bo@example.com")
    assert "邀请" in post.newest().subject, "of somebody new nothing is known but who invites them"


def test_ones_own_language_comes_before_that_of_a_browser(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(language="zh-hans")
    forget(accept_language="en")
    assert post.newest().subject == "为 amportal 选择新密码"


def test_a_name_can_break_neither_head_nor_page(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(name=EVIL)
    where = ada.memberships.get().workspace
    type(where).objects.filter(pk=where.pk).update(name=EVIL[:100])
    ada.refresh_from_db()
    invite(ada)
    message = post.newest()
    assert message.message()["Bcc"] is None
    html = post.html_of(message)
    assert "<b>" not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    for text in (message.subject, str(message.body), html):
        assert not set(text) & set("\r\u202e\u2028")


def written(caplog: pytest.LogCaptureFixture) -> str:
    """The log as it is kept, without that of the mail server, which is another program."""
    return "\n".join(UtcFormatter().format(record) for record in caplog.records if record.name != "mail.log")


@pytest.mark.parametrize("answer", ["550 no such mailbox", "451 later"])
@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_an_address_that_the_mail_server_refuses_is_not_told_and_not_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture, email: str, answer: str
) -> None:
    with listening(settings) as receiver, caplog.at_level("INFO"):
        receiver.answers = {email: f"{answer} for {email}"}
        page = forget(email)
    assert page["Location"] == reverse("account_reset_password_done")
    kept = AccountMail.objects.get()
    assert (kept.state, kept.outcome) == (
        ("dropped", "refused") if answer[0] == "5" else ("waiting", "refused_for_now")
    )
    assert ("was refused by the server (550)" in written(caplog)) == (answer[0] == "5")
    assert "example.com" not in written(caplog)


@pytest.mark.parametrize("email", ["li@example.com", "bo@example.com"])
def test_no_token_is_logged_whether_a_message_leaves_or_not(
    ada: User, settings: Settings, caplog: pytest.LogCaptureFixture, email: str
) -> None:
    factories.member(factories.workspace(), "Li", email="li@example.com")
    with caplog.at_level("DEBUG"):
        invite(ada, email)
        forget(email)
        sent = "".join(str(message.body) for message in mail.outbox)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        shown = invite(ada, email).content.decode()
        forget(email)
        tokens = re.findall(r"testserver/(?:invitation|account/password/reset/key)/([\w-]+)", sent + shown)
        for link in re.findall(r"http://testserver(\S+)", sent):
            Client().get(link)
            Client().post(link, {"name": ""})
    assert len(set(tokens)) == (3 if email.startswith("li") else 2)
    assert "the server took no message (ConnectionRefusedError)" in written(caplog)
    assert not [token for token in tokens if token in written(caplog)]


def test_an_installation_without_a_mail_server_does_not_claim_that_a_message_left(
    ada: User, settings: Settings
) -> None:
    settings.MAILS_LEAVE = True
    assert "An e-mail with a link is on its way to bo@example.com" in invite(ada).content.decode()
    settings.MAILS_LEAVE = False
    page = invite(ada).content.decode()
    assert "on its way" not in page
    assert "Give the link below to bo@example.com yourself." in page


def test_whoever_asks_for_a_new_password_is_told_whether_messages_leave(settings: Settings) -> None:
    page = reverse("account_reset_password_done")
    settings.MAILS_LEAVE = True
    assert "a message with a link is on its way" in Client().get(page).content.decode()
    settings.MAILS_LEAVE = False
    told = Client().get(page).content.decode()
    assert "on its way" not in told
    assert "Ask whoever runs this installation" in told

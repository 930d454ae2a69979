"""Messages about accounts wait for a mail server that is away; their links are made when they leave."""

import re
from datetime import datetime
from email import message_from_string, policy

import pytest
from aiosmtpd.smtp import Envelope
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from ingest.models import AccountMail, Event, Invitation, Job, User
from ingest.services import mail_outbox, mail_send
from tests import factories
from tests.services import post
from tests.services.mail_server import listening, over_smtp, text_of
from tests.web.account_mails import BACKEND, invite, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ada() -> User:
    """The admin of Acme."""
    return factories.member(
        factories.workspace(slug="acme", name="Acme"), "Ada", roles=["admin"], email="ada@example.com"
    )


@pytest.mark.parametrize("kind", ["invitation", "new password", "no account"])
def test_a_message_waits_for_a_mail_server_that_is_away_and_leaves_when_it_is_back(
    ada: User, settings: Settings, kind: str
) -> None:
    over_smtp(settings)
    send(kind, ada)
    send("new password", ada)
    waiting = list(AccountMail.objects.filter(state="waiting"))
    assert len(waiting) == (1 if kind == "new password" else 2), "who asks again gets one message"
    later = timezone.now() + post.MINUTE * 30
    assert dispatched(later)
    with listening(settings) as receiver:
        mail_send.run(post.job_id(later), "a worker", clock=lambda: later)
    assert len(receiver.envelopes) == len(waiting)
    assert not AccountMail.objects.filter(state="waiting").exists()
    for envelope in receiver.envelopes:
        for link in re.findall(r"http://testserver(/\S+)", plain_of(envelope)):
            assert "does not work" not in Client().get(link, follow=True).content.decode()


def plain_of(envelope: Envelope) -> str:
    """The first part, as a mail program shows it."""
    whole = message_from_string(text_of(envelope), policy=policy.default)
    part = whole.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def dispatched(now: datetime) -> bool:
    """Whether a worker is rung for."""
    mail_outbox.ring_for_mail(now)
    return Job.objects.filter(kind=Job.Kind.MAIL, state=Job.State.READY).exists()


@pytest.mark.parametrize("mails_leave", [True, False])
def test_a_worker_is_rung_for_even_where_messages_become_files(
    ada: User, settings: Settings, mails_leave: bool
) -> None:
    settings.MAILS_LEAVE = mails_leave
    client = Client()
    client.force_login(ada, backend=BACKEND)
    client.post("/w/acme/manage/people/invite", {"email": "bo@example.com", "makes": "on"})
    assert not mail.outbox, "the page waits for no mail server"
    assert dispatched(timezone.now())
    post.empty(timezone.now())
    assert mail.outbox[0].to == ["bo@example.com"]


@pytest.mark.parametrize("kind", ["invitation", "new password", "no account"])
def test_no_link_and_no_token_is_kept(ada: User, kind: str) -> None:
    send(kind, ada)
    tokens = re.findall(r"testserver/(?:invitation|account/password/reset/key)/([\w-]+)", str(post.newest().body))
    assert len(tokens) == (0 if kind == "no account" else 1)
    kept = "".join(
        str(row) for model in (AccountMail, Invitation, Event, Job) for row in model.objects.values_list()
    )  # fmt: skip
    assert not [token for token in tokens if token in kept or token.partition("-")[2] in kept]
    assert "nobody@example.com" not in kept, "who has no account is forgotten when the message has left"


def test_the_link_of_a_letter_is_the_same_each_time_works_once_and_ends_with_the_invitation(ada: User) -> None:
    invite(ada)
    [link] = re.findall(r"http://testserver(/invitation/\S+)", str(post.newest().body))
    assert Client().get(link).status_code == 200
    AccountMail.objects.update(state="waiting")
    post.empty(timezone.now())
    assert link in str(post.newest().body), "a letter that was sent twice says one thing"
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    other = link.replace(f"/m{Invitation.objects.get().pk}-", "/m999-")
    assert [Client().get(one).status_code for one in (forged, other)] == [404, 404]
    joined = Client().post(link, {"name": "Bo", "password": "seven green umbrellas"})
    assert joined.status_code == 302
    assert Client().get(link).status_code == 404


def test_an_invitation_that_was_revoked_while_it_waited_is_not_sent(ada: User, settings: Settings) -> None:
    over_smtp(settings)
    invite(ada)
    client = Client()
    client.force_login(ada, backend=BACKEND)
    client.post(f"/w/acme/manage/people/invitations/{Invitation.objects.get().pk}/revoke")
    later = timezone.now() + post.MINUTE * 30
    with listening(settings) as receiver:
        mail_send.run(post.job_id(later), "a worker", clock=lambda: later)
    assert not receiver.envelopes
    assert AccountMail.objects.get().outcome == "not_open"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("waiting", "The e-mail has not left yet"), ("dropped", "The e-mail could not be sent"), ("sent", ""),
    ],
)  # fmt: skip
def test_an_admin_reads_whether_an_invitation_has_left(ada: User, settings: Settings, state: str, told: str) -> None:
    settings.MAILS_LEAVE = True
    invite(ada)
    AccountMail.objects.update(state=state)
    client = Client()
    client.force_login(ada, backend=BACKEND)
    page = client.get("/w/acme/manage/people").content.decode()
    assert told in page
    assert ("The e-mail" in page) == bool(told)

"""A destination that rests says so where people look, why, until when, and how it is woken."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch, Delivery, Destination, Event, Job, User
from ingest.services import destinations, restraint
from ingest.services.destination_test import run_test
from tests import factories
from tests.services import working
from tests.services.test_restraint import CUT, failing
from tests.services.working import send_all, state_of

pytestmark = pytest.mark.django_db
WHY = "The destination stopped answering as it should"


@pytest.fixture
def delivery(monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """Eight parts, five of which have met a broken line."""
    made = working.sending(*(f"{number}\n".encode() for number in range(8)))
    with monkeypatch.context() as patched:
        failing(patched, CUT)
        send_all(made)
    return made


@pytest.fixture
def admin(delivery: Delivery) -> User:
    return factories.member(delivery.workspace, "Ben", roles=["admin"])


def place(delivery: Delivery) -> Destination:
    return Destination.objects.get(pk=delivery.destination_id)


def page(user: User, name: str, *args: object, **post: str) -> str:
    client = Client(headers={"HX-Request": "true"} if post.pop("htmx", "") else {})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse(name, args=args)
    answer = client.post(url, follow=True) if post.pop("press", "") else client.get(url)
    text = re.sub(r"<(?!div id=.rests|/?form)[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text).replace("&#x27;", "'")


def soon(moment: datetime) -> bool:
    return abs(moment - timezone.now()) < timedelta(seconds=20)


def waiting_jobs() -> list[datetime]:
    jobs = Job.objects.filter(kind=Job.Kind.DELIVER, state=Job.State.READY)
    return list(jobs.values_list("next_attempt_at", flat=True))


def test_its_page_says_until_when_it_rests_after_how_many_failures_and_why(delivery: Delivery, admin: User) -> None:
    text = page(admin, "destination", delivery.workspace.slug, delivery.destination_id)
    assert re.search(r"This destination rests until .*, after 5 failures in a row", text)
    assert WHY in text
    assert "Try now" in text


def test_the_list_says_that_it_rests_and_no_longer_when_the_rest_is_over(delivery: Delivery, admin: User) -> None:
    assert re.search(r"Resting until \d", page(admin, "destinations", delivery.workspace.slug))
    Destination.objects.update(rests_until=timezone.now() - timedelta(seconds=1))
    assert "Resting" not in page(admin, "destinations", delivery.workspace.slug)


def test_a_transfer_that_waits_for_it_says_so_and_leads_admins_there(delivery: Delivery, admin: User) -> None:
    where = (delivery.workspace.slug, delivery.batch.number)
    theirs = page(delivery.batch.maker, "transfer", *where)
    assert re.search(r"has failed 5 times in a row, so this transfer waits until \d", theirs)
    assert "tried again by itself" in theirs, "the reason stands beside each file already"
    assert WHY in theirs
    assert "try now" not in theirs
    assert "Test the connection, or try now" in page(admin, "transfer", *where)


def test_another_transfer_that_has_tried_nothing_itself_reads_the_reason(delivery: Delivery) -> None:
    other = working.sending(
        b"x\n", workspace=delivery.workspace, destination=place(delivery), mapping={**factories.MAPPING, "dpid": 900}
    )
    text = page(other.batch.maker, "transfer", other.workspace.slug, other.batch.number)
    assert "so this transfer waits until" in text
    assert WHY in text


@pytest.mark.parametrize("state", ["approved", "sent", "failed"])
def test_a_transfer_that_does_not_wait_for_it_does_not_tell_of_it(delivery: Delivery, state: str) -> None:
    Batch.objects.filter(pk=delivery.batch_id).update(state=state)
    text = page(delivery.batch.maker, "transfer", delivery.workspace.slug, delivery.batch.number)
    assert "waits until" not in text


def test_a_test_in_which_all_works_ends_the_rest_and_what_waited_is_due(delivery: Delivery, admin: User) -> None:
    assert not any(map(soon, waiting_jobs()[5:]))
    text = page(admin, "destination_test", delivery.workspace.slug, delivery.destination_id, press="1")
    assert "The rest is over: what waited for this destination is sent now." in text
    assert (place(delivery).failures_in_a_row, place(delivery).rests_until) == (0, None)
    assert all(map(soon, waiting_jobs()))
    event = Event.objects.get(kind="destination.works_again")
    assert (event.actor, event.after["name"]) == (admin, delivery.destination.name)
    send_all(delivery)
    assert state_of(delivery.batch) == "sent"


def test_the_notice_goes_away_together_with_the_rest(delivery: Delivery, admin: User) -> None:
    where = (delivery.workspace.slug, delivery.destination_id)
    removal = '<div id="rests" hx-swap-oob="delete">'
    assert removal in page(admin, "destination_test", *where, press="1", htmx="1")
    assert removal not in page(admin, "destination_test", *where, press="1", htmx="1"), "there is none any more"


def test_a_test_that_fails_leaves_it_resting(delivery: Delivery, admin: User) -> None:
    Path(place(delivery).config["folder"]).rmdir()
    text = page(admin, "destination_test", delivery.workspace.slug, delivery.destination_id, press="1")
    assert "The rest is over" not in text
    assert restraint.rest_of(place(delivery), timezone.now())


def test_a_test_of_settings_that_were_changed_meanwhile_ends_nothing(delivery: Delivery, admin: User) -> None:
    old = place(delivery)
    Destination.objects.update(config_sha256="0" * 64)
    assert not run_test(old, actor=admin, now=timezone.now()).has_ended_rest
    assert place(delivery).failures_in_a_row == 5


def test_trying_now_lets_one_file_go_and_the_others_when_it_arrives(delivery: Delivery, admin: User) -> None:
    where = (delivery.workspace.slug, delivery.destination_id)
    assert "is tried now with one file" in page(admin, "destination_try", *where, press="1")
    assert Event.objects.get(kind="destination.tried_early").actor == admin
    assert all(map(soon, waiting_jobs()))
    first, second = delivery.parts.all()[:2]
    working.work(first)
    assert Event.objects.get(kind="destination.works_again").actor is None
    assert all(map(soon, waiting_jobs())), "nobody waits for a clock now"
    working.work(second)
    assert "does not rest any more" in page(admin, "destination_try", *where, press="1")
    assert Event.objects.filter(kind="destination.tried_early").count() == 1


def test_another_place_starts_without_the_failures_of_the_old_one(delivery: Delivery, admin: User) -> None:
    other = Path(place(delivery).config["folder"]).parent / "elsewhere"
    other.mkdir(exist_ok=True)
    destinations.change(place(delivery), actor=admin, now=timezone.now(), name="Another name")
    assert place(delivery).failures_in_a_row == 5, "a name is no other place"
    destinations.change(place(delivery), actor=admin, now=timezone.now(), config={"folder": str(other)})
    assert (place(delivery).failures_in_a_row, place(delivery).rests_until) == (0, None)


def test_one_that_is_paused_says_that_and_nothing_of_a_rest(delivery: Delivery, admin: User) -> None:
    Destination.objects.update(paused_at=timezone.now(), is_active=False, paused_code="sftp.host_key_changed")
    text = page(admin, "destination", delivery.workspace.slug, delivery.destination_id)
    assert "This destination is paused" in text
    assert "rests until" not in text

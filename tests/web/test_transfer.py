"""The page of one transfer, in every state, and what can be done from there."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ingest.models import Batch, Check, DeliveredPart, User
from ingest.services.events import record
from ingest.services.timeline import events_of, timeline_of
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _url(batch: Batch, page: str = "transfer") -> str:
    return reverse(page, args=[batch.workspace.slug, batch.number])


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("&#x27;", "'")


def _sent() -> Batch:
    delivery = working.sending()
    working.send_all(delivery)
    return Batch.objects.select_related("workspace", "maker").get(pk=delivery.batch_id)


STATES = [
    ("checked", "Checked"), ("waiting", "Waiting for approval"), ("changes_needed", "Changes needed"),
    ("approved", "Approved"), ("sending", "Sending"), ("sent", "Sent"), ("partly_sent", "Partly sent"),
    ("failed", "Not sent"), ("cancelled", "Cancelled"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "word"), STATES)
@pytest.mark.parametrize("role", ["maker", "approver", "viewer"])
def test_every_state_has_its_word_for_everybody(state: str, word: str, role: str) -> None:
    batch = working.sending().batch
    Batch.objects.filter(pk=batch.pk).update(state=state)
    page = _as(factories.member(batch.workspace, "Vic", roles=(role,))).get(_url(batch))
    assert page.status_code == 200
    assert word in _text(page)


@pytest.mark.parametrize("state", ["draft", "checking"])
def test_a_draft_shows_what_comes_next(state: str) -> None:
    batch = working.draft()
    Batch.objects.filter(pk=batch.pk).update(state=state)
    page = _text(_as(batch.maker).get(_url(batch)))
    assert "Approval" in page
    assert "Sending" in page


def test_what_was_sent_says_so_with_its_file_and_no_promise_of_beta() -> None:
    batch = _sent()
    page = _text(_as(batch.maker).get(_url(batch)))
    assert "Rows sent" in page
    assert "can be sent" not in page.partition("Activity log")[0].partition("What it holds")[2].partition("Files")[0]
    name = batch.deliveries.get().parts.get(part__number=1).name
    for needed in (name, "whole and verified", "no trait is realised there", "Sent", "Read back and compared"):
        assert needed in page


def test_progress_is_asked_for_while_something_is_sent_and_not_afterwards() -> None:
    delivery = working.sending()
    client = _as(delivery.batch.maker)
    assert "hx-trigger" in client.get(_url(delivery.batch, "transfer_progress")).content.decode()
    working.send_all(delivery)
    over = client.get(_url(delivery.batch, "transfer_progress"))
    assert (over.content, over["HX-Refresh"]) == (b"", "true")
    assert "hx-trigger" not in client.get(_url(delivery.batch)).content.decode()


QUIET = {"checking": 5, "waiting": 10, "approved": 5}


@pytest.mark.parametrize("state", QUIET)
def test_a_page_looks_again_while_somebody_else_is_at_it(state: str) -> None:
    batch = working.sending().batch
    Batch.objects.filter(pk=batch.pk).update(state=state)
    client = _as(batch.maker)
    page = client.get(_url(batch)).content.decode()
    [asks] = re.findall(r'data-poll hx-get="([^"]+)" hx-trigger="every (\d+)s"', page)
    assert asks == (f"{_url(batch, 'transfer_progress')}?state={state}", str(QUIET[state]))
    assert "Refresh this page" in page, "for those without JavaScript"
    with CaptureQueriesContext(connection) as asked:
        same = client.get(asks[0])
    assert (same.status_code, same.content) == (204, b"")
    assert len(asked) <= 4, "session, person, membership, transfer"
    Batch.objects.filter(pk=batch.pk).update(state="changes_needed")
    assert client.get(asks[0])["HX-Refresh"] == "true"


@pytest.mark.parametrize("state", ["draft", "checked", "changes_needed", "sent", "failed", "cancelled"])
def test_a_page_rests_where_nothing_happens_by_itself(state: str) -> None:
    batch = working.sending().batch
    Batch.objects.filter(pk=batch.pk).update(state=state)
    page = _as(batch.maker).get(_url(batch)).content.decode()
    assert "data-poll" not in page
    assert "Refresh this page" not in page


def test_a_waiting_one_says_who_decides() -> None:
    batch = working.checked()
    Batch.objects.filter(pk=batch.pk).update(state="waiting")
    ana, _wei = (factories.member(batch.workspace, name, roles=("approver",)) for name in ("Ana", "Wei"))
    says = "Nothing is sent until Ana or Wei approves."
    assert says in _text(_as(batch.maker).get(_url(batch)))
    assert says not in _text(_as(ana).get(_url(batch)))


def test_a_part_that_could_not_be_sent_says_why() -> None:
    delivery = working.sending()
    DeliveredPart.objects.filter(delivery=delivery, part__number=1).update(
        state="failed", problem_code="seal.missing", problem="x"
    )
    Batch.objects.filter(pk=delivery.batch_id).update(state="failed")
    assert "this destination has no public key" in _text(_as(delivery.batch.maker).get(_url(delivery.batch)))


def test_what_is_said_of_several_parts_is_said_once_with_their_names() -> None:
    delivery = working.sending(*(f"A-{number}\n".encode() for number in range(3)))
    parts = list(delivery.parts.all())
    DeliveredPart.objects.filter(delivery=delivery).update(state="failed", problem_code="seal.missing", problem="x")
    DeliveredPart.objects.filter(pk=parts[2].pk).update(problem_code="other", problem="Something else.")
    Batch.objects.filter(pk=delivery.batch_id).update(state="failed")
    response = _as(delivery.batch.maker).get(_url(delivery.batch))
    page, notices = (
        _text(response),
        re.findall(r'notice-error".*?notice-body(.*?)</div>', response.content.decode(), re.DOTALL),
    )
    assert page.count("this destination has no public key") == 1
    assert "2 files were not sent" in page
    assert [[part.name in notice for part in parts] for notice in notices] == [
        [True, True, False],
        [False, False, True],
    ]


def test_stopping_holds_back_what_is_not_being_sent() -> None:
    batch = working.sending().batch
    page = _text(_as(batch.maker).post(_url(batch, "transfer_stop"), follow=True))
    assert "2 files are held back." in page
    assert working.state_of(batch) == "cancelled"


def test_stopping_what_is_over_says_so() -> None:
    batch = _sent()
    page = _text(_as(batch.maker).post(_url(batch, "transfer_stop"), follow=True))
    assert "This transfer is not being sent now, so nothing was stopped." in page


def test_cancelling_ends_a_checked_batch_and_a_sent_one_stays_sent() -> None:
    batch = working.checked()
    assert "is cancelled" in _text(_as(batch.maker).post(_url(batch, "transfer_cancel"), follow=True))
    assert working.state_of(batch) == "cancelled"
    sent = _sent()
    assert "can't be cancelled any more" in _text(_as(sent.maker).post(_url(sent, "transfer_cancel"), follow=True))
    assert working.state_of(sent) == "sent"


def test_used_again_it_needs_a_new_file_and_keeps_its_answers() -> None:
    batch = _sent()
    answer = _as(batch.maker).post(_url(batch, "use_again"))
    copy = Batch.objects.of(batch.workspace).order_by("-pk")[0]
    assert answer.headers["Location"] == _url(copy, "step_file")
    assert (copy.upload, copy.state, copy.copied_from) == (None, "draft", batch)
    assert copy.mapping["columns"] == batch.mapping["columns"]


def test_the_same_bytes_go_to_production_with_an_approval_of_their_own() -> None:
    batch = _sent()
    place = factories.destination(batch.workspace, "production")
    answer = _as(batch.maker).post(_url(batch, "to_production"), {"destination": str(place.pk)})
    copy = Batch.objects.of(batch.workspace).select_related("result").order_by("-pk")[0]
    assert answer.headers["Location"] == _url(copy, "submit")
    assert (copy.state, copy.destination, copy.decision) == ("checked", place, None)
    assert [part.sha256 for part in working.result_of(copy).parts.all()] == [
        part.sha256 for part in working.result_of(batch).parts.all()
    ]


@pytest.mark.parametrize("gone", ["parts", "production"])
def test_what_is_no_longer_there_or_no_rehearsal_does_not_go_to_production(gone: str) -> None:
    batch = _sent()
    place = factories.destination(batch.workspace, "production")
    if gone == "parts":
        Check.objects.filter(pk=working.result_of(batch).pk).update(parts_deleted_at=factories.NOW)
    else:
        Batch.objects.filter(pk=batch.pk).update(destination=place)
    page = _text(_as(batch.maker).post(_url(batch, "to_production"), {"destination": str(place.pk)}, follow=True))
    assert "these files can't be sent to production" in page
    assert Batch.objects.of(batch.workspace).count() == 1


def test_choosing_no_destination_is_an_error_on_the_same_page() -> None:
    batch = _sent()
    factories.destination(batch.workspace, "production")
    answer = _as(batch.maker).post(_url(batch, "to_production"), {})
    assert answer.status_code == 422
    assert "Choose where the files go" in _text(answer)


def test_a_colleague_takes_over_and_the_former_maker_still_cannot_approve() -> None:
    batch = working.checked()
    former = batch.maker
    colleague = factories.member(batch.workspace, "Ben")
    assert "This transfer is yours now." in _text(_as(colleague).post(_url(batch, "take_over"), follow=True))
    batch.refresh_from_db()
    assert batch.maker == colleague
    assert {former, colleague} <= set(batch.editors.all())


def test_the_log_tells_every_event_in_words_with_its_checksum_and_no_code_of_ours() -> None:
    batch = _sent()
    page = _as(batch.maker).get(_url(batch))
    said = _text(page)
    for event in batch.events.all():
        assert event.kind not in said
        assert event.sha256 in said
    assert f"Checksum {working.result_of(batch).parts_sha256[:12]}…" in said
    for sentence in ("All 2 files are at the receiver", "Sending began", ".sync.1.gz is at the receiver, verified"):
        assert sentence in said


def test_the_timeline_keeps_the_order_of_the_database_when_clocks_differ() -> None:
    batch = _sent()
    early = working.NOW - timedelta(hours=1)
    record("batch.taken_over", workspace=batch.workspace, batch=batch, actor=batch.maker, now=early)
    assert [str(moment.title) for moment in timeline_of(batch, events_of(batch))][-2:] == ["Sent", "Taken over"]

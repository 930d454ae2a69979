"""The buttons of a transfer: pressed twice, pressed on a page that is out of date, and by whoever may not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, Check, Decision, Destination, User
from tests import factories
from tests.services import working
from tests.web.history_pages import signed_in
from tests.web.journey import words

pytestmark = pytest.mark.django_db


def _url(batch: Batch, page: str) -> str:
    return reverse(page, args=[batch.workspace.slug, batch.number])


def _press(client: Client, batch: Batch, page: str, fields: dict[str, str] | None = None) -> str:
    """Press a button and read the page that follows."""
    answer = client.post(_url(batch, page), fields or {}, follow=True)
    assert answer.status_code == 200
    return words(answer)


def _sent(**fields: Any) -> Batch:
    delivery = working.sending(**fields)
    working.send_all(delivery)
    return Batch.objects.select_related("workspace", "maker", "result", "destination").get(pk=delivery.batch_id)


def _in(state: str) -> Batch:
    batch = working.sending().batch
    Batch.objects.filter(pk=batch.pk).update(state=state)
    return batch


WRONG = [
    ("transfer_cancel", "sent", "Nothing was changed: this transfer can't be cancelled any more."),
    ("transfer_cancel", "sending", "Nothing was changed: this transfer can't be cancelled any more."),
    ("transfer_cancel", "waiting", "Nothing was changed: this transfer can't be cancelled any more."),
    ("transfer_cancel", "cancelled", "Nothing was changed: this transfer can't be cancelled any more."),
    ("transfer_stop", "approved", "This transfer is not being sent now, so nothing was stopped."),
    ("transfer_stop", "sent", "This transfer is not being sent now, so nothing was stopped."),
    ("transfer_retry", "sent", "There is nothing to send again: this transfer is on its way, or over."),
    ("transfer_retry", "sending", "There is nothing to send again: this transfer is on its way, or over."),
    ("transfer_retry", "checked", "There is nothing to send again: this transfer is on its way, or over."),
    ("withdraw", "approved", "This transfer doesn't wait for approval any more, so nothing was withdrawn."),
    ("withdraw", "sent", "This transfer doesn't wait for approval any more, so nothing was withdrawn."),
    ("withdraw", "draft", "This transfer doesn't wait for approval any more, so nothing was withdrawn."),
    ("to_production", "failed", "Nothing was changed: these files can't be sent to production."),
    ("to_production", "draft", "Nothing was changed: these files can't be sent to production."),
]


@pytest.mark.parametrize(("page", "state", "sentence"), WRONG)
def test_in_the_wrong_state_a_button_says_so_and_changes_nothing(page: str, state: str, sentence: str) -> None:
    batch = _in(state)
    place = factories.destination(batch.workspace, "production")
    told = batch.events.count()
    assert sentence in _press(signed_in(batch.maker), batch, page, {"destination": str(place.pk)})
    assert (working.state_of(batch), batch.events.count()) == (state, told)
    assert Batch.objects.of(batch.workspace).count() == 1


@pytest.mark.parametrize("state", ["sending", "sent", "cancelled"])
def test_what_cannot_be_taken_over_says_so(state: str) -> None:
    batch = _in(state)
    ben = signed_in(factories.member(batch.workspace, "Ben"))
    assert "Nothing was changed: this transfer can't be taken over now." in _press(ben, batch, "take_over")
    assert Batch.objects.get(pk=batch.pk).maker == batch.maker


TWICE: list[tuple[str, str, str, str]] = [
    ("transfer_cancel", "checked", "cancelled", "batch.cancel"),
    ("transfer_cancel", "approved", "cancelled", "batch.cancel"),
    ("transfer_stop", "sending", "cancelled", "batch.stop_sending"),
    ("transfer_retry", "failed", "sending", "batch.retry"),
    ("transfer_retry", "partly_sent", "sending", "batch.retry"),
    ("withdraw", "waiting", "checked", "batch.withdraw"),
]


@pytest.mark.parametrize(("page", "before", "after", "kind"), TWICE)
def test_pressed_twice_it_is_done_once(page: str, before: str, after: str, kind: str) -> None:
    batch = _in(before)
    client = signed_in(batch.maker)
    for _ in range(2):
        _press(client, batch, page)
    assert working.state_of(batch) == after
    assert working.kinds(batch).count(kind) == 1


def test_used_again_twice_it_is_one_draft_that_asks_for_a_file() -> None:
    batch = _sent()
    client = signed_in(batch.maker)
    pages = [client.post(_url(batch, "use_again")) for _ in range(2)]
    copy = Batch.objects.of(batch.workspace).exclude(pk=batch.pk).get()
    assert {page.headers["Location"] for page in pages} == {_url(copy, "step_file")}
    assert f"from {batch.reference}" in words(client.get(_url(copy, "transfer")))


def test_with_other_columns_only_the_differences_are_asked() -> None:
    batch = _sent()
    client = signed_in(batch.maker)
    client.post(_url(batch, "use_again"))
    copy = Batch.objects.of(batch.workspace).exclude(pk=batch.pk).get()
    upload = factories.upload(batch.workspace, batch.maker, b"crm_id,level,city\nA-1,gold,Bristol\nA-2,silver,Lyon\n")
    factories.data_source(batch.workspace)
    client.post(reverse("upload_use", args=[batch.workspace.slug, upload.pk]), {"transfer": str(copy.number)})
    copy.refresh_from_db()
    page = words(client.get(_url(copy, "step_columns")))
    assert "level" in page
    assert "tier" in page, "the column that is gone is named"


def _choose(client: Client, batch: Batch, place: Destination) -> Any:
    return client.post(_url(batch, "to_production"), {"destination": str(place.pk)})


def test_sent_to_production_twice_it_is_one_request_and_a_colleague_is_led_to_it() -> None:
    batch = _sent()
    place = factories.destination(batch.workspace, "production")
    ada, ben = signed_in(batch.maker), signed_in(factories.member(batch.workspace, "Ben"))
    answers = [_choose(ada, batch, place), _choose(ada, batch, place)]
    copy = Batch.objects.of(batch.workspace).exclude(pk=batch.pk).get()
    assert {answer.headers["Location"] for answer in answers} == {_url(copy, "submit")}
    assert _choose(ben, batch, place).headers["Location"] == _url(copy, "transfer")
    assert Batch.objects.of(batch.workspace).count() == 2


def _to_production(batch: Batch) -> None:
    place = factories.destination(batch.workspace, "production")
    Batch.objects.filter(pk=batch.pk).update(destination=place)


def _without_parts(batch: Batch) -> None:
    Check.objects.filter(pk=working.result_of(batch).pk).update(parts_deleted_at=factories.NOW)


@pytest.mark.parametrize("change", [_to_production, _without_parts])
def test_production_is_offered_only_for_a_rehearsal_whose_bytes_are_there(change: Callable[[Batch], None]) -> None:
    batch = _sent()
    client = signed_in(batch.maker)
    assert _url(batch, "to_production") in client.get(_url(batch, "transfer")).content.decode()
    change(batch)
    assert _url(batch, "to_production") not in client.get(_url(batch, "transfer")).content.decode()
    assert "these files can't be sent to production" in words(client.get(_url(batch, "to_production"), follow=True))


def test_a_destination_that_was_switched_off_meanwhile_is_no_choice() -> None:
    batch = _sent()
    place = factories.destination(batch.workspace, "production")
    factories.destination(batch.workspace, "production")
    client = signed_in(batch.maker)
    assert client.get(_url(batch, "to_production")).status_code == 200
    Destination.objects.filter(pk=place.pk).update(is_active=False)
    answer = _choose(client, batch, place)
    assert answer.status_code == 422
    assert "Choose where the files go: that destination is not offered any more" in words(answer)
    assert Batch.objects.of(batch.workspace).count() == 1


def test_only_what_is_missing_is_sent_again_under_the_name_it_had() -> None:
    delivery = working.sending()
    first, second = delivery.parts.all()
    folder = Path(delivery.destination.config["folder"])
    working.work(first)
    (folder / second.name).write_bytes(b"somebody else's")
    working.work(second)
    client = signed_in(delivery.batch.maker)
    page = words(client.get(_url(delivery.batch, "transfer")))
    assert "Send what is missing" in page
    (folder / second.name).unlink()
    (folder / first.name).unlink()  # the receiver has taken it
    assert "Send what is missing" not in _press(client, delivery.batch, "transfer_retry")
    working.send_all(delivery)
    assert [path.name for path in folder.iterdir()] == [second.name], "same second, same number, nothing twice"
    assert working.state_of(delivery.batch) == "sent"


def _void(batch: Batch) -> None:
    Decision.objects.filter(batch=batch).update(voided_at=factories.NOW)


@pytest.mark.parametrize("change", [_without_parts, _void])
def test_what_can_never_be_sent_again_has_no_button_for_it_and_a_page_of_before_says_why(
    change: Callable[[Batch], None],
) -> None:
    batch = _in("partly_sent")
    client = signed_in(batch.maker)
    assert "Send what is missing" in words(client.get(_url(batch, "transfer")))
    change(batch)
    page = words(client.get(_url(batch, "transfer")))
    assert "Send what is missing" not in page
    assert "Use again with a new file" in page
    said = _press(client, batch, "transfer_retry")
    assert "no longer counts" in said or "were deleted at the end of their time" in said
    assert working.state_of(batch) == "partly_sent"


@pytest.mark.parametrize("page", ["transfer_retry", "use_again", "to_production", "take_over"])
@pytest.mark.parametrize("roles", [(), ("approver",), ("admin",)])
def test_who_makes_no_transfers_presses_no_button(page: str, roles: tuple[str, ...]) -> None:
    batch = _in("failed")
    who: User = factories.member(batch.workspace, "Vic", roles=roles)
    assert signed_in(who).post(_url(batch, page)).status_code == 403
    assert (working.state_of(batch), Batch.objects.of(batch.workspace).count()) == ("failed", 1)


@pytest.mark.parametrize("page", ["transfer_cancel", "transfer_stop", "withdraw"])
def test_what_is_for_the_maker_alone_no_colleague_does(page: str) -> None:
    state = {"transfer_cancel": "checked", "transfer_stop": "sending", "withdraw": "waiting"}[page]
    batch = _in(state)
    assert signed_in(factories.member(batch.workspace, "Ben")).post(_url(batch, page)).status_code == 403
    assert working.state_of(batch) == state

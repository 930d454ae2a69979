"""While a page was open the world went on: roles, members, destinations and columns that are gone when it is sent."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ingest.models import Batch, Destination, Upload
from tests import factories
from tests.services import working
from tests.web.journey import words
from tests.web.whole_journey import Office, Walk, seen_by

pytestmark = pytest.mark.django_db
CONTENT = b"crm_id,tier,city\nA-1,gold,Bristol\nA-2,silver,Lyon\n"


@pytest.fixture
def office() -> Office:
    """A maker, an approver, a place."""
    return Office()


def _answers(place: Destination) -> dict[str, Any]:
    return {"name": "Loyalty", "note": "", "destination": str(place.pk), "when": "after"}


def _checked(office: Office) -> Walk:
    return office.started(CONTENT).people("crm_id").columns().checked()


def _switch(place: Destination, *, on: bool) -> None:
    Destination.objects.filter(pk=place.pk).update(is_active=on)


def test_a_destination_that_is_switched_off_is_no_answer_and_stands_in_the_way(office: Office) -> None:
    walk = _checked(office)
    _switch(office.place, on=False)
    answer = walk.at.post("step_destination", _answers(office.place))
    assert answer.status_code == 422
    assert "Choose one of the destinations that are offered" in words(answer)
    assert 'value="Loyalty"' in answer.content.decode()
    _switch(office.place, on=True)
    walk.at.post("step_destination", _answers(office.place))
    _switch(office.place, on=False)
    answer = walk.at.post("submit", {})
    assert answer.status_code == 422
    assert "One that was chosen before may have been switched off since." in words(answer)
    assert walk.batch.state == "checked"


def test_who_decides_is_told_that_the_destination_was_switched_off_since(office: Office) -> None:
    walk = _checked(office).asked()
    told = "This destination is not offered for new transfers any more"
    assert told not in words(office.approver.get(walk.at.url("approval")))
    _switch(office.place, on=False)
    assert told in words(office.approver.get(walk.at.url("approval")))
    walk.sent()


@pytest.mark.parametrize(
    "page", ["step_people", "step_columns", "step_destination", "submit", "check_start", "withdraw"]
)
def test_a_maker_whose_role_was_taken_away_changes_nothing(office: Office, page: str) -> None:
    walk = _checked(office)
    version, told = walk.batch.version, walk.batch.events.count()
    office.ada.memberships.update(makes=False)
    answer = walk.at.post(page, {"do": "check", "kind": "id_sync", **_answers(office.place)})
    assert answer.status_code == 403
    assert "You can look at the transfers" in words(answer)
    office.ada.memberships.all().delete()
    assert walk.at.post(page, {}).status_code == 404
    assert (walk.batch.state, walk.batch.version, walk.batch.events.count()) == ("checked", version, told)


def test_an_approver_whose_role_was_taken_away_decides_nothing_and_the_maker_is_told(office: Office) -> None:
    walk = _checked(office).asked()
    seen = seen_by(office.approver, walk)
    office.wei.memberships.update(approves=False)
    for page, fields in (("approve", seen), ("ask_for_changes", {"reason": "No"})):
        assert office.approver.post(walk.at.url(page), fields).status_code == 403
    assert walk.batch.state == "waiting"
    assert "Nobody else has that role now: ask an admin to give it to somebody." in words(walk.at.get("submitted"))
    office.wei.memberships.all().delete()
    assert office.approver.post(walk.at.url("approve"), seen).status_code == 404


def test_a_page_of_before_a_withdrawal_approves_nothing(office: Office) -> None:
    walk = _checked(office).asked()
    seen = seen_by(office.approver, walk)
    walk.at.post("withdraw", {})
    answer = office.approver.post(walk.at.url("approve"), seen, follow=True)
    assert "this transfer does not wait for a decision any more" in words(answer)
    assert walk.batch.state == "checked"


def test_a_column_that_is_gone_is_named_and_the_check_says_what_to_do(office: Office) -> None:
    walk = office.started(CONTENT).people("crm_id")
    columns = [{"column": "gone", "action": "signal", "key": "gone"}]
    Batch.objects.filter(pk=walk.batch.pk).update(mapping={**walk.batch.mapping, "columns": columns})
    assert "1 column of last time is not in this file Nothing is sent for: gone." in words(walk.at.get("step_columns"))
    walk.at.post("check_start", {})
    working.work(walk.batch.checks.get())
    page = words(walk.at.get("checking"))
    assert "The mapping needs the column “gone”, which is not in the file." in page
    assert walk.batch.state == "draft"


def test_the_column_of_the_ids_is_asked_again_when_it_is_gone(office: Office) -> None:
    walk = office.started(CONTENT).people("crm_id")
    identity = {"column": "gone", "type": "customer_id"}
    Batch.objects.filter(pk=walk.batch.pk).update(mapping={**walk.batch.mapping, "id": identity})
    page = walk.at.client.get(walk.at.url("step_columns"), follow=True)
    assert "gone" in words(page)
    assert page.redirect_chain[-1][0].split("?")[0] == walk.at.url("people_ids")


def test_while_rows_are_checked_no_other_file_is_taken_in(office: Office) -> None:
    walk = office.started(CONTENT).people("crm_id").columns()
    other = SimpleUploadedFile("other.csv", b"a,b\n1,2\n")
    answer = walk.at.client.post(walk.at.url("step_file"), {"file": other})
    assert answer.headers["Location"] == walk.at.url("checking")
    assert [upload.name for upload in Upload.objects.filter(workspace=office.where)] == ["customers.csv"]
    walk.at.post("check_start", {})
    assert walk.batch.checks.count() == 1


def test_the_same_upload_starts_one_transfer(office: Office) -> None:
    upload = factories.upload(office.where, office.ada, CONTENT)
    url = reverse("upload_use", args=[office.where.slug, upload.pk])
    first, second = (office.maker.post(url, {"transfer": "9" * 5000}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Batch.objects.of(office.where).count() == 1
    office.maker.post(url, {"cancel": "1"})
    upload.refresh_from_db()
    assert upload.state == "complete", "a file that is in use is not thrown away by a page of before"

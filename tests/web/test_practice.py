"""A practice run: every step but approval and sending, by one person alone, marked wherever it is shown, never sent."""

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from ingest.models import Batch, Delivery, Event, Job
from ingest.services import deliver, dispatch_batches, files
from ingest.services.again import use_again
from ingest.services.comparison import compare_with_last
from ingest.services.remembered import known_keys, remembered_for
from ingest.services.submit import NotReady, Obstacle, finish_practice
from tests import factories
from tests.services import working
from tests.services.working import NOW
from tests.web.journey import Maker, title, words
from tests.web.whole_journey import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _room(settings: Any, tmp_path: Path) -> None:
    settings.DISK_RESERVE_BYTES = 0
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def walk() -> Walk:
    """All rows of the sample are checked. Nobody could approve here, a fifth may be left out, nothing goes anywhere."""
    where = factories.workspace()
    office = Office(where)
    office.wei.memberships.all().delete()
    where.destinations.all().delete()
    office.maker.post(reverse("sample_start", args=[where.slug]))
    begun = Walk(office, Maker(office.maker, Batch.objects.of(where).latest("pk")))
    return begun.people("Customer no.").columns().checked()


def finished(walk: Walk) -> Batch:
    """Through the last two pages."""
    answer = walk.at.post("step_destination", {"name": "Try-out"})
    assert answer["Location"].split("?")[0] == walk.at.url("submit"), words(answer)
    answer = walk.at.post("submit", {})
    assert answer["Location"] == walk.at.url("transfer"), words(answer)
    return walk.batch


def test_one_person_goes_the_whole_way_alone(walk: Walk) -> None:
    page = walk.at.get("step_destination")
    assert title(page).startswith("Name –")
    assert "This one goes nowhere" in words(page)
    batch = finished(walk)
    assert (batch.state, batch.name) == ("practised", "Try-out")
    text = words(walk.at.get("transfer"))
    assert "Practice finished" in text
    assert "what would have been sent" in text
    new = reverse("transfer_new", args=[walk.office.where.slug])
    assert f'<a class="button" href="{new}">Start a real transfer</a>' in walk.at.get("transfer").content.decode()
    assert not Delivery.objects.exists()
    assert not Job.objects.filter(kind=Job.Kind.DELIVER).exists()


def test_the_last_page_says_that_it_ends_here(walk: Walk) -> None:
    walk.at.post("step_destination", {"name": "Try-out"})
    text = words(walk.at.get("submit"))
    assert "Finish the practice run" in text
    assert "for approval" not in text
    assert "Nowhere" in text
    assert "destination and time" not in text, "there is nothing to change there"


def test_its_files_can_be_downloaded_under_a_name_that_no_receiver_takes(walk: Walk) -> None:
    assert walk.at.client.post(walk.at.url("transfer") + "/files/1").status_code == 404
    finished(walk)
    answer = walk.at.client.post(walk.at.url("transfer") + "/files/1")
    assert answer["Content-Disposition"].startswith('attachment; filename="practice-ftp_dpm_478_')
    lines = gzip.decompress(b"".join(answer)).decode().splitlines()
    assert len(lines) == walk.batch.result.records  # type: ignore[union-attr]
    assert Event.objects.filter(batch=walk.batch, kind="part.downloaded").exists()


def test_it_is_marked_in_words_wherever_it_is_shown(walk: Walk) -> None:
    slug = walk.office.where.slug
    pages = [
        walk.at.get("step_file"), walk.at.get("step_columns"), walk.at.get("results"), walk.at.get("transfer"),
        walk.at.client.get(reverse("home", args=[slug])), walk.at.client.get(reverse("history", args=[slug])),
    ]  # fmt: skip
    assert [title(page) for page in pages if "Practice" not in words(page)] == []
    export = b"".join(walk.at.client.get(reverse("history_csv", args=[slug]))).decode()
    assert ",Practice," in export


def test_it_is_never_sent_whoever_tries(walk: Walk) -> None:
    batch = finished(walk)
    assert deliver.begin(batch, actor=None, now=NOW) is None
    assert dispatch_batches.send_due(NOW + timedelta(days=1)) == 0
    for page in ("transfer_retry", "to_production", "approve", "withdraw"):
        walk.at.client.post(walk.at.url(page))
    assert walk.batch.state == "practised"
    assert not Delivery.objects.exists()


def test_a_copy_of_it_is_a_practice_run_too(walk: Walk) -> None:
    assert use_again(finished(walk), actor=walk.office.ada, now=NOW).is_practice


def test_finishing_twice_is_finishing_once(walk: Walk) -> None:
    batch = finished(walk)
    assert finish_practice(batch, actor=walk.office.ada, now=NOW).state == "practised"
    assert working.kinds(batch).count("batch.practise") == 1


def test_what_is_real_cannot_be_finished_as_a_practice_run() -> None:
    batch = working.checked()
    with pytest.raises(NotReady) as caught:
        finish_practice(batch, actor=batch.maker, now=NOW)
    assert caught.value.obstacles == (Obstacle.CHECK_AGAIN,)


def test_the_answers_of_a_practice_run_are_offered_and_taken_like_any_others(walk: Walk) -> None:
    tried = finished(walk)
    real = factories.batch(
        walk.office.where, walk.office.ada, header_sha256=tried.header_sha256, mapping={"version": 1},
        upload=factories.upload(walk.office.where, walk.office.ada, files.read(tried.upload.key)),  # type: ignore[union-attr]
    )  # fmt: skip
    assert [kept.batch for kept in remembered_for(real, ["Customer no."])] == [tried, tried]
    at = Maker(walk.office.maker, real)
    page = words(at.get("step_file"))
    assert f"Same columns as {tried.title} Practice" in page
    assert "This exact file" not in page, "it was sent nowhere"
    at.post("same_answers", {"from": str(tried.number)})
    assert f"Same columns as {tried.title}" in words(at.get("step_columns"))
    assert known_keys(real) == []
    # but it is no last time for figures
    again = working.checked(workspace=walk.office.where)
    assert again.result is not None
    assert compare_with_last(again, again.result) is None

"""S5: a check is begun once, the page says how far it is and stops asking when it is over, and may be stopped."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch, Check
from ingest.services import check as checks
from tests import factories
from tests.services import working
from tests.web.journey import Maker, maker_with, title, words

pytestmark = pytest.mark.django_db
POLLS = "data-poll"


@pytest.fixture
def maker(client: Client) -> Maker:
    """A maker whose batch can be checked."""
    made = maker_with(client, mapping=factories.MAPPING, name="Loyalty", not_sent=["city"])
    factories.data_source(made.batch.workspace, 478)
    return made


def _check(maker: Maker, **fields: Any) -> Check:
    """A check of the batch, with columns as they are given."""
    one = checks.start(maker.batch, actor=maker.batch.maker, now=timezone.now())
    Check.objects.filter(pk=one.pk).update(**fields)
    one.refresh_from_db()
    return one


def _press(maker: Maker, button: str) -> Any:
    """Press a button of the page; its answer, not followed."""
    return maker.client.post(maker.url(button))


def _running(maker: Maker, **fields: Any) -> Check:
    now = timezone.now()
    values = {
        "state": "running", "started_at": now - timedelta(seconds=20), "progressed_at": now, "bytes_done": 500,
        "bytes_total": 1000, "rows_done": 1234, **fields,
    }  # fmt: skip
    return _check(maker, **values)


def _ended(maker: Maker, state: str, **fields: Any) -> Check:
    one = _check(maker, state=state, **fields)
    Batch.objects.filter(pk=maker.batch.pk).update(state="draft")
    return one


def test_starting_leads_to_the_page_of_the_check(maker: Maker) -> None:
    answer = _press(maker, "check_start")
    assert (answer.status_code, answer.url) == (302, maker.url("checking"))
    assert working.state_of(maker.batch) == "checking"
    page = maker.get("checking")
    assert title(page).startswith("0 % – Checking Loyalty")
    assert "Your check starts in a moment." in words(page)


def test_a_second_click_leads_to_the_check_that_runs(maker: Maker) -> None:
    maker.client.post(maker.url("check_start"))
    answer = _press(maker, "check_start")
    assert (answer.status_code, answer.url) == (302, maker.url("checking"))
    assert maker.batch.checks.count() == 1


MISSING = [
    ({"mapping": {"version": 1}}, "step_people", "Some questions are not answered yet."),
    ({"upload": None}, "step_file", "There is no customer file yet."),
    ({"mapping": {**factories.MAPPING, "columns": []}}, "step_columns", "Some questions are not answered yet."),
]


@pytest.mark.parametrize(("change", "page", "sentence"), MISSING, ids=[row[1] for row in MISSING])
def test_what_is_missing_is_said_on_the_page_where_it_is_answered(
    maker: Maker, change: dict[str, Any], page: str, sentence: str
) -> None:
    Batch.objects.filter(pk=maker.batch.pk).update(**change)
    answer = _press(maker, "check_start")
    assert (answer.status_code, answer.url) == (302, maker.url(page))
    assert sentence in words(maker.client.get(answer.url, follow=True))
    assert not maker.batch.checks.exists()


def test_checks_before_this_one_are_counted(maker: Maker) -> None:
    other = working.draft()
    checks.start(other, actor=other.maker, now=timezone.now())
    _check(maker)
    assert "1 check is before yours." in words(maker.get("checking"))


def test_a_running_check_says_rows_share_and_time_left(maker: Maker) -> None:
    _running(maker)
    page = maker.get("checking")
    text = words(page)
    assert title(page).startswith("50 % – Checking Loyalty")
    assert "Checking rows: 1,234 of about 2,500 (50 %)." in text
    assert " left. " in text
    assert 'value="500"' in page.content.decode()
    assert "You can close this page" in text
    assert f'href="{maker.url("checking")}"' in page.content.decode(), "without scripts it can be refreshed by hand"


STAGES = [
    ("reading", "Reading the file."),
    ("checking", "Checking rows: 1,234 of about 2,500 (50 %)."),
    ("writing", "1,234 rows are checked. Writing the files."),
    ("storing", "1,234 rows are checked and the files are written. Storing them."),
]


@pytest.mark.parametrize(("stage", "sentence"), STAGES, ids=[row[0] for row in STAGES])
def test_what_is_done_now_is_said(maker: Maker, stage: str, sentence: str) -> None:
    _running(maker, stage=stage)
    assert sentence in words(maker.get("checking"))


def test_the_title_goes_along_with_the_fragment(maker: Maker) -> None:
    one = _running(maker)
    assert title(maker.get("checking_progress")) == "50 % – Checking Loyalty – amportal"
    assert maker.get("checking").content.decode().count("<title>") == 1
    Check.objects.filter(pk=one.pk).update(state="cancelled")
    assert title(maker.get("checking_progress")) == "The check of Loyalty – amportal"


def test_silence_is_explained(maker: Maker) -> None:
    _running(maker, progressed_at=timezone.now() - timedelta(minutes=1))
    assert "Taking longer than usual. If a worker ended, another one takes over" in words(maker.get("checking"))


def test_the_fragment_asks_again_in_its_own_time_while_there_is_something_to_wait_for(maker: Maker) -> None:
    one = _running(maker)
    for age, seconds in ((1, 1), (30, 2), (600, 5)):
        Check.objects.filter(pk=one.pk).update(created_at=timezone.now() - timedelta(seconds=age))
        fragment = maker.get("checking_progress").content.decode()
        assert POLLS in fragment
        assert f'hx-trigger="every {seconds}s"' in fragment
        assert f'hx-get="{maker.url("checking_progress")}"' in fragment
        assert "<html" not in fragment


def _goes_on_to(fragment: Any) -> str:
    """Where the script of the page goes, in the place of this page in the history."""
    return str(json.loads(fragment.headers["HX-Trigger"])["go-on"]["address"])


def test_a_finished_check_sends_the_browser_to_its_results(maker: Maker) -> None:
    working.work(_check(maker))
    fragment = maker.get("checking_progress")
    assert _goes_on_to(fragment) == maker.url("results")
    assert "HX-Redirect" not in fragment.headers, "one step back would lead to the check again"
    page = maker.get("checking")
    assert (page.status_code, page.url) == (302, maker.url("results"))


def test_a_check_that_was_finished_long_ago_shows_the_way_to_its_results(maker: Maker) -> None:
    working.work(_check(maker))
    Batch.objects.filter(pk=maker.batch.pk).update(destination=factories.destination(maker.batch.workspace))
    Batch.objects.filter(pk=maker.batch.pk).update(state="waiting")
    page = maker.get("checking")
    assert "Every row is checked." in words(page)
    assert f'href="{maker.url("results")}"' in page.content.decode()
    assert POLLS not in page.content.decode()


def test_a_check_without_a_result_says_why_and_what_can_be_done(maker: Maker) -> None:
    _ended(maker, "ended", problem_code="file.empty", problem="The file is empty. Export it again.")
    page = maker.get("checking")
    assert "The check ended without a result The file is empty. Export it again." in words(page)
    html = page.content.decode()
    assert POLLS not in html
    for way in ("check_start", "step_file", "step_columns"):
        assert f'"{maker.url(way)}"' in html


def test_where_the_file_is_at_fault_another_one_is_offered_first(maker: Maker) -> None:
    one = _ended(maker, "ended", problem_code="file.empty", problem="The file is empty. Export it again.")
    assert "Change the file Check again Change the matching" in words(maker.get("checking"))
    Check.objects.filter(pk=one.pk).update(problem_code="disk.full", problem="The disk was full.")
    assert "Check again Change the file Change the matching" in words(maker.get("checking"))


def test_a_stopped_check_keeps_everything_and_can_begin_again(maker: Maker) -> None:
    _ended(maker, "cancelled")
    page = maker.get("checking")
    assert "Checking stopped Your file and your matching are kept." in words(page)
    assert POLLS not in page.content.decode()
    maker.client.post(maker.url("check_start"))
    assert maker.batch.checks.count() == 2


def test_the_fragment_of_a_check_that_ended_stops_asking(maker: Maker) -> None:
    _ended(maker, "ended", problem_code="file.empty", problem="The file is empty. Export it again.")
    fragment = maker.get("checking_progress")
    assert "HX-Trigger" not in fragment.headers
    assert POLLS not in fragment.content.decode()
    assert "hx-get" not in fragment.content.decode()
    assert 'role="alert"' in fragment.content.decode(), "said to those who don't see the page change"


def test_one_that_nobody_has_begun_stops_at_once(maker: Maker) -> None:
    one = _check(maker)
    answer = maker.client.post(maker.url("check_stop"), follow=True)
    one.refresh_from_db()
    assert one.state == "cancelled"
    assert "Your file and your matching are kept." in words(answer)
    assert working.state_of(maker.batch) == "draft"


def test_one_that_runs_says_that_it_is_stopping_and_asks_no_second_time(maker: Maker) -> None:
    working.die(_running(maker))
    page = maker.client.post(maker.url("check_stop"), follow=True)
    assert "Stopping…" in words(page)
    assert "Stop the check" not in words(page)
    assert POLLS in page.content.decode()


def test_stopping_what_is_over_changes_nothing(maker: Maker) -> None:
    one = _check(maker)
    working.work(one)
    answer = maker.client.post(maker.url("check_stop"), follow=True)
    one.refresh_from_db()
    assert (answer.status_code, one.state, one.stop_requested) == (200, "finished", False)
    assert "being stopped" not in words(answer), "nothing is being stopped"


def test_without_any_check_the_page_leads_to_the_transfer(maker: Maker) -> None:
    assert maker.get("checking").url == maker.url("transfer")
    assert _goes_on_to(maker.get("checking_progress")) == maker.url("transfer")
    assert maker.client.post(maker.url("check_stop"), follow=True).status_code == 200


def test_others_of_the_workspace_look_on_without_buttons(maker: Maker) -> None:
    _running(maker)
    maker.client.force_login(factories.member(maker.batch.workspace, "Vic", roles=()))
    page = maker.get("checking")
    assert "Checking rows: 1,234 of about 2,500" in words(page)
    assert "Stop the check" not in words(page)
    assert maker.client.post(maker.url("check_stop")).status_code == 403
    assert maker.client.post(maker.url("check_start")).status_code == 403


def test_nobody_of_another_workspace_sees_it(maker: Maker) -> None:
    _running(maker)
    elsewhere = factories.workspace()
    maker.client.force_login(factories.member(elsewhere))
    assert maker.get("checking").status_code == 404
    assert maker.client.get(reverse("checking_progress", args=[elsewhere.slug, 1])).status_code == 404

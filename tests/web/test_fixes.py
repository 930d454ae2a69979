"""Buttons beside the reasons of the results: one mends all rows alike, one takes it back; the fixed file."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from ingest.models import Check, Upload
from ingest.services import check as checks
from tests import factories
from tests.services import working
from tests.web.journey import Maker, maker_with, words

pytestmark = pytest.mark.django_db
TABLE = {**factories.MAPPING, "columns": [
    {
        "column": "tier", "action": "signal", "key": "tier", "values": {"G": "gold", "S": "silver"},
        "otherwise": "reject",
    },
]}  # fmt: skip
FILE = b"crm_id,tier,city\nA-1,G,Rome\nA-2,Gld,Rome\nA-3,Gld, =1+1\n"
REPLACE = {"code": "value.not_mapped", "kind": "replace_value", "column": "tier", "value": "Gld", "like": "G"}


@pytest.fixture
def maker(client: Client) -> Maker:
    """At the results of a file with a value that no table lists."""
    where = factories.workspace(max_left_out_percent=100)
    made = maker_with(client, FILE, where=where, mapping=TABLE, name="Loyalty")
    working.work(checks.start(made.batch, actor=made.batch.maker, now=timezone.now()))
    made.batch.refresh_from_db()
    return made


def _work(maker: Maker) -> None:
    working.work(Check.objects.latest("pk"))
    maker.batch.refresh_from_db()
    assert maker.batch.state == "checked"


def _mend(maker: Maker, **more: str) -> Any:
    return maker.post("fix", {**REPLACE, **more})


def test_a_reason_has_the_buttons_that_mend_its_rows(maker: Maker) -> None:
    text = words(maker.get("results"))
    assert "Fix all alike:" in text
    assert "Treat “Gld” in tier like G S Replace" in text
    assert "Send 2 rows without such values" in text
    assert "Undo" not in text


def test_a_fix_is_checked_and_the_results_say_what_it_did_and_how_to_take_it_back(maker: Maker) -> None:
    answer = _mend(maker)
    assert (answer.status_code, answer["Location"]) == (302, maker.url("checking"))
    _work(maker)
    text = words(maker.get("results"))
    assert "All 3 rows can be sent" in text
    assert "One more value of “tier” is in its table 2 more rows can be sent. Undo" in text
    undone = maker.post("fix_undo", {})
    assert undone["Location"] == maker.url("results")
    page = words(maker.get("results"))
    assert "1 of 3 rows can be sent" in page
    assert "Taken back. The matching and these results are as they were before." in page
    assert maker.mapping() == TABLE


def test_undo_after_the_former_files_went_leads_to_the_check(maker: Maker) -> None:
    first = Check.objects.latest("pk")
    _mend(maker)
    _work(maker)
    Check.objects.filter(pk=first.pk).update(files_deleted_at=timezone.now())
    assert maker.post("fix_undo", {})["Location"] == maker.url("checking")
    _work(maker)
    assert "1 of 3 rows can be sent" in words(maker.get("results"))


@pytest.mark.parametrize(
    "sent",
    [
        {"value": "Slv"},
        {"like": "platinum"},
        {"column": "city"},
        {"kind": "merge_repeated"},
        {"kind": "no such"},
        {"code": "x"},
    ],
)
def test_what_is_not_offered_changes_nothing(maker: Maker, sent: dict[str, str]) -> None:
    assert _mend(maker, **sent)["Location"] == maker.url("results")
    assert (maker.mapping(), maker.batch.state) == (TABLE, "checked")


def test_a_page_that_is_older_than_the_answers_changes_nothing_and_says_so(maker: Maker) -> None:
    answer = maker.client.post(maker.url("fix"), {**REPLACE, "version": "7"}, follow=True)
    assert "This transfer was changed since you opened this page" in words(answer)
    assert (maker.mapping(), maker.batch.state) == (TABLE, "checked")


def test_an_undo_that_came_too_late_says_so(maker: Maker) -> None:
    maker.post("fix_undo", {})
    assert "Something was changed since, so nothing was taken back." in words(maker.get("results"))


def test_a_fix_without_its_file_says_what_is_missing(maker: Maker) -> None:
    Upload.objects.filter(batches=maker.batch).update(state=Upload.State.DELETED)
    answer = _mend(maker)
    assert answer.status_code == 302
    assert "no longer in the portal's storage" in words(maker.client.get(answer["Location"]))
    assert maker.mapping() == TABLE


def test_others_are_shown_no_buttons(maker: Maker) -> None:
    other = Client()
    other.force_login(factories.member(maker.batch.workspace, "Wei", roles=["approver"]))
    text = words(other.get(maker.url("results")))
    assert "Fix all alike" not in text
    assert "Gld" not in text


def test_the_fixed_file_is_saved_and_never_kept_by_a_browser(maker: Maker) -> None:
    answer = maker.get("fixed_csv")
    assert b"".join(answer.streaming_content) == b"\xef\xbb\xbfcrm_id,tier,city\r\nA-1,G,Rome\r\n"
    assert answer["Content-Disposition"] == f'attachment; filename="{maker.batch.reference}-fixed.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert "Fixed file (CSV)" in words(maker.get("results"))


def test_the_fixed_file_of_a_mended_result_has_the_mended_rows_and_no_guard_for_spreadsheets(maker: Maker) -> None:
    _mend(maker)
    _work(maker)
    content = b"".join(maker.get("fixed_csv").streaming_content)
    assert content.endswith(b"A-2,Gld,Rome\r\nA-3,Gld,=1+1\r\n")


def test_without_the_customer_file_there_is_no_fixed_one(maker: Maker) -> None:
    Upload.objects.filter(batches=maker.batch).update(state=Upload.State.DELETED)
    assert maker.get("fixed_csv").status_code == 404
    assert "Fixed file" not in words(maker.get("results"))


def test_the_fixed_file_is_for_makers(maker: Maker) -> None:
    other = Client()
    other.force_login(factories.member(maker.batch.workspace, "Wei", roles=["approver"]))
    assert other.get(maker.url("fixed_csv")).status_code == 403


def test_the_results_say_what_adobe_will_answer_and_what_becomes_of_columns(maker: Maker) -> None:
    text = words(maker.get("results"))
    assert "No matching AAM ID only Adobe knows" in text
    assert "Records received 1 " in text
    assert "tier tier = value from table" in text
    assert "Show these numbers as a table" in text
    assert "Since last time" not in text
    assert "(Records received)" not in text, "what is Adobe's own is not said twice"


def test_adobes_own_words_stand_beside_the_chinese_ones(maker: Maker) -> None:
    maker.client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "zh-hans"})
    assert "已接收的记录 (Records received)" in words(maker.get("results"))

"""The rows that are left out: looked at by reason, downloaded as files that nothing runs, uploaded again corrected."""

import csv
import io
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from ingest.models import Batch, Upload
from ingest.services import check as checks
from ingest.services import files
from ingest.services.refused import refused_rows
from ingest.services.upload_earlier import unused
from tests import factories
from tests.services import working
from tests.web.journey import Maker, check_of, maker_with, title, words

pytestmark = pytest.mark.django_db
SOME = b"crm_id,tier,city\nA-1,gold,Rome\nA-2,silver,Lyon\n\n,gold,Oslo\n,=1+1,<b>Bari</b>\nada@example.com,x,secret\n"
"""Left out: rows 5 and 6 without an ID, row 7 with an address; row 4 is empty."""


@pytest.fixture
def maker(client: Client) -> Maker:
    """A maker whose file was checked, with three rows left out."""
    where = factories.workspace(max_left_out_percent=100)
    made = maker_with(client, SOME, where=where, mapping=factories.MAPPING, name="Loyalty")
    working.work(checks.start(made.batch, actor=made.batch.maker, now=timezone.now()))
    made.batch.refresh_from_db()
    return made


def _body(response: Any) -> bytes:
    """A download, read to its end."""
    content = b"".join(response.streaming_content)
    response.close()
    return content


def _send_back(maker: Maker, content: bytes | None, **headers: str) -> Any:
    fields = {} if content is None else {"file": SimpleUploadedFile("left-out.csv", content, "text/csv")}
    return maker.client.post(maker.url("corrections"), fields, headers=headers)


def test_rows_have_the_numbers_of_the_spreadsheet_and_say_why_and_what_to_do(maker: Maker) -> None:
    text = words(maker.get("results_rows"))
    assert title(maker.get("results_rows")).startswith("Rows that are left out: Loyalty")
    assert "5 The row has no user ID. Fill in the ID, or leave the row out. (empty) gold Oslo" in text
    assert "7 The ID is an e-mail address." in text


def test_rows_are_chosen_by_reason(maker: Maker) -> None:
    page = maker.get("results_rows", "?code=id.missing")
    assert "Oslo" in words(page)
    assert "secret" not in words(page)
    assert '<option value="id.missing" selected' in " ".join(page.content.decode().split())
    assert f'href="{maker.url("refused_csv")}?code=id.missing"' in page.content.decode()


def test_a_reason_that_no_row_has_says_so(maker: Maker) -> None:
    assert "No row is left out for this reason" in words(maker.get("results_rows", "?code=row.too_many_fields"))


@pytest.mark.parametrize("page", ["results_rows", "refused_csv"])
@pytest.mark.parametrize("code", ["nonsense", "id.missing%00", "%27"])
def test_an_unknown_reason_does_not_exist(maker: Maker, page: str, code: str) -> None:
    assert maker.get(page, f"?code={code}").status_code == 404


def test_without_the_rest_of_the_page_only_the_rows_are_answered(maker: Maker) -> None:
    answer = maker.client.get(maker.url("results_rows"), {"code": "id.missing"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert 'id="rows"' in answer.content.decode()
    assert "Oslo" in words(answer)


def test_only_the_first_rows_are_shown_and_this_is_said(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.views.results.refused_rows", partial(refused_rows, limit=2))
    text = words(maker.get("results_rows"))
    assert "Only showing the first 2 rows." in text
    assert "secret" not in text


def test_cells_are_text_whatever_they_hold(maker: Maker) -> None:
    html = maker.get("results_rows").content.decode()
    assert "<b>Bari" not in html
    assert "&lt;b&gt;Bari" in html
    assert "=1+1" in html


DOWNLOADS = [
    ("refused_csv", "", "text/csv; charset=utf-8", "left-out.csv"),
    ("refused_csv", "?code=id.missing", "text/csv; charset=utf-8", "left-out.csv"),
    ("report_json", "", "application/json", "report.json"),
]


@pytest.mark.parametrize(("page", "query", "kind", "name"), DOWNLOADS)
def test_downloads_are_saved_never_shown_and_kept_nowhere_else(
    maker: Maker, page: str, query: str, kind: str, name: str
) -> None:
    answer = maker.get(page, query)
    assert _body(answer)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{maker.batch.reference}-{name}"'
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_spreadsheet_runs_a_cell_of_a_download(maker: Maker) -> None:
    for query in ("", "?code=id.missing"):
        text = _body(maker.get("refused_csv", query)).decode("utf-8-sig")
        assert "'=1+1" in text
        assert ",=1+1" not in text


def test_the_rows_of_one_reason_are_a_file_that_can_come_back(maker: Maker) -> None:
    text = _body(maker.get("refused_csv", "?code=id.missing")).decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["row", "5", "6"]
    answer = _send_back(maker, text.replace(",,gold", ",A-5,gold").encode())
    assert (answer.status_code, answer.url) == (302, maker.url("checking"))


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_rows_that_are_left_out_are_separated_as_in_the_customer_file(client: Client, separator: str) -> None:
    where = factories.workspace(max_left_out_percent=100)
    mapping = {**factories.MAPPING, "reader": {"delimiter": separator}}
    content = SOME.replace(b",", separator.encode()).replace(b"Oslo", f'"O{separator}slo, N"'.encode())
    maker = maker_with(client, content, where=where, mapping=mapping)
    working.work(checks.start(maker.batch, actor=maker.batch.maker, now=timezone.now()))
    text = ""
    for query, numbers in (("", ["5", "6", "7"]), ("?code=id.missing", ["5", "6"])):
        text = _body(maker.get("refused_csv", query)).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        assert [row[0] for row in rows] == ["row", *numbers]
        assert rows[0][3:] == ["crm_id", "tier", "city"]
        assert rows[1][3:] == ["", "gold", f"O{separator}slo, N"]
    answer = _send_back(maker, text.replace(f"{separator * 2}gold", f"{separator}A-5{separator}gold").encode())
    assert (answer.status_code, answer.url) == (302, maker.url("checking"))
    working.work(maker.batch.checks.latest("pk"))
    assert "1 of 2 corrected rows are fine now" in words(maker.get("results"))


def test_pages_with_customers_values_are_kept_nowhere(maker: Maker) -> None:
    for page in ("results", "results_rows"):
        assert "no-store" in maker.get(page).headers["Cache-Control"], page


@pytest.mark.parametrize("query", ["", "?code=id.missing"])
def test_a_download_whose_file_is_gone_does_not_exist(maker: Maker, query: str) -> None:
    files.remove(check_of(maker.batch).refused_key)
    assert maker.get("refused_csv", query).status_code == 404


def test_corrected_rows_are_taken_and_everything_is_checked_again(maker: Maker) -> None:
    text = files.read(check_of(maker.batch).refused_key).decode("utf-8-sig")
    answer = _send_back(maker, text.replace(",,gold", ",A-5,gold").encode())
    assert (answer.status_code, answer.url) == (302, maker.url("checking"))
    newest = maker.batch.checks.order_by("-pk").first()
    assert newest is not None
    working.work(newest)
    page = maker.get("results")
    assert "3 of 5 rows can be sent" in words(page)
    assert "out of date" not in words(page)


BAD = [
    (SOME, "This file does not begin with the columns “row”, “codes” and “what to do”."),
    (b"", "The file holds nothing but white space"),
    (None, "Select a file"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD, ids=["another file", "empty", "none"])
def test_a_file_that_cannot_be_taken_is_said_where_it_was_chosen(
    maker: Maker, content: bytes | None, sentence: str
) -> None:
    answer = _send_back(maker, content)
    assert answer.status_code == 422
    assert title(answer).startswith("Error: Results: Loyalty")
    assert words(answer).count(sentence) >= 2, "in the summary and at the field"
    html = answer.content.decode()
    assert 'href="#id_file"' in html
    assert 'aria-invalid="true" aria-describedby="id_file_error"' in " ".join(html.split())
    assert (working.state_of(maker.batch), maker.batch.checks.count()) == ("checked", 1)
    assert unused(maker.batch.workspace, maker.batch.maker, now=timezone.now()) == [], "it cannot be used otherwise"


def test_while_it_is_checked_nothing_is_taken_and_the_page_says_so(maker: Maker) -> None:
    text = files.read(check_of(maker.batch).refused_key)
    _send_back(maker, text)
    answer = _send_back(maker, text)
    assert answer.status_code == 422
    assert "Nothing was changed." in words(answer)
    assert maker.batch.checks.count() == 2


def test_a_transfer_that_was_sent_off_takes_no_rows_back(maker: Maker) -> None:
    place = factories.destination(maker.batch.workspace)
    Batch.objects.filter(pk=maker.batch.pk).update(state="waiting", destination=place)
    answer = _send_back(maker, files.read(check_of(maker.batch).refused_key))
    assert answer.status_code in {302, 422}
    assert (working.state_of(maker.batch), maker.batch.checks.count()) == ("waiting", 1)


def test_a_colleague_cannot_send_rows_back(maker: Maker) -> None:
    before = Upload.objects.count()
    maker.client.force_login(factories.member(maker.batch.workspace, "Ben"))
    answer = _send_back(maker, files.read(check_of(maker.batch).refused_key))
    assert answer.status_code == 403
    assert Upload.objects.count() == before


ROWS = {
    "all": ((5, "A-5"), (6, "A-6"), (7, "A-7")),
    "some": ((5, "A-5"), (6, ""), (7, "A-7")),
    "one": ((5, "A-5"),),
    "none": ((5, ""), (7, "bob@example.com")),
    "others": ((900, "A-9"),),
}
FINE = [
    ("all", "3 of 3 corrected rows are fine now What you corrected can be sent."),
    ("some", "2 of 3 corrected rows are fine now The others are still left out."),
    ("one", "1 of 1 corrected row is fine now What you corrected can be sent."),
    ("none", "0 of 2 corrected rows are fine now The others are still left out."),
    ("others", "No corrected row was put in its place None of the uploaded rows has a number of this customer file."),
]


def _corrected(maker: Maker, which: str) -> str:
    """The words of the results after these rows came back and everything was checked again."""
    lines = [f"{row},id.missing,,{user_id},gold,Oslo" for row, user_id in ROWS[which]]
    _send_back(maker, "\r\n".join(["row,codes,what to do,crm_id,tier,city", *lines, ""]).encode())
    working.work(maker.batch.checks.latest("pk"))
    return words(maker.get("results"))


@pytest.mark.parametrize(("which", "sentence"), FINE)
def test_the_results_say_how_many_of_the_corrected_rows_are_fine_now(maker: Maker, which: str, sentence: str) -> None:
    assert "corrected row" not in words(maker.get("results"))
    assert sentence in _corrected(maker, which)


def test_a_check_after_another_answer_says_nothing_about_corrections_of_before(maker: Maker) -> None:
    assert "fine now" in _corrected(maker, "some")
    maker.batch.refresh_from_db()
    columns = [{"column": "city", "action": "signal", "key": "city"}]
    Batch.objects.filter(pk=maker.batch.pk).update(mapping={**maker.batch.mapping, "columns": columns})
    assert "fine now" not in words(maker.get("results")), "these results are out of date"
    working.work(checks.start(maker.batch, actor=maker.batch.maker, now=timezone.now()))
    assert "fine now" not in words(maker.get("results"))

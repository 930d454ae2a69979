"""S6: the headline is the answer, reasons lead to their rows, and what can't go on says what to do instead."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch, Check, Workspace
from ingest.services import check as checks
from ingest.services import files
from tests import factories
from tests.services import working
from tests.web.journey import Maker, check_of, maker_with, title, words

pytestmark = pytest.mark.django_db
HEADER = b"crm_id,tier,city\n"
FINE = HEADER + b"A-1,gold,Rome\nA-2,silver,Lyon\n"
SOME = HEADER + b"A-1,gold,Rome\nA-2,silver,Lyon\n\n,gold,Oslo\n,=1+1,<b>Bari</b>\nada@example.com,x,y\n"
NONE = HEADER + b",gold,Rome\n,silver,Lyon\n"


def _at_results(client: Client, content: bytes = SOME, **fields: Any) -> Maker:
    """A maker whose file was checked, where as many rows may be left out as there are."""
    where = factories.workspace(max_left_out_percent=100)
    made = maker_with(client, content, **{"where": where, "mapping": factories.MAPPING, "name": "Loyalty", **fields})
    working.work(checks.start(made.batch, actor=made.batch.maker, now=timezone.now()))
    made.batch.refresh_from_db()
    assert made.batch.result is not None
    return made


def _heading(response: Any) -> str:
    text: str = response.content.decode()
    part = text[text.index("<h1>") : text.index("</h1>")]
    return words(type("Part", (), {"content": part.encode()}))


def _file(content: bytes, name: str = "left-out.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/csv")


def _send_back(maker: Maker, content: bytes) -> Any:
    return maker.client.post(maker.url("corrections"), {"file": _file(content)})


def _refused(maker: Maker) -> bytes:
    return files.read(check_of(maker.batch).refused_key)


HEADLINES = [
    (FINE, "All 2 rows can be sent", "Nothing is left out.", "Continue"),
    (HEADER + b"A-1,gold,Rome\n", "The row can be sent", "Nothing is left out.", "Continue"),
    (SOME, "2 of 5 rows can be sent", "You can go on, or correct these rows first.", "Continue with 2 rows"),
    (
        HEADER + b"A-1,gold,Rome\n,gold,Oslo\n",
        "1 of 2 rows can be sent",
        "You can go on, or correct",
        "Continue with 1 row",
    ),
    (NONE, "No row can be sent", "Every row is left out.", "Upload a corrected file"),
    (HEADER + b",gold,Rome\n", "No row can be sent", "Every row is left out.", "Upload a corrected file"),
]


@pytest.mark.parametrize(("content", "headline", "notice", "button"), HEADLINES, ids=[row[1] for row in HEADLINES])
def test_the_headline_is_the_answer_and_the_button_does_what_follows(
    client: Client, content: bytes, headline: str, notice: str, button: str
) -> None:
    maker = _at_results(client, content)
    page = maker.get("results")
    assert page.status_code == 200
    assert title(page) == "Results: Loyalty – amportal"
    assert _heading(page) == headline
    assert notice in words(page)
    way = "step_file" if button.startswith("Upload") else "step_destination"
    assert words(page).count(f"{button} Change the matching Finish later") == 2, "at the top and at the end"
    assert page.content.decode().count(f'href="{maker.url(way)}"') >= 2


def test_who_came_from_the_check_page_goes_back_there(client: Client) -> None:
    page = _at_results(client, FINE).get("results", "?next=submit").content.decode()
    assert "/submit" in page


def test_rows_are_counted_and_none_vanishes(client: Client) -> None:
    text = words(_at_results(client).get("results"))
    for figure in ("Ready to send 2 40 %", "Left out 3 60 %", "Ready, with a warning 0", "Different people 2"):
        assert figure in text


def test_results_of_other_answers_ask_for_another_check(client: Client) -> None:
    maker = _at_results(client)
    Batch.objects.filter(pk=maker.batch.pk).update(mapping={**factories.MAPPING, "dpid": 479}, state="draft")
    page = maker.get("results")
    assert "These results are out of date" in words(page)
    assert words(page).count("Check again Change the matching") == 2
    assert "Continue" not in words(page)
    assert "Correct only these rows" in words(page), "the rows are still those of the file"


def test_rows_of_a_file_that_was_replaced_cannot_come_back(client: Client) -> None:
    maker = _at_results(client)
    refused = _refused(maker)
    other = factories.upload(maker.batch.workspace, maker.batch.maker, FINE)
    Batch.objects.filter(pk=maker.batch.pk).update(upload=other, state="draft")
    assert "Correct only these rows" not in words(maker.get("results"))
    answer = _send_back(maker, refused)
    assert answer.status_code == 422
    assert "The customer file is another one" in words(answer)
    assert "#id_file" not in answer.content.decode(), "there is no such field on this page"


def test_where_too_many_are_left_out_nothing_goes_on(client: Client) -> None:
    maker = _at_results(client)
    Workspace.objects.filter(pk=maker.batch.workspace_id).update(max_left_out_percent=59)
    page = maker.get("results")
    assert "60 % of the rows are left out; this workspace sends nothing above 59 %." in words(page)
    assert "Upload a corrected file Change the matching" in words(page)
    assert "Continue" not in words(page)
    Workspace.objects.filter(pk=maker.batch.workspace_id).update(max_left_out_percent=60)
    assert "Continue with 2 rows" in words(maker.get("results"))


def test_a_reason_says_that_it_counts_rows_that_are_left_out_as_well(client: Client) -> None:
    told = "Rows that are left out for another reason are counted here, too."
    phone = "+49 (30) 123-4567"
    both = _at_results(client, HEADER + f"A-1,{phone},Rome\n,{phone},Oslo\n".encode()).get("results")
    assert f"Sent as it is, worth a look 1 reason · {told}" in words(both)
    assert words(both).count(told) == 1, "not where all rows are left out"
    assert told not in words(_at_results(client, HEADER + f"A-1,{phone},Rome\n".encode()).get("results"))


def test_an_incomplete_id_stands_beside_a_whole_one_of_its_kind(client: Client) -> None:
    mapping = {**factories.MAPPING, "dpid": 20914, "id": {"column": "crm_id", "type": "gaid"}, "target_dpid": 478}
    page = words(_at_results(client, SOME, mapping=mapping).get("results"))
    assert "The ID is incomplete, or it is of another kind than the one that was chosen." in page
    assert "A-1 36 characters, such as cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41" in page


def test_deleted_details_leave_the_figures(client: Client) -> None:
    maker = _at_results(client)
    Check.objects.filter(pk=check_of(maker.batch).pk).update(files_deleted_at=timezone.now())
    page = maker.get("results")
    assert _heading(page) == "2 of 5 rows can be sent"
    assert "The details are deleted" in words(page)
    for word in ("What was found", "Downloads", "Correct only these rows"):
        assert word not in words(page)
    assert "These rows are deleted" in words(maker.get("results_rows"))
    assert maker.get("refused_csv").status_code == 404
    assert maker.get("report_json").status_code == 404


def test_others_look_without_buttons(client: Client) -> None:
    maker = _at_results(client)
    client.force_login(factories.member(maker.batch.workspace, "Vic", roles=()))
    page = maker.get("results")
    assert "Ready to send 2" in words(page)
    for word in ("Continue", "Change the matching", "Finish later", "Correct only these rows"):
        assert word not in words(page)
    assert _send_back(maker, _refused(maker)).status_code == 403


@pytest.mark.parametrize("role", ["approver", "admin", "viewer"])
def test_rows_and_values_of_the_customer_file_are_for_makers(client: Client, role: str) -> None:
    maker = _at_results(client)
    assert 'data-label="Found"' in maker.get("results").content.decode()
    client.force_login(factories.member(maker.batch.workspace, "Vic", roles=(role,)))
    answer = maker.get("results")
    page = words(answer)
    assert 'data-label="Found"' not in answer.content.decode()
    assert ">A-1<" not in answer.content.decode()
    assert "Rows and values of the customer file are shown to makers only." in page
    for name in ("results_rows", "refused_csv", "report_json"):
        assert maker.get(name).status_code == 403


def test_after_it_was_submitted_its_maker_looks_as_well(client: Client) -> None:
    maker = _at_results(client)
    place = factories.destination(maker.batch.workspace)
    Batch.objects.filter(pk=maker.batch.pk).update(state="waiting", destination=place)
    assert "Change the matching" not in words(maker.get("results"))


def test_reasons_stand_with_most_rows_first_and_lead_to_their_rows(client: Client) -> None:
    maker = _at_results(client)
    page = maker.get("results")
    text, html = words(page), page.content.decode()
    assert text.index("The row has no user ID.") < text.index("The ID is an e-mail address.")
    assert "2 rows What to do: Fill in the ID, or leave the row out." in text
    assert f'href="{maker.url("results_rows")}?code=id.missing"' in html
    assert f'href="{maker.url("refused_csv")}?code=id.missing"' in html


def test_every_reason_of_one_row_each_has_a_line_of_its_own(client: Client) -> None:
    wrong = [b",gold,x", b"ada@example.com,x,y", b"A 1\tx,x,y", b"A-2,x", b'A-3,x,"y']
    page = _at_results(client, HEADER + b"A-1,x,y\n" + b"\n".join(wrong) + b"\n").get("results")
    lines = page.content.decode().count('<details class="reason">')
    assert lines == 5
    assert words(page).count(" 1 row ") == lines + 2, "the button says it as well, at the top and at the end"
    assert "5 reasons, most rows first" in words(page)


def test_the_first_lines_and_the_names_of_the_files_are_shown(client: Client) -> None:
    text = words(_at_results(client).get("results"))
    assert "A-1" in text
    assert "2 lines in 1 file: ftp_dpm_478_" in text
    assert "1 line in 1 file: ftp_dpm_478_" in words(_at_results(client, HEADER + b"A-1,gold,Rome\n").get("results"))


def test_without_a_result_the_page_leads_to_the_transfer(client: Client) -> None:
    maker = maker_with(client)
    assert maker.get("results").url == maker.url("transfer")
    assert maker.get("results_rows").status_code == 404
    assert maker.get("report_json").status_code == 404


def test_nobody_of_another_workspace_gets_anything(client: Client) -> None:
    maker = _at_results(client)
    elsewhere = factories.workspace()
    client.force_login(factories.member(elsewhere))
    for page in ("results", "results_rows", "refused_csv", "report_json"):
        assert maker.get(page).status_code == 404, page
        assert client.get(reverse(page, args=[elsewhere.slug, maker.batch.number])).status_code == 404, page

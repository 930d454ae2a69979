"""Telephone numbers among other values: nobody sends them by taking the first suggestion for everything."""

from typing import Any

import pytest
from django.test import Client

from ingest.services.people_guess import Columns
from tests.web.columns import at_columns, fresh, send
from tests.web.journey import words

pytestmark = pytest.mark.django_db
VALUES = ["+44 20 7946 0001", "by mail", "by mail", "never", "never", "+44 20 7946 0002"] * 2
MIXED = "\n".join(["crm_id,reach", *(f"A-{n},{value}" for n, value in enumerate(VALUES))]).encode() + b"\n"
REACH = 1


def test_the_column_needs_an_answer_of_its_own_and_says_why(client: Client) -> None:
    text = words(at_columns(client, MIXED).get("step_columns"))
    assert "33.3 % of the values look like phone numbers, which must not be sent." in text
    assert "decide about this column by itself" in text
    assert "Suggestion: Do not send." in text


def test_the_first_suggestion_is_to_leave_it_out(client: Client) -> None:
    maker = at_columns(client, MIXED)
    assert "Take the first suggestion" in words(maker.get("step_columns"))
    maker.post("step_columns", {"do": "first"})
    batch = fresh(maker.batch)
    assert (batch.mapping.get("columns", []), batch.not_sent) == ([], ["reach"])


def test_who_has_looked_may_send_it(client: Client) -> None:
    maker = at_columns(client, MIXED)
    signal: dict[str, Any] = {"action": "signal", "key": "reach"}
    assert send(maker, REACH, **signal).status_code == 422
    assert send(maker, REACH, **signal, not_personal="on").status_code == 302
    assert [entry["column"] for entry in fresh(maker.batch).mapping["columns"]] == ["reach"]


def test_ids_among_which_some_look_like_phone_numbers_identify_people_all_the_same(client: Client) -> None:
    ids = "\n".join(["crm_id,tier", *(f"{n % 3}0{n:09d},gold" for n in range(30))]).encode() + b"\n"
    maker = at_columns(client, ids)
    assert Columns(maker.batch).personal("crm_id") is None

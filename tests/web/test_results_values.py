"""S6: the values that most rows have, who gets traits by them, and three real examples of every reason; for makers."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ingest.models import ColumnValues
from ingest.services import check as checks
from tests import factories
from tests.services import working
from tests.web.journey import Maker, maker_with, words

pytestmark = pytest.mark.django_db
HEADER = b"crm_id,tier,city\n"
TRAITS = {**factories.MAPPING, "columns": [
    {"column": "tier", "action": "trait_if", "values": {"gold": {"add": [1001]}}},
    {"column": "city", "action": "signal", "key": "city"},
]}  # fmt: skip
ROWS = HEADER + b"A-1,gold,Rome\nA-2,gold,Rome\nA-3,silver,<b>Bari</b>\nA-4,silver,<b>Bari</b>\n,gold,Rome\n"


def _at_results(client: Client, content: bytes = ROWS, mapping: Any = TRAITS) -> Maker:
    where = factories.workspace(max_left_out_percent=100)
    factories.trait(where, 1001, name="Gold members")
    made = maker_with(client, content, where=where, mapping=mapping, name="Loyalty")
    working.work(checks.start(made.batch, actor=made.batch.maker, now=timezone.now()))
    made.batch.refresh_from_db()
    return made


def test_a_maker_reads_how_many_rows_have_a_value_and_how_many_people_get_its_trait(client: Client) -> None:
    page = _at_results(client).get("results")
    assert "gold 3 – gives Gold members (1001): 2 people silver 2" in words(page)
    assert "Rome 3" in words(page)
    assert "&lt;b&gt;Bari&lt;/b&gt;</code> 2" in page.content.decode()


def test_where_there_are_more_values_it_is_said_how_many(client: Client) -> None:
    rows = b"".join(b"A-%d,gold,city %d\n" % (number, number % 7) for number in range(21))
    page = words(_at_results(client, HEADER + rows).get("results"))
    assert "city 0 3 city 1 3 city 2 3 city 3 3 city 4 3 and 2 others" in page


@pytest.mark.parametrize("role", ["approver", "admin", None])
def test_nobody_else_reads_a_value(client: Client, role: str | None) -> None:
    maker = _at_results(client)
    assert ColumnValues.objects.exists()
    other = factories.member(maker.batch.workspace, "Wei", roles=(role,) if role else ())
    client.force_login(other, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = words(maker.get("results"))
    columns = page[page.index("What stands in 3 columns") : page.index("What Adobe will answer")]
    assert not [value for value in ("gold", "silver", "Rome", "Bari", "Gold members") if value in columns]


def test_a_reason_shows_three_rows_or_more_with_what_stood_there_and_what_to_do(client: Client) -> None:
    rows = b"A-1,gold,Rome\n" + b"".join(b"ada%d@example.com,gold,Rome\n" % number for number in range(7))
    page = _at_results(client, HEADER + rows).get("results").content.decode()
    (reason,) = re.findall(r'<details class="reason">.*?</details>', page, re.DOTALL)
    assert "What to do:" in reason
    shown = re.findall(r'data-label="Row">(\d+)</td>', reason)
    assert shown[:3] == ["3", "4", "5"]
    for number in range(3):
        assert f"ada{number}@example.com" in reason

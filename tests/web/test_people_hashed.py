"""From a column of addresses to hashed ones: the page of IDs comes with that answer."""

import pytest
from django.test import Client

from tests.web.journey import EVERYTHING, chosen, maker_with_everything, of_kind, words

pytestmark = pytest.mark.django_db


def test_the_way_from_a_column_of_addresses_has_hashing_chosen(client: Client) -> None:
    maker = maker_with_everything(client)
    of_kind(maker, "traits", id={"column": "crm_id", "type": "customer_id"})
    place = EVERYTHING.partition(b"\n")[0].split(b",").index(b"email")
    page = maker.get("people_ids", f"?hashed={place}")
    assert (chosen(page, "id_type"), chosen(page, "id_column")) == ("hashed_email", "email")
    assert "The data source is asked anew." in words(page)
    for nothing in ("0", "99", "x"):
        page = maker.get("people_ids", f"?hashed={nothing}")
        assert (chosen(page, "id_type"), chosen(page, "id_column")) == ("customer_id", "crm_id")
        assert "asked anew" not in words(page)


def test_the_link_of_a_column_of_addresses_leads_there(client: Client) -> None:
    maker = maker_with_everything(client)
    of_kind(maker, "traits", id={"column": "crm_id", "type": "customer_id"}, dpid=478, mode="sync")
    assert f'href="{maker.url("people_ids")}?hashed=1"' in maker.get("step_columns").content.decode()

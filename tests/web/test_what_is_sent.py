"""Before people ask, and before they decide: what exactly is sent, what is taken away, where it goes."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch
from tests import factories
from tests.services import working
from tests.services.test_column_details import _traits

pytestmark = pytest.mark.django_db
TAKES = {**factories.MAPPING, "columns": [_traits(gold={"add": [7]}, none={"remove": [7, 8]})]}
GIVES = {**factories.MAPPING, "columns": [_traits(gold={"add": [7]})]}


def _page(client: Client, name: str, mapping: dict[str, Any]) -> tuple[str, Batch]:
    """The page as its reader has it: the maker's before asking, the approver's before deciding."""
    batch = working.checked(mapping=mapping)
    factories.trait(batch.workspace, 7, "Gold customers")
    reader = batch.maker
    if name == "approval":
        Batch.objects.filter(pk=batch.pk).update(state="waiting", state_at=timezone.now())
        reader = factories.member(batch.workspace, "Wei", roles=("approver",))
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse(name, args=[batch.workspace.slug, batch.number])).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)), batch


@pytest.mark.parametrize("name", ["submit", "approval"])
def test_values_are_shown_with_their_traits(client: Client, name: str) -> None:
    text, _batch = _page(client, name, TAKES)
    assert "gold → gives Gold customers (7)" in text
    assert "none → takes away Gold customers (7), a trait that is not in the list (8)" in text


@pytest.mark.parametrize("name", ["submit", "approval"])
def test_nobody_is_told_that_traits_stay_where_some_are_taken_away(client: Client, name: str) -> None:
    text, _batch = _page(client, name, TAKES)
    assert "this takes away 2 traits from those who have them; others that people have stay" in text
    assert "Traits people already have are kept" not in text
    assert "replacing nothing" not in text


def test_the_wish_says_what_is_taken_away(client: Client) -> None:
    text, _batch = _page(client, "approval", TAKES)
    assert "and to take away 2 traits from those who have them." in text
    text, _batch = _page(client, "approval", GIVES)
    assert "replacing nothing" in text


@pytest.mark.parametrize(("name", "times"), [("submit", 1), ("approval", 2)])
def test_the_folder_is_shown_and_asked_about(client: Client, name: str, times: int) -> None:
    text, batch = _page(client, name, GIVES)
    assert batch.destination is not None
    assert text.count(batch.destination.config["folder"]) == times
    assert "Folder: " not in text, "the destination's name says that already"

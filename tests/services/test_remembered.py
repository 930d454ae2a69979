"""Whose earlier answers are offered again: one's own first, whatever colleagues have begun since."""

from datetime import timedelta
from typing import Any

import pytest

from ingest.models import Batch, User, Workspace
from ingest.services.remembered import MOST_ALIKE, MOST_LOOKED_AT, NOTHING, remembered_for
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HEADER, OTHER_HEADER = "a" * 64, "b" * 64


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def mia(where: Workspace) -> User:
    return factories.member(where, "Mia")


@pytest.fixture
def wei(where: Workspace) -> User:
    return factories.member(where, "Wei")


def made(maker: User, where: Workspace, *, minutes: int, header: str = HEADER, **fields: Any) -> Batch:
    one = factories.batch(where, maker, **{"mapping": factories.MAPPING, **fields})
    Batch.objects.filter(pk=one.pk).update(created_at=NOW + timedelta(minutes=minutes), header_sha256=header)
    one.refresh_from_db()
    return one


def test_the_first_transfer_of_a_workspace_remembers_nothing(where: Workspace, mia: User) -> None:
    assert remembered_for(made(mia, where, minutes=0)) == (NOTHING, NOTHING)


def test_ones_own_answers_are_found_below_drafts_of_colleagues_that_say_nothing_yet(
    where: Workspace, mia: User, wei: User
) -> None:
    own = made(mia, where, minutes=0)
    for number in range(MOST_LOOKED_AT + MOST_ALIKE + 2):
        made(wei, where, minutes=1 + number, mapping={})
    mine, of_workspace = remembered_for(made(mia, where, minutes=100))
    assert mine.batch == own
    assert mine.is_same_header
    assert of_workspace == NOTHING, "there are too many drafts to look below them for everybody"


def test_a_colleagues_newer_answers_are_the_workspaces_and_not_ones_own(where: Workspace, mia: User, wei: User) -> None:
    own, newer = made(mia, where, minutes=0), made(wei, where, minutes=1)
    mine, of_workspace = remembered_for(made(mia, where, minutes=2))
    assert (mine.batch, of_workspace.batch) == (own, newer)


def test_the_same_columns_come_before_newer_ones_with_others(where: Workspace, mia: User, wei: User) -> None:
    same = made(wei, where, minutes=0)
    own = made(mia, where, minutes=1, header=OTHER_HEADER)
    mine, of_workspace = remembered_for(made(mia, where, minutes=2))
    assert (mine.batch, mine.is_same_header) == (own, False)
    assert (of_workspace.batch, of_workspace.is_same_header) == (same, True)


def test_ones_own_answers_for_the_same_columns_serve_as_both(where: Workspace, mia: User, wei: User) -> None:
    made(wei, where, minutes=0)
    own = made(mia, where, minutes=1)
    mine, of_workspace = remembered_for(made(mia, where, minutes=2))
    assert mine.batch == of_workspace.batch == own

"""Whose earlier answers are offered again: one's own first, whatever colleagues have begun since."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from ingest.lifecycle import BatchState
from ingest.models import Batch, Upload, User, Workspace
from ingest.services.answers import change
from ingest.services.earlier import MOST_ALIKE
from ingest.services.people import remembered_batch
from ingest.services.remembered import MOST_LOOKED_AT, NOTHING, known_keys, remembered_for
from ingest.services.upload_earlier import earlier_use
from tests import factories
from tests.factories import NOW
from tests.services import working

pytestmark = pytest.mark.django_db
HEADER, OTHER_HEADER = "a" * 64, "b" * 64
COLUMNS = ("crm_id", "tier")


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
    assert remembered_for(made(mia, where, minutes=0), COLUMNS) == (NOTHING, NOTHING)


def test_ones_own_answers_are_found_below_drafts_of_colleagues_that_say_nothing_yet(
    where: Workspace, mia: User, wei: User
) -> None:
    own = made(mia, where, minutes=0)
    for number in range(MOST_LOOKED_AT + MOST_ALIKE + 2):
        made(wei, where, minutes=1 + number, mapping={})
    mine, of_workspace = remembered_for(made(mia, where, minutes=100), COLUMNS)
    assert mine.batch == own
    assert mine.is_same_header
    assert of_workspace == NOTHING, "there are too many drafts to look below them for everybody"


def test_a_colleagues_newer_answers_are_the_workspaces_and_not_ones_own(where: Workspace, mia: User, wei: User) -> None:
    own, newer = made(mia, where, minutes=0), made(wei, where, minutes=1)
    mine, of_workspace = remembered_for(made(mia, where, minutes=2), COLUMNS)
    assert (mine.batch, of_workspace.batch) == (own, newer)


def test_the_same_columns_come_before_newer_ones_with_others(where: Workspace, mia: User, wei: User) -> None:
    same = made(wei, where, minutes=0)
    own = made(mia, where, minutes=1, header=OTHER_HEADER)
    mine, of_workspace = remembered_for(made(mia, where, minutes=2), COLUMNS)
    assert (mine.batch, mine.is_same_header) == (own, False)
    assert (of_workspace.batch, of_workspace.is_same_header) == (same, True)


def test_ones_own_answers_for_the_same_columns_serve_as_both(where: Workspace, mia: User, wei: User) -> None:
    made(wei, where, minutes=0)
    own = made(mia, where, minutes=1)
    mine, of_workspace = remembered_for(made(mia, where, minutes=2), COLUMNS)
    assert mine.batch == of_workspace.batch == own


def test_the_same_file_comes_before_the_same_columns_wherever_an_earlier_transfer_is_named(
    where: Workspace, mia: User, wei: User
) -> None:
    october, november = b"crm_id,tier\n1,gold\n", b"crm_id,tier\n2,gold\n"
    files = [factories.upload(where, owner, content) for owner, content in ((wei, october), (mia, november))]
    Upload.objects.update(created_at=NOW - timedelta(days=9), completed_at=NOW - timedelta(days=9))
    same_file = made(wei, where, minutes=0, upload=files[0])
    own = made(mia, where, minutes=1, upload=files[1])
    again = made(mia, where, minutes=2, mapping={}, upload=factories.upload(where, mia, october))
    assert [kept.batch for kept in remembered_for(again, COLUMNS)] == [None, same_file]
    found = earlier_use(again.upload, again)  # type: ignore[arg-type]
    assert (found and found.batch, remembered_batch(again)) == (same_file, same_file)
    # of several that had it the same one is named, whichever was uploaded last
    newest = made(wei, where, minutes=3, mapping={}, upload=factories.upload(where, wei, october))
    third = made(mia, where, minutes=4, mapping={}, upload=factories.upload(where, mia, october))
    Upload.objects.filter(batches=newest).update(created_at=NOW - timedelta(days=1))
    found = earlier_use(third.upload, third)  # type: ignore[arg-type]
    assert (found and found.batch, remembered_batch(third)) == (same_file, same_file)
    other = made(mia, where, minutes=5, mapping={}, upload=factories.upload(where, mia, b"crm_id,tier\n3,tin\n"))
    assert (remembered_batch(other), remembered_for(other, COLUMNS)[0].batch) == (own, own)


def matched(*columns: str) -> dict[str, Any]:
    entries = [{"column": name, "action": "signal", "key": name} for name in columns]
    return {**factories.MAPPING, "columns": entries}


FILE = ("crm_id", "tier", "city", "vip", "store", "age")


def test_of_transfers_with_other_columns_the_one_with_most_in_common_is_taken(where: Workspace, mia: User) -> None:
    alike = made(mia, where, minutes=0, header=OTHER_HEADER, mapping=matched(*FILE[1:5]))
    made(mia, where, minutes=1, header="c" * 64, mapping=matched(*FILE[1:4]))
    made(mia, where, minutes=2, header="d" * 64, mapping=matched("sku", "price"))
    mine, of_workspace = remembered_for(made(mia, where, minutes=3), FILE)
    assert (mine.batch, of_workspace.batch) == (alike, alike)


def test_a_transfer_of_an_altogether_different_file_is_not_remembered(where: Workspace, mia: User) -> None:
    made(mia, where, minutes=0, header=OTHER_HEADER, mapping=matched("tier", "sku", "price"))
    assert remembered_for(made(mia, where, minutes=1), FILE) == (NOTHING, NOTHING)


def test_of_equals_the_one_that_was_sent_comes_before_newer_drafts(where: Workspace, mia: User) -> None:
    sent = working.sending(workspace=where).batch
    then = {"state": BatchState.SENT, "state_at": NOW, "created_at": NOW, "mapping": matched(*FILE[1:5])}
    Batch.objects.filter(pk=sent.pk).update(maker=mia, header_sha256=OTHER_HEADER, **then)
    made(mia, where, minutes=1, header=OTHER_HEADER, mapping=matched(*FILE[1:5]))
    mine, _ = remembered_for(made(mia, where, minutes=2), FILE)
    assert mine.batch == sent


def test_transfers_that_are_begun_later_change_nothing(where: Workspace, mia: User) -> None:
    earlier = made(mia, where, minutes=0)
    now = made(mia, where, minutes=1)
    made(mia, where, minutes=2)
    mine, of_workspace = remembered_for(now, COLUMNS)
    assert mine.batch == of_workspace.batch == earlier


def test_an_older_draft_that_is_still_worked_on_changes_nothing_of_a_newer_one(where: Workspace, mia: User) -> None:
    sent, draft = made(mia, where, minutes=0), made(mia, where, minutes=1)
    newer = made(mia, where, minutes=2, mapping={})
    assert remembered_for(newer, COLUMNS)[0].batch == draft
    mapping = {**factories.MAPPING, "columns": []}
    change(draft, actor=mia, now=NOW + timedelta(minutes=3), mapping=mapping)
    assert remembered_for(newer, COLUMNS)[0].batch == sent
    change(draft, actor=mia, now=NOW + timedelta(minutes=4), mapping=dict(factories.MAPPING))
    assert remembered_for(newer, COLUMNS)[0].batch == sent
    # for whatever begins afterwards it counts
    assert remembered_for(made(mia, where, minutes=5), COLUMNS)[0].batch == draft


def test_what_was_found_once_is_only_looked_at_again(
    where: Workspace, mia: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made(mia, where, minutes=0)
    now = made(mia, where, minutes=1, upload=factories.upload(where, mia))
    found = remembered_for(now, COLUMNS)
    with django_assert_num_queries(1):
        assert remembered_for(now, COLUMNS) == found


def test_what_was_found_once_is_forgotten_with_its_answers_and_with_it(where: Workspace, mia: User) -> None:
    first, second, third = (made(mia, where, minutes=minutes) for minutes in range(3))
    now = made(mia, where, minutes=3, mapping={}, upload=factories.upload(where, mia))
    assert remembered_for(now, COLUMNS)[0].batch == third
    change(third, actor=mia, now=NOW + timedelta(minutes=4), mapping={**factories.MAPPING, "columns": []})
    assert remembered_for(now, COLUMNS)[0].batch == second
    second.delete()
    assert remembered_for(now, COLUMNS)[0].batch == first


def test_what_was_found_for_one_file_is_not_offered_for_the_next(where: Workspace, mia: User) -> None:
    made(mia, where, minutes=0, header=OTHER_HEADER, mapping=matched(*FILE[1:5]))
    now = made(mia, where, minutes=1, upload=factories.upload(where, mia))
    assert remembered_for(now, FILE)[0].batch is not None
    assert remembered_for(now, ("sku", "price")) == (NOTHING, NOTHING)


def test_keys_follow_what_is_answered_elsewhere(where: Workspace, mia: User) -> None:
    other = made(mia, where, minutes=0, mapping=matched("tier", "city"))
    now = made(mia, where, minutes=1, mapping={})
    assert known_keys(now) == ["tier", "city"]
    change(other, actor=mia, now=NOW + timedelta(minutes=2), mapping=matched("city"))
    assert known_keys(now) == ["city"]

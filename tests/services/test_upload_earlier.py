"""What the page for a new file offers of those that are there already."""

import pytest

from ingest.models import Batch, Check, User, Workspace
from ingest.services import upload_spool
from ingest.services.upload import open_upload
from ingest.services.upload_earlier import unfinished, unused
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def owner(where: Workspace) -> User:
    return factories.member(where)


def test_what_has_arrived_counts_before_the_row_says_so(where: Workspace, owner: User) -> None:
    receiving = open_upload(where, owner=owner, name="customers.csv", size=100, now=NOW)
    upload_spool.note(receiving.pk, 7)
    assert [one.received_bytes for one in unfinished(where, owner, now=NOW)] == [7]


def test_files_that_checks_have_used_up_are_not_offered_again(where: Workspace, owner: User) -> None:
    original, merged, corrected, another = (factories.upload(where, owner) for _ in range(4))
    batch = factories.batch(where, owner, upload=original)
    factories.finished_check(batch)
    Check.objects.filter(batch=batch).update(corrections=corrected)
    Batch.objects.filter(pk=batch.pk).update(upload=merged)
    assert unused(where, owner, now=NOW) == [another]

"""The database refuses by itself what the life cycle forbids, whoever writes to it and with whatever tool."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ingest.lifecycle import FINISHED, BatchState
from ingest.models import Batch, DeliveredPart
from tests import factories
from tests.services import working
from tests.services.test_lifecycle import batch_in

pytestmark = pytest.mark.django_db


def _refused(statement: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount == 1, "the statement has to meet its row"
    except IntegrityError:
        return True
    return False


def _set(table: str, column: str, value: str) -> str:
    return f"UPDATE ingest_{table} SET {column} = {value} WHERE id = %s"  # noqa: S608 - parts are of this file


WITH_RESULT = [state for state in BatchState if state not in {"draft", "checking", "cancelled"}]
PREPARING = ["draft", "checking", "checked"]
DECIDED = ["approved", "sending", "sent", "partly_sent", "failed"]
SENDING = ["sending", "sent", "partly_sent", "failed"]


@pytest.mark.parametrize("state", WITH_RESULT)
def test_a_batch_that_was_not_checked_cannot_get_past_a_draft(state: str) -> None:
    batch = working.draft()
    assert _refused("UPDATE ingest_batch SET state = %s WHERE id = %s", state, batch.pk)


@pytest.mark.parametrize("state", ["waiting", *DECIDED])
def test_a_batch_without_a_destination_cannot_be_submitted(state: str) -> None:
    batch = batch_in(BatchState.CHECKED)
    assert _refused("UPDATE ingest_batch SET state = %s, destination_id = NULL WHERE id = %s", state, batch.pk)


@pytest.mark.parametrize("state", DECIDED)
def test_a_batch_without_a_decision_is_never_approved(state: str) -> None:
    batch = batch_in(BatchState.WAITING)
    assert _refused("UPDATE ingest_batch SET state = %s, decision_id = NULL WHERE id = %s", state, batch.pk)


@pytest.mark.parametrize("state", SENDING)
def test_a_batch_without_a_delivery_is_never_sent(state: str) -> None:
    batch = batch_in(BatchState.APPROVED)
    assert _refused("UPDATE ingest_batch SET state = %s, delivery_id = NULL WHERE id = %s", state, batch.pk)


NEVER_OF_A_PRACTICE = [state for state in BatchState if state not in FINISHED and state not in PREPARING] + ["sent"]


@pytest.mark.parametrize("state", NEVER_OF_A_PRACTICE)
def test_a_practice_run_is_never_sent_whoever_writes_to_the_database(state: str) -> None:
    batch = batch_in(BatchState(state))
    assert _refused("UPDATE ingest_batch SET is_practice = %s WHERE id = %s", True, batch.pk)
    practised = batch_in(BatchState.PRACTISED)
    assert _refused("UPDATE ingest_batch SET state = %s WHERE id = %s", state, practised.pk)


@pytest.mark.parametrize("column", ["destination_id", "decision_id", "delivery_id"])
def test_a_practice_run_goes_nowhere(column: str) -> None:
    batch = batch_in(BatchState.SENT)
    practised = batch_in(BatchState.PRACTISED)
    statement = f"UPDATE ingest_batch SET {column} = %s WHERE id = %s"  # noqa: S608 - parts are of this file
    assert _refused(statement, getattr(batch, column), practised.pk)


def test_only_a_practice_run_ends_as_one() -> None:
    batch = batch_in(BatchState.CHECKED)
    assert _refused("UPDATE ingest_batch SET state = 'practised' WHERE id = %s", batch.pk)


@pytest.mark.parametrize(
    ("column", "state"), [("result_id", "checked"), ("decision_id", "approved"), ("delivery_id", "sending")]
)
def test_what_a_state_stands_on_cannot_be_taken_away(column: str, state: BatchState) -> None:
    batch = batch_in(state)
    assert _refused(_set("batch", column, "NULL"), batch.pk)


@pytest.mark.parametrize("table", ["batch", "check", "deliveredpart", "job", "upload"])
def test_a_state_that_there_is_not_is_refused(table: str) -> None:
    delivery = working.sending()
    part = delivery.parts.all()[0]
    rows: dict[str, Any] = {
        "batch": delivery.batch_id, "check": delivery.decision.check_run_id, "deliveredpart": part.pk,
        "job": working.job_of(part).pk, "upload": delivery.batch.upload_id,
    }  # fmt: skip
    key = rows[table].hex if table == "upload" and connection.vendor == "sqlite" else rows[table]
    assert _refused(_set(table, "state", "'approved by me'"), key)


def test_a_maker_never_approves_their_own_batch() -> None:
    batch = working.approved()
    assert _refused("UPDATE ingest_decision SET approver_id = maker_id WHERE id = %s", batch.decision_id)


def test_changes_are_asked_for_with_a_reason() -> None:
    batch = working.approved()
    assert _refused("UPDATE ingest_decision SET verdict = 'changes_needed' WHERE id = %s", batch.decision_id)


def test_no_row_of_a_finished_check_vanishes() -> None:
    batch = working.checked()
    assert _refused("UPDATE ingest_check SET rows = rows + 1 WHERE id = %s", batch.result_id)


@pytest.mark.parametrize("column", ["records", "stored_bytes"])
def test_no_part_is_empty(column: str) -> None:
    part = working.checked().result.parts.all()[0]  # type: ignore[union-attr]
    assert _refused(_set("part", column, "0"), part.pk)


def test_a_part_is_sent_only_when_it_was_verified() -> None:
    part = working.sending().parts.all()[0]
    assert _refused("UPDATE ingest_deliveredpart SET state = 'sent' WHERE id = %s", part.pk)


def test_two_checks_of_a_batch_cannot_be_open_at_once() -> None:
    first = factories.finished_check(working.draft())
    second = factories.finished_check(first.batch)
    assert not _refused("UPDATE ingest_check SET state = 'queued' WHERE id = %s", first.pk)
    assert _refused("UPDATE ingest_check SET state = 'running' WHERE id = %s", second.pk)


def test_a_job_and_a_name_of_a_file_exist_once() -> None:
    delivery = working.sending()
    first, second = delivery.parts.all()
    assert _refused(
        "UPDATE ingest_job SET subject_id = %s WHERE kind = 'deliver' AND subject_id = %s", first.pk, second.pk
    )
    assert _refused("UPDATE ingest_deliveredpart SET name = %s WHERE id = %s", first.name, second.pk)
    working.end(delivery)
    other = working.sending(b"other\n", workspace=delivery.workspace)
    assert _refused("UPDATE ingest_delivery SET stamp = %s WHERE id = %s", delivery.stamp, other.pk)


def test_an_approval_has_one_delivery() -> None:
    delivery = working.sending()
    working.end(delivery)
    other = working.sending(b"other\n", workspace=delivery.workspace)
    assert _refused("UPDATE ingest_delivery SET decision_id = %s WHERE id = %s", delivery.decision_id, other.pk)


@pytest.mark.django_db(transaction=True)
def test_what_the_events_tell_of_cannot_be_deleted() -> None:
    delivery = working.sending()
    assert _refused("DELETE FROM ingest_batch WHERE id = %s", delivery.batch_id)
    assert Batch.objects.filter(pk=delivery.batch_id).exists()
    assert DeliveredPart.objects.filter(delivery=delivery).count() == 2

"""What was approved is what is sent: whatever is changed behind the portal's back, nothing of it leaves the house."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.models import Batch, Check, Decision, DeliveredPart, Delivery, Destination, Job, Part
from ingest.services import deliver, files
from tests import factories
from tests.services import working
from tests.services.working import NOW, outbox, send_all, state_of

pytestmark = pytest.mark.django_db
ADDED = 'B-9\t"tier"="gold"\n'


def _swap_bytes(delivery: Delivery) -> None:
    """Other bytes of the same length under the key of the last part."""
    with files.local_copy(_last(delivery).key) as path:
        path.write_bytes(bytes(reversed(path.read_bytes())))


def _swap_for_link(delivery: Delivery) -> None:
    with files.local_copy(_last(delivery).key) as path:
        other = path.with_name("other")
        other.write_text(ADDED, encoding="utf-8")
        path.unlink()
        path.symlink_to(other)


def _append_bytes(delivery: Delivery) -> None:
    with files.local_copy(_last(delivery).key) as path, path.open("ab") as file:
        file.write(ADDED.encode())


def _remove_file(delivery: Delivery) -> None:
    files.remove(_last(delivery).key)


def _edit_checksum(delivery: Delivery) -> None:
    Part.objects.filter(pk=_last(delivery).pk).update(sha256="1" * 64)


def _edit_checksum_and_file(delivery: Delivery) -> None:
    """Everything about the part fits together, but for the approval."""
    path = files.scratch_folder() / "attack"
    path.write_text(ADDED, encoding="utf-8")
    digest = files.sha256_of(path)
    files.put_away(path, files.part_key(digest))
    Part.objects.filter(pk=_last(delivery).pk).update(
        sha256=digest, key=files.part_key(digest), stored_bytes=len(ADDED), content_sha256=digest
    )


def _edit_key(delivery: Delivery) -> None:
    path = files.scratch_folder() / "attack"
    path.write_text(ADDED, encoding="utf-8")
    files.put_away(path, "parts/00/attack")
    Part.objects.filter(pk=_last(delivery).pk).update(key="parts/00/attack")


def _drop_part(delivery: Delivery) -> None:
    DeliveredPart.objects.filter(part=_last(delivery)).delete()
    Part.objects.filter(pk=_last(delivery).pk).delete()


def _change_mapping(delivery: Delivery) -> None:
    Batch.objects.filter(pk=delivery.batch_id).update(mapping={**factories.MAPPING, "dpid": 479})


def _change_checked_mapping(delivery: Delivery) -> None:
    Check.objects.filter(pk=delivery.decision.check_run_id).update(mapping={**factories.MAPPING, "mode": "overwrite"})


def _break_mapping(delivery: Delivery) -> None:
    Batch.objects.filter(pk=delivery.batch_id).update(mapping={})


def _change_folder(delivery: Delivery) -> None:
    other = factories.destination(delivery.workspace)
    Destination.objects.filter(pk=delivery.destination_id).update(config=other.config)


def _change_environment(delivery: Delivery) -> None:
    Destination.objects.filter(pk=delivery.destination_id).update(environment="production")


def _break_destination(delivery: Delivery) -> None:
    Destination.objects.filter(pk=delivery.destination_id).update(config={"folder": 5})


def _choose_another_destination(delivery: Delivery) -> None:
    other = factories.destination(delivery.workspace, "production")
    Batch.objects.filter(pk=delivery.batch_id).update(destination=other)


def _void(delivery: Delivery) -> None:
    Decision.objects.filter(pk=delivery.decision_id).update(voided_at=NOW)


def _turn_round(delivery: Delivery) -> None:
    Decision.objects.filter(pk=delivery.decision_id).update(verdict="changes_needed", reason="no")


def _make_it_ones_own(delivery: Delivery) -> None:
    """The approver becomes the maker."""
    Batch.objects.filter(pk=delivery.batch_id).update(maker=delivery.decision.approver)


def _another_result(delivery: Delivery) -> None:
    batch = Batch.objects.get(pk=delivery.batch_id)
    factories.finished_check(batch, parts=[ADDED.encode()])


def _last(delivery: Delivery) -> Part:
    return delivery.decision.check_run.parts.order_by("number")[1]


ATTACKS: dict[str, tuple[Callable[[Delivery], None], str]] = {
    "other bytes": (_swap_bytes, "parts"),
    "a link": (_swap_for_link, "parts"),
    "more bytes": (_append_bytes, "parts"),
    "no bytes": (_remove_file, "parts"),
    "another checksum": (_edit_checksum, "parts"),
    "another file with its checksum": (_edit_checksum_and_file, "parts"),
    "another key": (_edit_key, "parts"),
    "a part less": (_drop_part, "parts"),
    "another mapping": (_change_mapping, "mapping"),
    "another mapping of the check": (_change_checked_mapping, "mapping"),
    "no mapping": (_break_mapping, "mapping"),
    "another folder": (_change_folder, "destination"),
    "another environment": (_change_environment, "destination"),
    "settings that are none": (_break_destination, "destination"),
    "another destination": (_choose_another_destination, "destination"),
    "a void approval": (_void, "approval"),
    "a refusal": (_turn_round, "approval"),
    "one's own approval": (_make_it_ones_own, "approval"),
    "another result": (_another_result, "result"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_changed_after_sending_began_is_not_sent(attack: str) -> None:
    delivery = working.sending()
    folders = _folders()
    do, _what = ATTACKS[attack]
    do(delivery)
    send_all(delivery)
    assert [path for folder in folders | _folders() for path in folder.iterdir()] == []
    decision = Decision.objects.get(pk=delivery.decision_id)
    assert (state_of(delivery.batch), decision.voided_at is not None) == ("checked", True)
    kinds = working.kinds(delivery.batch)
    assert kinds[0] == "batch.send"
    assert kinds[-1] == "batch.void"
    assert "part.sent" not in kinds
    told = delivery.batch.events.get(kind="batch.void").after
    assert told["reason"] == (_what if attack != "a void approval" else "")


def _folders() -> set[Path]:
    configs = Destination.objects.values_list("config", flat=True)
    return {Path(config["folder"]) for config in configs if isinstance(config["folder"], str)}


ROWS = {name: attack for name, attack in ATTACKS.items() if "bytes" not in name and name != "a link"}


@pytest.mark.parametrize("attack", ROWS)
def test_what_changed_before_sending_began_does_not_begin(attack: str) -> None:
    batch = working.approved()
    assert batch.decision is not None
    assert batch.destination is not None
    # what the attacks need to know of a delivery, without there being one
    planned = Delivery(
        workspace=batch.workspace, batch=batch, decision=batch.decision, destination=batch.destination,
        environment="beta", prefix="x", stamp=1, created_at=NOW,
    )  # fmt: skip
    do, what = ROWS[attack]
    do(planned)
    assert deliver.begin(batch, actor=None, now=NOW) is None
    assert (state_of(batch), batch.decision_id, batch.deliveries.count()) == ("checked", None, 0)
    assert Decision.objects.get(batch=batch).void_reason == (what if attack != "a void approval" else "")
    assert not Job.objects.filter(kind=Job.Kind.DELIVER).exists()


def test_a_part_that_is_changed_after_the_first_was_sent_stays_here() -> None:
    delivery = working.sending()
    first, second = delivery.parts.all()
    working.work(first)
    _swap_bytes(delivery)
    working.work(second)
    assert list(outbox(delivery)) == [first.name]
    assert state_of(delivery.batch) == "partly_sent"
    second.refresh_from_db()
    assert second.problem_code == "approval.changed"
    with pytest.raises(deliver.NotPossible, match="no longer counts"):
        deliver.retry(delivery.batch, actor=delivery.batch.maker, now=NOW)


def test_a_void_approval_is_not_revived_by_an_edited_row() -> None:
    delivery = working.sending()
    _swap_bytes(delivery)
    send_all(delivery)
    Batch.objects.filter(pk=delivery.batch_id).update(state="approved", decision=delivery.decision_id)
    batch = Batch.objects.get(pk=delivery.batch_id)
    assert deliver.begin(batch, actor=None, now=NOW) is None
    assert state_of(batch) == "checked"


def test_a_message_that_is_played_again_sends_nothing_again() -> None:
    delivery = working.sending()
    send_all(delivery)
    sent = outbox(delivery)
    for name in sent:
        (Path(delivery.destination.config["folder"]) / name).unlink()  # the receiver has taken them
    send_all(delivery)
    assert outbox(delivery) == {}
    assert deliver.begin(delivery.batch, actor=None, now=NOW) is None


def test_a_job_that_was_written_by_hand_sends_nothing() -> None:
    """A row for a part of a batch that is not being sent."""
    delivery = working.sending()
    Batch.objects.filter(pk=delivery.batch_id).update(state="checked")
    send_all(delivery)
    assert outbox(delivery) == {}
    assert [part.attempts.count() for part in delivery.parts.all()] == [0, 0]

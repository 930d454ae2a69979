"""Whether what would be sent is what was approved: worked out anew from rows and stored bytes, never believed."""

from collections.abc import Callable

from ingest.crm.mapping import MappingError
from ingest.models import Batch, Check, Decision, Delivery, Part
from ingest.services import files
from ingest.services.destination_digest import destination_sha256
from ingest.services.mapping_digest import mapping_sha256, parts_sha256
from ingest.services.place_changes import place_changers
from ingest.transfer.errors import Misconfigured


class Changed(Exception):
    """Something is not what was approved; `what` is one of approval, result, parts, mapping, destination."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def difference(batch: Batch, decision: Decision) -> str | None:
    """What the rows say that was not approved, or None. The bytes of the parts are for `verify` to look at."""
    check = decision.check_run
    comparisons: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("approval", lambda: _counts(batch, decision)),
        ("result", lambda: batch.result_id == check.pk and check.state == Check.State.FINISHED),
        ("parts", lambda: _same_parts(check, decision)),
        ("mapping", lambda: _same_mapping(batch, check, decision)),
        ("destination", lambda: _same_destination(batch, decision)),
    )
    return next((what for what, is_same in comparisons if not is_same()), None)


def _counts(batch: Batch, decision: Decision) -> bool:
    of_this_batch = batch.decision_id == decision.pk and decision.batch_id == batch.pk
    is_approval = decision.verdict == Decision.Verdict.APPROVED and decision.voided_at is None
    return of_this_batch and is_approval and _by_another(batch, decision)


def _by_another(batch: Batch, decision: Decision) -> bool:
    """Four eyes: the approver neither made nor changed the batch, nor changed where it goes before they decided."""
    approver = decision.approver_id
    if approver in {batch.maker_id, decision.maker_id} or batch.editors.filter(pk=approver).exists():
        return False
    return approver not in place_changers([batch], until=decision.created_at).get(batch.pk, frozenset())


def _same_parts(check: Check, decision: Decision) -> bool:
    parts = list(check.parts.all())
    digest = parts_sha256(part.sha256 for part in parts)
    in_place = all(part.key == files.part_key(part.sha256) for part in parts)
    return in_place and digest == decision.parts_sha256 == check.parts_sha256


def _same_mapping(batch: Batch, check: Check, decision: Decision) -> bool:
    try:
        digests = {mapping_sha256(batch.mapping), mapping_sha256(check.mapping)}
    except MappingError:
        return False
    return digests == {decision.mapping_sha256}


def _same_destination(batch: Batch, decision: Decision) -> bool:
    if batch.destination_id != decision.destination_id:
        return False
    try:
        return destination_sha256(decision.destination) == decision.destination_sha256
    except Misconfigured:
        return False


def verify_destination(delivery: Delivery) -> None:
    """Raise Changed unless settings and secrets are those of the approval, once the place is made of them."""
    if not _same_destination(delivery.batch, delivery.decision):
        raise Changed("destination")


def verify(delivery: Delivery, part: Part, *, told: Callable[[], None]) -> None:
    """Raise Changed unless everything is as approved. To be called right before the first byte of a part leaves.

    As long as no part was sent, the bytes of all of them are hashed: a batch is not begun that cannot be finished.
    """
    batch, decision = delivery.batch, delivery.decision
    what = difference(batch, decision)
    if what is None and delivery.environment != decision.destination.environment:
        what = "destination"
    if what is not None:
        raise Changed(what)
    is_begun = delivery.parts.filter(state="sent").exists()
    for looked_at in [part] if is_begun else decision.check_run.parts.all():
        _verify_bytes(looked_at, told)


def _verify_bytes(part: Part, told: Callable[[], None]) -> None:
    try:
        with files.local_copy(part.key, told=told) as path:
            is_same = path.stat().st_size == part.stored_bytes and files.sha256_of(path, told=told) == part.sha256
    except (files.FileGone, FileNotFoundError):
        is_same = False
    if not is_same:
        raise Changed("parts")

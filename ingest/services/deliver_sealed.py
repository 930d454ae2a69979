"""One encrypted part, sent: sealed for its receiver right before, and known by its checksum before a byte leaves.

No two encryptions of a file are equal. So what an earlier attempt has left at the receiver can't be made once more to
be compared: each attempt writes down what it sends, and whatever any of them wrote down is ours.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from ingest.models import Attempt, DeliveredPart
from ingest.services import files
from ingest.services.deliver_way import Way
from ingest.services.failpoints import failpoint
from ingest.services.sealing import usable_key
from ingest.transfer.base import Receipt, Source
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.openpgp import PublicKey
from ingest.transfer.sealing import seal_source


def delivered(way: Way, *, verify: Callable[[], None]) -> Receipt:
    """Send the part encrypted, or find that an earlier attempt has; what is read is what was approved.

    `verify` is called before anything is sealed where an earlier attempt was lost; else it was called already.
    """
    receipt = _settled(way, _sent_before(way))
    if receipt is not None:
        return receipt
    if way.going.is_unsettled:
        verify()
    key = usable_key(way.going.part.delivery.decision.destination, way.claim.clock())
    with _sealed(way, key) as source:
        failpoint("deliver.sealed")
        _write_down(way, key, source)
        failpoint("deliver.sealed_kept")
        try:
            return way.send(source)
        except TransferFailure as problem:
            # A worker that was frozen with everything behind it but the name may have woken up meanwhile.
            receipt = _settled(way, _sent_before(way)) if problem.code == "conflict" else None
            if receipt is None:
                raise
            return receipt


def _sent_before(way: Way) -> list[Source]:
    """What earlier attempts were about to send, the newest first. There is no such file any more."""
    rows = way.going.part.attempts.exclude(sealed_sha256="").exclude(pk=way.going.attempt.pk).order_by("-number")
    nowhere = files.scratch_folder() / f"no-{way.tag}"
    return [
        Source(nowhere, size or 0, sha256) for size, sha256 in rows.values_list("sealed_bytes", "sealed_sha256")
    ]  # fmt: skip


def _settled(way: Way, candidates: list[Source]) -> Receipt | None:
    """The receipt for what an earlier attempt has sent; None where nothing has the name. Raises `conflict`.

    The destination judges by itself whether it has these bytes already. Where it has none of the name, it asks for
    the file, and that there is none means here that it has to be sealed anew.
    """
    conflict = None
    for source in candidates:
        try:
            return _known(way, way.send(source))
        except TransferFailure as problem:
            if problem.code == "artifact.missing":
                return None
            if problem.code != "conflict":
                raise
            conflict = problem
    if conflict is not None:
        raise conflict
    return None


def _known(way: Way, receipt: Receipt) -> Receipt:
    """The row of the part says what the receiver has, whichever attempt has sent it."""
    with transaction.atomic():
        way.claim.hold()
        sealed = {"sealed_bytes": receipt.size, "sealed_sha256": receipt.sha256}
        DeliveredPart.objects.filter(pk=way.going.part.pk).update(**sealed)
    return receipt


@contextmanager
def _sealed(way: Way, key: PublicKey) -> Iterator[Source]:
    """The encrypted part in a folder of this attempt alone, which is gone afterwards."""
    part = way.going.part.part
    with (
        files.own_scratch(f"deliver-{way.tag}") as folder,
        files.local_copy(part.key, told=way.progress.beat) as path,
    ):
        yield _made(Source(path, part.stored_bytes, part.sha256), key, folder, way)


def _made(plain: Source, key: PublicKey, folder: Path, way: Way) -> Source:
    try:
        return seal_source(plain, key, folder, told=way.progress.beat)
    except OSError as error:
        raise failure("seal.failed", reason=error.strerror or type(error).__name__) from None


def _write_down(way: Way, key: PublicKey, source: Source) -> None:
    """Before the first byte leaves; whoever has lost the job writes nothing."""
    sealed = {"sealed_bytes": source.size, "sealed_sha256": source.sha256}
    with transaction.atomic():
        way.claim.hold()
        Attempt.objects.filter(pk=way.going.attempt.pk).update(**sealed)
        DeliveredPart.objects.filter(pk=way.going.part.pk).update(sealed_for=key.fingerprint, **sealed)

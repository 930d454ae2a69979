"""Whether an object holds the bytes of a part, and how we know."""

import zlib
from collections.abc import Callable

from ingest.transfer.base import Source, VerifyLevel
from ingest.transfer.failures import failure
from ingest.transfer.s3_bucket import Bucket, Held
from ingest.transfer.sending import PlannedFile


def level_of_same(
    bucket: Bucket, key: str, held: Held, source: Source, *, told: Callable[[], None], name: str
) -> VerifyLevel | None:
    """How sure we are that `held` has the bytes of the source; None where it has others.

    A checksum that S3 worked out counts most; the hash that we gave the object with its first byte comes next, since it
    was only completed with right bytes. An object that has neither is read back: an ETag is no hash of its bytes.
    `told` is called while something is read, here or there. Raises Misconfigured `s3.not_comparable` where nothing can
    be known, and whatever reading the source raises.
    """
    if held.size != source.size:
        return None
    if held.sha256 is not None:
        return VerifyLevel.CHECKSUM if held.sha256 == source.sha256 else None
    if held.ours is not None and held.ours != source.sha256:
        return None
    if held.crc32 is not None:
        return VerifyLevel.CHECKSUM if held.crc32 == _crc32_of(source, told) else None
    if held.ours is not None:
        return VerifyLevel.SIZE
    digest = bucket.hash_of(key, name, told)
    if digest is None:
        raise failure("s3.not_comparable", bucket=bucket.place.bucket, name=name)
    return VerifyLevel.READ_BACK if digest == source.sha256 else None


def _crc32_of(source: Source, told: Callable[[], None]) -> int:
    value = 0
    with PlannedFile(source) as planned:
        for piece in planned.pieces():
            value = zlib.crc32(piece, value)
            told()
    return value

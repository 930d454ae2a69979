"""Amazon S3, and servers that speak like it, as a destination."""

import errno
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ingest.transfer.base import CheckStep, Destination, Fence, Present, Progress, Receipt, Source, Target, VerifyLevel
from ingest.transfer.failures import failure
from ingest.transfer.names import temporary_name
from ingest.transfer.s3_bucket import Bucket, Held, NotSeen, crc32_as_s3_has_it, sha256_as_s3_has_it
from ingest.transfer.s3_check import check_bucket
from ingest.transfer.s3_compare import level_of_same
from ingest.transfer.s3_http import Body
from ingest.transfer.s3_place import SMALLEST_PART, S3Place, part_bytes
from ingest.transfer.sending import PlannedFile


class S3Destination(Destination):
    """Delivers into a bucket; see `Destination` for what is promised.

    S3 shows nothing of an object before it is whole, so there is no temporary name: what is unfinished has a number.
    """

    def __init__(self, place: S3Place) -> None:
        self._bucket = Bucket(place)

    def check(self, *, temp_tag: str) -> Sequence[CheckStep]:
        """Reach the server, sign in, write, look, try to overwrite, remove."""
        return check_bucket(self._bucket, temp_tag=temp_tag)

    def look(self, target: Target) -> Present | None:
        """What is there, by its checksum or by the hash that we gave it.

        An account that may not look is told None, as if nothing were there. That leads to sending again, never to a
        second file: S3 is asked to make an object only where there is none, and says so where there is one.
        """
        held = self._bucket.look(self._bucket.place.key(target), target.name)
        return Present(held.size, held.sha256 or held.ours) if isinstance(held, Held) else None

    def holds(self, target: Target) -> bool:
        """Whether there is an object. Raises Misconfigured `s3.denied` for an account that may not look."""
        held = self._bucket.look(self._bucket.place.key(target), target.name)
        if held is NotSeen.DENIED:
            raise failure("s3.denied", bucket=self._bucket.place.bucket, name=target.name)
        return held is not NotSeen.ABSENT

    def deliver(self, source: Source, target: Target, *, temp_tag: str, progress: Progress, fence: Fence) -> Receipt:
        """Send small parts in one request, large ones in pieces; S3 makes the object only if nothing has its key."""
        temporary_name(target.name, temp_tag)  # no name here has the tag in it, and one that is none is still a bug
        return _Delivery(self._bucket, source, target, progress).run(fence)

    def sweep(self, *, older_than: timedelta, now: datetime) -> int:
        """Throw away uploads that were begun `older_than` ago, and probes of killed connection tests.

        S3 keeps no mark on an upload. Ours are known by their keys: our folder, a day, a name.
        """
        latest = now - older_than
        removed = 0
        for found in self._bucket.unfinished():
            if found.since <= latest:
                is_gone = (
                    self._bucket.abandon(found.key, found.upload_id)
                    if found.upload_id
                    else self._bucket.remove(found.key)
                )
                removed += is_gone
        return removed

    def close(self) -> None:
        """Close connections."""
        self._bucket.close()


@dataclass
class _Delivery:
    bucket: Bucket
    source: Source
    target: Target
    progress: Progress
    _told: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.key = self.bucket.place.key(self.target)
        self.about = self.bucket.about(self.target.name, self.source.size)

    def run(self, fence: Fence) -> Receipt:
        level = self._level_of_what_is_there()
        if level is not None:
            return self._receipt(level, already_there=True)
        with PlannedFile(self.source) as planned:
            send = self._send_whole if self.source.size <= SMALLEST_PART else self._send_in_parts
            level = send(planned, fence)
        if level is not None:
            return self._receipt(level, already_there=False)
        return self._receipt(self._level_of_what_took_the_key(), already_there=True)

    def _tell(self, sent: int) -> None:
        """The number never falls, also when the library sends a piece once more."""
        self._told = max(self._told, sent)
        self.progress(self._told)

    def _tell_again(self) -> None:
        self._tell(self._told)

    def _body(self, content: bytes, before: int) -> Body:
        return Body(content, lambda sent: self._tell(before + sent))

    def _send_whole(self, planned: PlannedFile, fence: Fence) -> VerifyLevel | None:
        """The fence is asked when everything was read and found right: nothing of it has left the house by then."""
        content = planned.read(-1)
        body = self._body(content, 0)
        fence()
        answer = self.bucket.put(self.key, body, self.about, self.source.sha256)
        if answer is None:
            return None
        self._tell(self.source.size)
        return self._verified(
            is_acknowledged=answer.get("ChecksumSHA256") == sha256_as_s3_has_it(self.source.sha256),
            checksum_of=lambda held: held.sha256, expected=self.source.sha256,
        )  # fmt: skip

    def _send_in_parts(self, planned: PlannedFile, fence: Fence) -> VerifyLevel | None:
        """The last part is read, and so sent, only after all of the source was found right."""
        upload = self.key, self.bucket.begin(self.key, self.about, self.source.sha256)
        is_done = False
        try:
            parts, crc32 = self._parts(planned, upload)
            fence()
            answer = self.bucket.complete(upload, parts, crc32, self.about)
            is_done = answer is not None
        finally:
            if not is_done:
                self.bucket.abandon(*upload)
        if answer is None:
            return None
        return self._verified(
            is_acknowledged=answer.get("ChecksumCRC32") == crc32_as_s3_has_it(crc32),
            checksum_of=lambda held: held.crc32, expected=crc32,
        )  # fmt: skip

    def _parts(self, planned: PlannedFile, upload: tuple[str, str]) -> tuple[list[Mapping[str, Any]], int]:
        parts: list[Mapping[str, Any]] = []
        sent = crc32 = 0
        size = part_bytes(self.source.size)
        while content := planned.read(size):
            parts.append(self.bucket.part(upload, len(parts) + 1, self._body(content, sent), self.about))
            crc32 = zlib.crc32(content, crc32)
            sent += len(content)
            self._tell(sent)
            del content  # before the next part is read, so that there is one in memory and not two
        return parts, crc32

    def _verified(
        self, *, is_acknowledged: bool, checksum_of: Callable[[Held], str | int | None], expected: str | int
    ) -> VerifyLevel:  # fmt: skip
        """How sure we are. S3 answered that it has the object whole; it is looked at once more where that is allowed.

        S3 refuses bytes that do not fit the checksum it was sent with them, and answers with what it worked out. So
        that answer stands where nobody may look, or where a program has taken the file away at once.
        """
        held = self.bucket.look(self.key, self.target.name)
        answered = VerifyLevel.CHECKSUM if is_acknowledged else VerifyLevel.SIZE
        if not isinstance(held, Held):
            return answered
        if held.size != self.source.size or checksum_of(held) not in {None, expected}:
            raise failure("conflict", name=self.target.name)
        return VerifyLevel.CHECKSUM if checksum_of(held) == expected else answered

    def _level_of_what_is_there(self) -> VerifyLevel | None:
        """None if nothing is there, or nothing may be seen. Raises Permanent `conflict` where other bytes are there."""
        held = self.bucket.look(self.key, self.target.name)
        return self._level_of(held) if isinstance(held, Held) else None

    def _level_of_what_took_the_key(self) -> VerifyLevel:
        """S3 has refused to make the object: whose is the one that is there?"""
        held = self.bucket.look(self.key, self.target.name)
        if isinstance(held, Held):
            return self._level_of(held)
        if held is NotSeen.DENIED:
            raise failure("s3.not_comparable", bucket=self.about.bucket, name=self.target.name)
        # It has gone again; the next attempt finds the key free.
        raise failure("remote.interrupted", name=self.target.name, reason=os.strerror(errno.EEXIST))

    def _level_of(self, held: Held) -> VerifyLevel:
        level = level_of_same(self.bucket, self.key, held, self.source, told=self._tell_again, name=self.target.name)
        if level is None:
            raise failure("conflict", name=self.target.name)
        return level

    def _receipt(self, level: VerifyLevel, *, already_there: bool) -> Receipt:
        return Receipt(
            remote_name=self.bucket.place.address(self.key),
            size=self.source.size,
            sha256=self.source.sha256,
            verify_level=level,
            already_there=already_there,
        )

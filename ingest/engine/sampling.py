"""A first look at a customer file: its head, and enough of the rest to know its encoding."""

from dataclasses import dataclass
from pathlib import Path

from ingest.crm.encoding import EncodingEvidence
from ingest.engine.containers import ByteStream, Container, open_bytes

HEAD_BYTES = 4 * 1024 * 1024
WHOLE_BYTES = 64 * 1024 * 1024
LARGE_HEAD_BYTES = 1024 * 1024
WINDOWS = 32
WINDOW_BYTES = 64 * 1024
STEP_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """The head of the unpacked file, what all that was looked at says about its encoding, and whether that was all."""

    head: bytes
    evidence: EncodingEvidence
    whole: bool
    blank: bool


def take_sample(path: Path, container: Container, max_bytes: int, *, head_only: bool = False) -> Sample:
    """Look at a file: whole up to 64 MiB, windows of larger ones, the head of packed ones. Raises FileProblem.

    `head_only`: the encoding is known, so the head will do unless it is blank.
    """
    if container is Container.PLAIN and path.stat().st_size > WHOLE_BYTES:
        return _of_windows(path)
    most = WHOLE_BYTES if container is Container.PLAIN else HEAD_BYTES
    stream = open_bytes(path, container, max_bytes)
    try:
        return _of_start(stream, most, head_only=head_only)
    finally:
        stream.close()


def _of_start(stream: ByteStream, most: int, *, head_only: bool) -> Sample:
    evidence = EncodingEvidence()
    head = bytearray()
    blank, total = True, 0
    buffer = memoryview(bytearray(STEP_BYTES))
    while total <= most:
        block = _full(stream, buffer)
        if not block:
            return Sample(bytes(head), evidence, whole=True, blank=blank)
        total += len(block)
        evidence.add(block)
        blank = blank and not block.strip()
        head += block[: HEAD_BYTES - len(head)]
        if len(head) == HEAD_BYTES and (evidence.is_settled or (head_only and not blank)):
            break
    return Sample(bytes(head), evidence, whole=False, blank=blank)


def _full(stream: ByteStream, buffer: memoryview) -> bytes:
    """The next full buffer; less only at the end."""
    filled = 0
    while filled < len(buffer) and (length := stream.readinto(buffer[filled:])):
        filled += length
    return bytes(buffer[:filled])


def _of_windows(path: Path) -> Sample:
    size = path.stat().st_size
    evidence = EncodingEvidence()
    with path.open("rb", buffering=0) as file:
        head = file.read(HEAD_BYTES)
        evidence.add(head[:LARGE_HEAD_BYTES])
        blank = not head.strip()
        for window in range(1, WINDOWS + 1):
            file.seek((size - WINDOW_BYTES) * window // WINDOWS)
            block = file.read(WINDOW_BYTES)
            evidence.add(block)
            blank = blank and not block.strip()
    return Sample(head, evidence, whole=False, blank=blank)

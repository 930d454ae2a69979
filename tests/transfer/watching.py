"""A receiver that polls for files, as transfer programs do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.transfer.receivers import Receiver

SECONDS_BETWEEN_LOOKS = 0.002


@dataclass
class Sizes:
    """How large a file was whenever it was seen."""

    looks: int = 0
    seen: set[int] = field(default_factory=set)


@contextmanager
def watched(receiver: Receiver, name: str) -> Iterator[Sizes]:
    """Look for a file every few milliseconds while this lasts, and once more at the end."""
    sizes, is_over = Sizes(), threading.Event()

    def look() -> None:
        sizes.looks += 1
        if name in receiver.everything():
            sizes.seen.add(len(receiver.read(name)))

    def watch() -> None:
        while not is_over.wait(SECONDS_BETWEEN_LOOKS):
            look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield sizes
    finally:
        is_over.set()
        thread.join()
        look()

"""SHA-256 of what is sent or received, worked out beside sending and receiving and not in turn with them."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

_WORTH_A_THREAD: Final = 64 * 1024  # bytes; less is hashed sooner than handed over


class SideHash:
    """A hash that is fed piece by piece; use it as a context manager, one thread at a time.

    A piece is hashed on a second core while the caller goes on. The next one waits for that, so never more than one
    piece is held for it.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._thread: ThreadPoolExecutor | None = None
        self._busy: Future[None] | None = None

    def update(self, piece: bytes) -> None:
        """Take the next piece; nobody may change it afterwards."""
        self.catch_up()
        if len(piece) < _WORTH_A_THREAD:
            self._hash.update(piece)
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="side-hash")
        self._busy = self._thread.submit(self._hash.update, piece)

    def catch_up(self) -> None:
        """Wait until all that was taken is hashed, and let go of it."""
        busy, self._busy = self._busy, None
        if busy is not None:
            busy.result()

    def hexdigest(self) -> str:
        """Of all that was taken: 64 lower-case digits."""
        self.catch_up()
        return self._hash.hexdigest()

    def close(self) -> None:
        """End the thread; calling it again does nothing."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

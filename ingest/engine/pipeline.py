"""Blocks through threads: read, scan and commit in order here, judge in workers, compress in a thread of its own."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from ingest.engine.blocks import DEFAULT_BLOCK_BYTES, Block
from ingest.engine.errors import Cancelled
from ingest.engine.judge import Judge
from ingest.engine.plan import Plan
from ingest.engine.scanner import Scanner

# Seconds after which whoever waits looks whether a job has failed meanwhile.
_LOOK_AGAIN = 0.05

Stop = Callable[[], bool]
Commit = Callable[[Block], None]
# Told the bytes of (decoded) text read so far and the rows committed so far.
Progress = Callable[[int, int], None]
# Told that rows are judged and that files are made of them.
Building = Callable[[], None]


def never() -> bool:
    """Nobody asks to stop."""
    return False


def silent(_bytes_read: int, _rows: int) -> None:
    """Nobody wants to know."""


def nobody() -> None:
    """Nobody wants to know that files are made."""


class Pipeline:
    """Runs the blocks of one file through `workers` judges. Blocks are committed in the order of the file."""

    def __init__(self, plan: Plan, *, workers: int, block_bytes: int = DEFAULT_BLOCK_BYTES, stop: Stop = never) -> None:
        self._plan = plan
        self._stop = stop
        self._workers = workers
        self.judges = [Judge(plan) for _ in range(workers)]
        self._idle: queue.SimpleQueue[Judge] = queue.SimpleQueue()
        for judge in self.judges:
            self._idle.put(judge)
        self._blocks = [Block(block_bytes, len(plan.exact)) for _ in range(workers + 2)]

    def run(
        self,
        scanner: Scanner,
        commit: Commit,
        *,
        limit: int | None = None,
        progress: Progress = silent,
        enough: Stop = never,
    ) -> None:
        """Judge all rows, or the first `limit`, or until `enough`. Raises Cancelled within a block of `stop`."""
        blocks = self._judged_blocks(scanner, limit)
        try:
            for future in blocks:
                if self._stop():
                    raise Cancelled
                commit(future.result())
                progress(scanner.bytes_read, scanner.number)
                if enough():
                    return
        finally:
            blocks.close()

    def _judged_blocks(self, scanner: Scanner, limit: int | None) -> Generator[Future[Block], None, None]:
        """Blocks in order. A block is used again once the next one is asked for."""
        rows = 0
        waiting: deque[Future[Block]] = deque()
        free = deque(self._blocks)
        with ThreadPoolExecutor(self._workers, thread_name_prefix="judge") as pool:
            while limit is None or rows < limit:
                if not free:
                    yield waiting[0]
                    free.append(waiting.popleft().result())
                block = free.popleft()
                if not scanner.fill(block, most_rows=None if limit is None else limit - rows):
                    break
                rows += block.count
                waiting.append(pool.submit(self._judge, block))
            while waiting:
                yield waiting.popleft()

    def _judge(self, block: Block) -> Block:
        judge = self._idle.get()
        try:
            return judge.judge(block)
        finally:
            self._idle.put(judge)


class Background:
    """One thread that does jobs in order; a failure is raised at the next call."""

    def __init__(self, name: str, depth: int = 4) -> None:
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(depth)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._failure is None:
                try:
                    job()
                except BaseException as failure:  # noqa: BLE001 - raised again in the thread that waits
                    self._failure = failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def do(self, job: Callable[[], None]) -> None:
        """Queue a job; waits while the queue is full."""
        self._raise()
        self._jobs.put(job)

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def settle(self) -> None:
        """Wait until all jobs so far are done; more may follow."""
        settled = threading.Event()
        self._jobs.put(settled.set)
        while not settled.wait(_LOOK_AGAIN):
            self._raise()
        self._raise()

    def finish(self) -> None:
        """Wait until all jobs are done."""
        self._stop()
        self._raise()

    def _stop(self) -> None:
        self._jobs.put(None)
        self._thread.join()

"""What a destination is: the one interface over which bytes leave the house."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.transfer.names import check_remote_name
from ingest.transfer.words import Message

Progress = Callable[[int], None]
"""Is told after every piece how many bytes of the part were sent so far. The number never falls; it is told again while
a destination reads back, so that a caller can prolong its lease here. Whatever it raises stops the transfer."""

Fence = Callable[[], None]
"""Is called once, when everything is at the receiver under a temporary name and right before the final one. It raises
where the caller may no longer send; then nothing gets the final name."""


class VerifyLevel(IntEnum):
    """How sure we are that the receiver holds the bytes that were approved; a higher level implies the lower ones."""

    SIZE = 1
    """The receiver says that the file has the right size."""
    CHECKSUM = 2
    """The receiver worked out a checksum of what it holds, and it is the right one."""
    READ_BACK = 3
    """The bytes were read back and hashed on our side."""


@dataclass(frozen=True)
class Source:
    """The bytes to be sent: a file, and what was approved of it. `size` is in bytes, `sha256` 64 lower-case digits."""

    path: Path
    size: int
    sha256: str


@dataclass(frozen=True)
class Target:
    """Where a part goes inside a destination. Raises Permanent `name.unusable` for a name that is none.

    `day` is the day in UTC under which receivers with a folder a day (`date=2026-01-31/`) keep the file. It is fixed
    with the name when the delivery is made, so that a second try after midnight does not send the file twice.
    """

    name: str
    day: date

    def __post_init__(self) -> None:
        check_remote_name(self.name)


@dataclass(frozen=True)
class Present:
    """What a destination holds under a name; `sha256` is None where it cannot be known."""

    size: int
    sha256: str | None


@dataclass(frozen=True)
class Receipt:
    """A part is at the receiver under its final name, whole.

    `remote_name` is the full place as an administrator would look for it. `already_there`: an earlier attempt had
    delivered the same bytes, and nothing was sent.
    """

    remote_name: str
    size: int
    sha256: str
    verify_level: VerifyLevel
    already_there: bool


class StepOutcome(Enum):
    """How a step of a connection test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class CheckStep:
    """A step of a connection test: what was tried, how it ended, and why.

    `advice` is there where it failed, and `problem` is then the code of the failure; `code` is that of the step.
    """

    code: str
    label: Message
    outcome: StepOutcome
    result: Message
    advice: Message | None = None
    problem: str = ""


class Destination(ABC):
    """A place that takes whole files. Use it as a context manager; one thread at a time.

    All methods raise Transient, Permanent or Misconfigured. Nothing is connected before the first call. Every
    implementation passes `tests/transfer/test_contract.py`.
    """

    @abstractmethod
    def check(self, *, temp_tag: str) -> Sequence[CheckStep]:
        """Test the connection with a probe that is gone afterwards; what goes wrong is a failed step, not raised."""

    @abstractmethod
    def look(self, target: Target) -> Present | None:
        """What is there under the final name, or None. An attempt whose end is unknown is settled by this."""

    def holds(self, target: Target) -> bool:
        """Whether there is anything under the final name; where that can be told without reading it, without."""
        return self.look(target) is not None

    @abstractmethod
    def deliver(self, source: Source, target: Target, *, temp_tag: str, progress: Progress, fence: Fence) -> Receipt:
        """Send the source so that it is under its final name whole, once, or not at all.

        The final name is created only if there is none: with the same bytes there already, that is a receipt too
        (`already_there`), with others Permanent `conflict`. The source is hashed while it is read; where it is not what
        was planned, Permanent `artifact.changed` and nothing gets the final name. `temp_tag` (letters, digits, `-`,
        `_`) is of this attempt alone, such as delivery and epoch, and is in the temporary's name. The temporary is
        removed whatever happens, also when `progress` or `fence` raise; their exception comes out as it is.
        """

    @abstractmethod
    def sweep(self, *, older_than: timedelta, now: datetime) -> int:
        """Remove temporaries of killed attempts that nobody wrote to for `older_than`; how many. `now` has a zone.

        Only files that carry the temporary names of this program are touched. An attempt that still runs and loses its
        temporary ends as Transient; nothing of it gets a final name.
        """

    def close(self) -> None:  # noqa: B027 - a destination without a connection has nothing to close
        """Close connections; calling it again does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""A connection test: steps one after another, each with its result in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.base import CheckStep, StepOutcome
from ingest.transfer.errors import TransferFailure
from ingest.transfer.words import Message

_PASSED: Final = Message(gettext_noop("It works."))
_SKIPPED: Final = Message(gettext_noop("Not tried, because an earlier step failed."))


@dataclass(frozen=True)
class Step:
    """A step to be tried: it passes unless it raises a failure. `result` says more of a success than that it is one."""

    code: str
    label: Message
    attempt: Callable[[], None]
    result: Message = _PASSED


def run_steps(steps: Sequence[Step]) -> tuple[CheckStep, ...]:
    """Try the steps in order; after one that fails the rest is not tried."""
    return tuple(_results(steps))


def _results(steps: Sequence[Step]) -> Iterator[CheckStep]:
    has_failed = False
    for step in steps:
        if has_failed:
            yield CheckStep(step.code, step.label, StepOutcome.SKIPPED, _SKIPPED)
            continue
        try:
            step.attempt()
        except TransferFailure as failed:
            has_failed = True
            yield CheckStep(step.code, step.label, StepOutcome.FAILED, failed.message, failed.advice)
        else:
            yield CheckStep(step.code, step.label, StepOutcome.PASSED, step.result)

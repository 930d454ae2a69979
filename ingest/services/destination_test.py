"""The connection test of a destination, with what is kept of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from ingest.crm.words import gettext_noop
from ingest.models import Destination, User
from ingest.services import restraint
from ingest.services.destination_open import opened
from ingest.services.sealing import seals, usable_key
from ingest.transfer.base import CheckStep, StepOutcome
from ingest.transfer.checking import Step, run_steps
from ingest.transfer.errors import Misconfigured, TransferFailure
from ingest.transfer.registry import method_named
from ingest.transfer.words import Message

_SETTINGS: Final = Message(gettext_noop("Use the settings"))
_SEAL: Final = Message(gettext_noop("Encrypt for the receiver's key"))
_KEY_CODES: Final = ("host_key_new", "host_key_changed")
HOST_KEY: Final = "host_key"


@dataclass(frozen=True)
class KeyFound:
    """The key that a server showed and that nobody has accepted; `is_other`: another one was accepted before."""

    fingerprint: str
    is_other: bool


@dataclass(frozen=True)
class Tested:
    """What became of each step. `has_ended_rest`: the destination rested, and is sent to again."""

    steps: Sequence[CheckStep]
    has_ended_rest: bool


def run_test(destination: Destination, *, actor: User, now: datetime) -> Tested:
    """Try everything that sending needs, with a probe that is gone afterwards; the outcome is kept, not raised.

    Where everything works a rest is over: what waits is sent at once.
    """
    steps = _steps(destination)
    failed = next((step for step in steps if step.outcome is StepOutcome.FAILED), None)
    with transaction.atomic():
        Destination.objects.filter(pk=destination.pk).update(
            tested_at=now, tested_by=actor, tested_step=failed.label.text if failed else "",
            tested_sha256=destination.config_sha256,
        )  # fmt: skip
        has_ended_rest = failed is None and restraint.worked(destination, actor=actor, now=now)
    return Tested(steps, has_ended_rest)


def _steps(destination: Destination) -> Sequence[CheckStep]:
    try:
        with opened(destination) as place:
            return [*place.check(temp_tag=f"test-{uuid.uuid4().hex[:16]}"), *_step_of_key(destination)]
    except TransferFailure as failed:
        return [CheckStep(failed.code, _SETTINGS, StepOutcome.FAILED, failed.message, failed.advice, failed.code)]


def _step_of_key(destination: Destination) -> Sequence[CheckStep]:
    """Whether files can be encrypted for the receiver, which has nothing to do with the connection."""

    def attempt() -> None:
        usable_key(destination, timezone.now())

    return run_steps([Step("seal", _SEAL, attempt)]) if seals(destination) else ()


def key_found(destination: Destination, steps: Sequence[CheckStep]) -> KeyFound | None:
    """The key that the test stopped at, where the destination's method keeps one."""
    if not keeps_host_key(destination):
        return None
    for step in steps:
        code = step.problem or step.code
        fingerprint = step.result.params.get("fingerprint")
        if step.outcome is StepOutcome.FAILED and code.endswith(_KEY_CODES) and isinstance(fingerprint, str):
            return KeyFound(fingerprint, code.endswith("host_key_changed"))
    return None


def keeps_host_key(destination: Destination) -> bool:
    """Whether its method has a field for the key of the server."""
    try:
        fields = method_named(destination.method).fields
    except Misconfigured:
        return False
    return any(field.name == HOST_KEY for field in fields)

"""Files that are encrypted for their receiver: for which key, and what stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ingest.crm.mapping import Compression, MappingDocument
from ingest.models import Destination, Workspace
from ingest.services.problems import told
from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.openpgp import PublicKey, key_of
from ingest.transfer.seal_field import SEAL_KEY

OF_PACKING: Final = frozenset({"seal.missing", "seal.not_wanted"})
"""Problems that are solved by packing the files otherwise; the others are those of a key."""
_SOON: Final = timedelta(days=30)


@dataclass(frozen=True)
class KeyShown:
    """A destination's key as pages show it. `problem` says why it cannot be used now; empty where it can."""

    fingerprint: str
    names: tuple[str, ...]
    expires_at: datetime | None
    is_soon: bool
    problem: str


def is_sealed(document: MappingDocument) -> bool:
    """Whether the parts of a mapping are encrypted when they are sent."""
    return document.output.compression is Compression.PGP


def seals(destination: Destination | None) -> bool:
    """Whether files for this destination are encrypted: it has a key."""
    return destination is not None and bool(destination.config.get(SEAL_KEY))


def usable_key(destination: Destination, now: datetime) -> PublicKey:
    """The key that files for this destination are encrypted for. Raises Misconfigured `seal.…`."""
    if not seals(destination):
        raise failure("seal.missing")
    key = key_of(str(destination.config[SEAL_KEY]).encode())
    key.check(now)
    return key


def shown_key(destination: Destination, now: datetime) -> KeyShown | None:
    """The destination's key in words; None where it has none, or its text is none any more."""
    if not seals(destination):
        return None
    try:
        key = key_of(str(destination.config[SEAL_KEY]).encode())
    except TransferFailure:
        return None
    is_soon = key.expires_at is not None and now < key.expires_at < now + _SOON
    return KeyShown(key.grouped, key.names, key.expires_at, is_soon, in_words(_unusable(key, now)))


def _unusable(key: PublicKey, now: datetime) -> TransferFailure | None:
    try:
        key.check(now)
    except TransferFailure as problem:
        return problem
    return None


def key_problem(destination: Destination, now: datetime) -> TransferFailure | None:
    """Why a destination's key cannot be used at `now`; None where it can, and where there is none."""
    if not seals(destination):
        return None
    try:
        usable_key(destination, now)
    except TransferFailure as problem:
        return problem
    return None


def problem_of(mapping: Mapping[str, Any], destination: Destination | None, now: datetime) -> TransferFailure | None:
    """What stands between a mapping's parts and this destination as to encryption; None where nothing does.

    A destination with a key takes encrypted files only, one without a key takes none.
    """
    if destination is None:
        return None
    wants = _compression(mapping) == Compression.PGP
    if wants != seals(destination):
        return failure("seal.missing" if wants else "seal.not_wanted")
    return key_problem(destination, now)


def in_words(problem: TransferFailure | None) -> str:
    """A problem in the reader's language; empty for none."""
    return told(problem.code, str(problem), problem.message.params) if problem else ""


def packed_for(mapping: Mapping[str, Any], destination: Destination) -> dict[str, Any]:
    """The mapping with its parts packed as this destination takes them: to be encrypted where it has a key.

    The destination decides, not each maker: whoever has entered a key relies on it. Parts that are to be encrypted are
    written plain, since OpenPGP compresses by itself and a file has one ending at most.
    """
    wants, output = _compression(mapping) == Compression.PGP, dict(mapping.get("output", {}))
    if wants == seals(destination):
        return dict(mapping)
    output.pop("compression", None)
    if not wants:
        output["compression"] = Compression.PGP.value
    others = {name: value for name, value in mapping.items() if name != "output"}
    return {**others, "output": output} if output else others


def packed_first(mapping: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    """The mapping of a new transfer: packed for every destination that is offered, where they all take it alike.

    So nobody has to check twice just because where the files go is asked after the check.
    """
    offered = list(Destination.objects.filter(workspace=workspace, is_active=True))
    alike = len({seals(one) for one in offered}) == 1
    return packed_for(mapping, offered[0]) if alike else dict(mapping)


def _compression(mapping: Mapping[str, Any]) -> object:
    """As it stands in a mapping that may not be complete yet."""
    output = mapping.get("output")
    return output.get("compression") if isinstance(output, dict) else None

"""A way of sending, as data: what it is called, what an administrator fills in, and how a destination is made of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from ingest.transfer.base import Destination
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Field, Value
from ingest.transfer.words import Message


@dataclass(frozen=True)
class Limits:
    """What the installation allows, whatever an administrator of a workspace fills in."""

    allowed_roots: tuple[Path, ...] = ()
    """Folders inside which local destinations must lie; none at all by default."""
    private_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks that are not public and may be sent to all the same; none at all by default."""
    lends_credentials: bool = False
    """Whether destinations may sign in at Amazon as the machine that the portal runs on; not by default."""


@dataclass(frozen=True)
class Method:
    """A way of sending. `name` is kept in the database; `build` gets settings that were read by `fields`.

    `check` says of settings that are right one by one what does not go together, by the field to be changed.
    """

    name: str
    label: Message
    description: Message
    fields: tuple[Field, ...]
    build: Callable[[Mapping[str, Value], Mapping[str, Secret], Limits], Destination]
    check_together: Callable[[Mapping[str, Value]], Mapping[str, Message]] = lambda _settings: {}
    """What is wrong, by field, with answers that are right each for itself."""

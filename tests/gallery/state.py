"""A state of a screen: a function that makes its rows by factories and services, and says whose page it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.test import Client
from django.urls import reverse

from ingest.models import Batch, User, Workspace
from tests.web.journey import Maker


@dataclass(frozen=True)
class Shown:
    """What one looks at: the real address and the person, and what they do there before it is looked at.

    `fill`: what is typed, by the selector of the field; a tick is "on", a file its text. `press`: the selector of a
    button. `status`: of the answer that is looked at; 422 is a form that came back.
    """

    path: str
    user: User | None = None
    status: int = 200
    press: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)


Build = Callable[[], Shown]
STATES: Final[dict[str, Build]] = {}
CONTINUE: Final = "main form .buttons button[type=submit]"


def state(name: str) -> Callable[[Build], Build]:
    """Put a function into the gallery under a name."""

    def keep(build: Build) -> Build:
        if name in STATES:
            raise ValueError(f"{name} is in the gallery already")
        STATES[name] = build
        return build

    return keep


def page_of(batch: Batch, page: str, query: str = "", *, by: User | None = None, **doing: Any) -> Shown:
    """A page of a transfer, seen by its maker or by somebody else."""
    return Shown(reverse(page, args=[batch.workspace.slug, batch.number]) + query, by or batch.maker, **doing)


def place_of(where: Workspace, page: str, by: User, *more: object, query: str = "", **doing: Any) -> Shown:
    """A page of a workspace."""
    return Shown(reverse(page, args=[where.slug, *more]) + query, by, **doing)


def page_at(maker: Maker, page: str, query: str = "", **doing: Any) -> Shown:
    """A page of somebody at work."""
    return Shown(maker.url(page, query), maker.batch.maker, **doing)


def browser() -> Client:
    """For steps that are taken through pages while rows are made."""
    return Client()

"""Every route, every kind of person, reading and writing: all get what the route's policy says, and nothing else.

Routes and policies come from the URLconf, so that a new page is in the matrix by itself, and one that does not say who
may use it fails here.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import path

from ingest.models import Batch, Role, User
from ingest.views import policies
from ingest.views.policies import Policy, for_members
from tests import factories
from tests.security.routes import Route, our_routes, routes, undeclared

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST")
ALLOWED, SIGN_IN, FORBIDDEN, NOT_FOUND = "allowed", "sign in", "forbidden", "not found"


@dataclass(frozen=True)
class Somebody:
    """A person of the matrix, what they may do in the workspace asked for (None: not a member), and their browser."""

    who: str
    roles: frozenset[Role] | None
    client: Client
    is_signed_in: bool = True
    is_maker_of_it: bool = False


@dataclass
class Gates:
    """Whether a request came through the doors of its policy, and who opened them."""

    passed: int = 0
    refused: str = ""


@dataclass(frozen=True)
class World:
    """A workspace with one of everything, and the people who try to get in."""

    values: Mapping[str, Any]
    people: tuple[Somebody, ...]


@pytest.fixture
def world() -> World:
    """One batch of the maker, with a result; a data source, a trait, a destination; and a second workspace."""
    here, elsewhere = factories.workspace(), factories.workspace()
    maker = factories.member(here, "Maker", roles=["maker"])
    batch = _batch(here, maker)
    admin = factories.member(here, "Admin", roles=["admin"])
    values = _values(batch, admin)
    people = (
        _somebody("maker", maker, {Role.MAKER}, is_maker_of_it=True),
        _somebody("other maker", factories.member(here, "Other", roles=["maker"]), {Role.MAKER}),
        _somebody("approver", factories.member(here, "Approver", roles=["approver"]), {Role.APPROVER}),
        _somebody("admin", admin, {Role.ADMIN}),
        _somebody("viewer", factories.member(here, "Viewer", roles=[]), set()),
        _somebody("stranger", factories.member(elsewhere, "Stranger", roles=["maker", "approver", "admin"]), None),
        Somebody("signed out", None, Client(), is_signed_in=False),
    )
    return World(values, people)


def _batch(where: Any, maker: User) -> Batch:
    batch = factories.batch(
        where, maker, name="Spring", mapping=factories.MAPPING, destination=factories.destination(where),
        upload=factories.upload(where, maker),
    )  # fmt: skip
    factories.finished_check(batch)
    return batch


def _values(batch: Batch, admin: User) -> dict[str, Any]:
    """`pk` is the same number for whatever it is the key of: a membership, a trait, a data source, a destination."""
    where = batch.workspace
    factories.trait(where, 1001, "Loyalty gold")
    return {
        "slug": where.slug, "number": batch.number, "position": 1, "upload_id": batch.upload_id,
        "token": "a-guess", "pk": admin.memberships.get().pk, "topic": "customers",
    }  # fmt: skip


def _somebody(who: str, user: User, given: set[Role] | None, *, is_maker_of_it: bool = False) -> Somebody:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    roles = None if given is None else frozenset({Role.VIEWER, *given})
    return Somebody(who, roles, client, is_maker_of_it=is_maker_of_it)


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> Gates:
    """Watches the two doors of policies, so that a stranger's 404 is told from one for a thing that is not there."""
    watched = Gates()
    for name in ("membership_for", "batch_for"):
        monkeypatch.setattr(policies, name, _watch(watched, getattr(policies, name)))
    return watched


def _watch(gates: Gates, door: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        try:
            found = door(*args, **kwargs)
        except Http404:
            gates.refused = NOT_FOUND
            raise
        except PermissionDenied:
            gates.refused = FORBIDDEN
            raise
        gates.passed += 1
        return found

    return watched


def expected(policy: Policy, somebody: Somebody) -> str:
    """What a policy promises to somebody."""
    if policy.scope == "anybody":
        return ALLOWED
    if not somebody.is_signed_in:
        return SIGN_IN
    if policy.scope == "signed_in":
        return ALLOWED
    if somebody.roles is None:
        return NOT_FOUND
    if policy.also in somebody.roles:
        return ALLOWED
    if policy.role not in somebody.roles or (policy.own and not somebody.is_maker_of_it):
        return FORBIDDEN
    return ALLOWED


def happened(response: Any, gates: Gates) -> str:
    """What somebody got. Past the doors every answer but a server's fault is the page's own business."""
    if response.status_code == 302 and response.url.startswith(resolve_url("account_login")):
        return SIGN_IN
    if gates.refused:
        status = {NOT_FOUND: 404, FORBIDDEN: 403}[gates.refused]
        return gates.refused if response.status_code == status else f"{gates.refused}, but {response.status_code}"
    return ALLOWED if response.status_code < 500 else f"a fault: {response.status_code}"


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever a request wrote is taken back, so that all of them meet the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_route_gives_everybody_what_its_policy_says(world: World, gates: Gates) -> None:
    wrong = [
        f"{method} {route.name} by {somebody.who}: {outcome}, where {wanted} was declared"
        for route in our_routes()
        for somebody in world.people
        for method in METHODS
        for wanted, outcome in [_try(world, gates, route, somebody, method)]
        if outcome != wanted
    ]
    assert wrong == []


def _try(world: World, gates: Gates, route: Route, somebody: Somebody, method: str) -> tuple[str, str]:
    assert route.policy is not None, route.name
    gates.passed, gates.refused = 0, ""
    with _undone():
        try:
            response = somebody.client.generic(method, route.url(world.values))
            outcome = happened(response, gates)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told together with its route
            outcome = f"a fault: {error!r}"
    wanted = expected(route.policy, somebody)
    if wanted == outcome == ALLOWED and gates.passed != {"workspace": 1, "batch": 2}.get(route.policy.scope, 0):
        outcome = "allowed without coming through the doors"
    return wanted, outcome


def test_every_route_says_who_may_use_it() -> None:
    assert undeclared(routes()) == []


def test_a_route_without_a_policy_is_found() -> None:
    def open_to_all(_request: Any) -> HttpResponse:
        return HttpResponse()

    found = routes([path("x", open_to_all, name="x"), path("y", for_members()(open_to_all), name="y")])
    assert undeclared(found) == ["x"]


def test_the_matrix_covers_pages_of_every_scope() -> None:
    scopes = {route.policy.scope for route in our_routes() if route.policy}
    assert scopes == {"anybody", "signed_in", "workspace", "batch"}
    assert len(our_routes()) > 60

"""New workspaces: their first admin, and a demo to try everything with."""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from ingest.aam.identifiers import IdType
from ingest.models import DataSource, Destination, Environment, Membership, Trait, User, Workspace
from ingest.services.destination_digest import destination_sha256
from ingest.services.events import record
from ingest.services.members import Roles, invite

INSTALLER: Final = "installation@localhost"
DEMO_SLUG: Final = "demo"
# The practice file is full of mistakes on purpose; a real workspace would stop at a fifth of its rows.
DEMO_LEFT_OUT_PERCENT: Final = 60
DEMO_PEOPLE: Final = (
    ("maker", "Mia Maker", Roles(makes=True)),
    ("approver", "Ari Approver", Roles(approves=True)),
    ("admin", "Ada Admin", Roles(makes=True, approves=True, administers=True)),
    ("viewer", "Vic Viewer", Roles()),
)
_SOURCES: Final = (
    (4242, "Web shop customers (CRM)", IdType.CUSTOMER_ID),
    (4243, "Loyalty cards", IdType.CUSTOMER_ID),
    (4244, "Hashed e-mail addresses", IdType.HASHED_EMAIL),
)
_TRAITS: Final = (
    (7001, "Newsletter: reads it", ""),
    (7002, "Style: outdoor", ""),
    (7003, "Style: home", ""),
    (7004, "Style: sports", ""),
    (9001, "VIP customer", ""),
    (9101, "Gender: female", 'gender == "female"'),
    (9102, "Gender: male", 'gender == "male"'),
    (9201, "City: London", 'city == "london"'),
    (9202, "City: Lyon", 'city == "lyon"'),
    (9301, "Loyalty tier: gold", 'tier == "gold"'),
    (9302, "Loyalty tier: silver", 'tier == "silver"'),
    (9303, "Loyalty tier: bronze", 'tier == "bronze"'),
)


class NotTheDemo(Exception):
    """Somebody made a workspace of their own under the demo's address."""


@dataclass(frozen=True)
class Account:
    """A demo account; `password` is empty when its owner has chosen another one by now."""

    role: str
    email: str
    password: str


def create_workspace(name: str, slug: str, admin_email: str, *, now: datetime) -> tuple[Workspace, str]:
    """A workspace and the token of its first admin's invitation, which comes from an account nobody can sign in to."""
    with transaction.atomic():
        workspace = Workspace.objects.create(name=name, slug=slug)
        machine, _made = User.objects.get_or_create(
            email=INSTALLER, defaults={"name": "amportal", "is_active": False, "password": "!"}
        )
        everything = Roles(makes=True, approves=True, administers=True)
        _invitation, token = invite(workspace, admin_email, everything, actor=machine, now=now)
    return workspace, token


def make_demo(kept: Path, *, now: datetime) -> list[Account]:
    """The demo workspace with its people, once; called again it changes nothing that somebody has changed.

    Their passwords are random and written to `kept`, which only the owner of the installation can read, before any
    account has one: whenever this is interrupted, they are known. Raises NotTheDemo.
    """
    passwords = _passwords(kept)
    with transaction.atomic():
        workspace, is_new = Workspace.objects.get_or_create(
            slug=DEMO_SLUG, defaults={"name": "Demo company", "max_left_out_percent": DEMO_LEFT_OUT_PERCENT}
        )
        if not is_new and not workspace.events.filter(kind="workspace.demo").exists():
            raise NotTheDemo
        accounts = [_person(workspace, role, name, roles, passwords) for role, name, roles in DEMO_PEOPLE]
        if is_new:
            _fill(workspace, now)
            record("workspace.demo", workspace=workspace, actor=None, now=now)
    return accounts


def _passwords(kept: Path) -> dict[str, str]:
    """By role; made at the first call."""
    if kept.exists():
        known: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
        return known
    made = {role: secrets.token_urlsafe(15) for role, _name, _roles in DEMO_PEOPLE}
    whole = kept.with_name(f"{kept.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(made, file)
    whole.replace(kept)
    return made


def _person(workspace: Workspace, role: str, name: str, roles: Roles, passwords: dict[str, str]) -> Account:
    email, password = f"{role}@example.com", passwords[role]
    user, is_new = User.objects.get_or_create(email=email, defaults={"name": name})
    if is_new:
        user.set_password(password)
        user.save()
        Membership.objects.create(workspace=workspace, user=user, **roles.as_dict())
    return Account(role, email, password if user.check_password(password) else "")


def _fill(workspace: Workspace, now: datetime) -> None:
    sources = [
        DataSource.objects.create(workspace=workspace, dpid=dpid, name=name, id_type=kind.value)
        for dpid, name, kind in _SOURCES
    ]
    Trait.objects.bulk_create(
        Trait(workspace=workspace, data_source=sources[0], sid=sid, name=name, rule=rule) for sid, name, rule in _TRAITS
    )
    for environment in (Environment.BETA, Environment.PRODUCTION):
        _folder(workspace, environment, now)


def _folder(workspace: Workspace, environment: Environment, now: datetime) -> None:
    folder = Path(settings.LOCAL_ROOTS[0]) / f"demo-{environment.value}"
    folder.mkdir(parents=True, exist_ok=True)
    destination = Destination(
        workspace=workspace, name=f"{environment.label} folder", environment=environment.value, method="local",
        config={"folder": str(folder)}, changed_at=now,
    )  # fmt: skip
    destination.config_sha256 = destination_sha256(destination)
    destination.save()

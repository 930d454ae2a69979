"""`python -m bench.load.seed TRANSFERS PEOPLE OUT.json`: fills the database; writes sessions and numbers."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - Django has to be set up first
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - Django has to be set up first
from django.core.management.color import no_style  # noqa: E402 - Django has to be set up first
from django.db import connection, transaction  # noqa: E402 - Django has to be set up first

from bench.load.transfers import Cast, make  # noqa: E402 - Django has to be set up first
from bench.load.wide import asked, prepared  # noqa: E402 - Django has to be set up first
from ingest.models import (  # noqa: E402 - Django has to be set up first
    Batch,
    Check,
    DataSource,
    Decision,
    Delivery,
    Destination,
    Membership,
    Part,
    Trait,
    User,
    Workspace,
)

CHUNK = 20_000
SIGNED_IN_BY = "allauth.account.auth_backends.AuthenticationBackend"


def main(transfers: int, people: int, out: Path) -> None:
    """Make a workspace with its people, and transfers in every usual state."""
    cast = cast_of(transfers, people, datetime.now(UTC))
    for first in range(1, transfers + 1, CHUNK):
        with transaction.atomic():
            make(cast, range(first, min(first + CHUNK, transfers + 1)))
    Workspace.objects.filter(pk=cast.workspace.pk).update(last_number=transfers)
    _go_on_counting()
    cast.workspace.refresh_from_db()
    told = {
        "sessions": [_session(user) for user in cast.users],
        "drafts": [prepared(cast, number).number for number in range(people)],
        "waiting": [asked(cast, number).number for number in range(0, people, 4)],
        "sent": list(Batch.objects.filter(state="sent").order_by("-pk").values_list("number", flat=True)[:50]),
    }
    out.write_text(json.dumps(told), encoding="utf-8")


def cast_of(transfers: int, people: int, now: datetime) -> Cast:
    """A workspace with its people, traits and a destination, for so many transfers until `now`."""
    workspace = Workspace.objects.create(slug="load", name="Load")
    users = [_member(workspace, number) for number in range(people)]
    source = DataSource.objects.create(workspace=workspace, dpid=478, name="CRM")
    Trait.objects.bulk_create(
        Trait(workspace=workspace, data_source=source, sid=sid, name=f"Trait {sid}") for sid in range(1, 201)
    )
    place = Destination.objects.create(
        workspace=workspace, name="Beta folder", environment="beta", method="local", config={"folder": "/nowhere"},
        config_sha256="0" * 64, changed_at=now,
    )  # fmt: skip
    return Cast(workspace, users, place, transfers, now)


def _member(workspace: Workspace, number: int) -> User:
    user = User.objects.create(email=f"person-{number}@example.com", name=f"Person {number}")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(workspace=workspace, user=user, makes=True, approves=True, administers=number == 0)
    return user


def _session(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = SIGNED_IN_BY
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _go_on_counting() -> None:
    """The database numbers what comes next; until here rows were numbered by us, as their transfers are."""
    statements = connection.ops.sequence_reset_sql(no_style(), [Batch, Check, Part, Decision, Delivery])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("ANALYZE")  # as the database does by itself in time


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))

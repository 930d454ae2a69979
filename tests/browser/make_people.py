"""`python -m tests.browser.make_people ROLES …`: a workspace with people in the database of the settings, as JSON."""

import json
import sys
import uuid
from importlib import import_module

import django


def main(roles: list[str]) -> None:
    """Make them, and a session for each."""
    django.setup()
    from ingest.models import Membership, User, Workspace  # noqa: PLC0415 - needs what setup() loads

    mark = uuid.uuid4().hex[:8]
    where = Workspace.objects.create(slug=f"acme-{mark}", name=f"Acme {mark}")
    made = []
    for number, given in enumerate(roles):
        names = given.split(",")
        user = User.objects.create_user(f"{names[0]}-{number}-{mark}@example.com", name=names[0].title())
        flags = {"makes": "maker" in names, "approves": "approver" in names, "administers": "admin" in names}
        Membership.objects.create(workspace=where, user=user, **flags)
        made.append({"slug": where.slug, "name": user.name, "email": user.email, "session": session_of(user)})
    sys.stdout.write(json.dumps(made))


def session_of(user: object) -> str:
    """The key of a new session of somebody who is signed in."""
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415 - after setup

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main(sys.argv[1:])

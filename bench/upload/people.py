"""`python -m bench.upload.people`: a workspace with a maker in the portal's database; prints slug and session."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django


def main() -> None:
    """Make them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "amportal.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - needs what setup() loads
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415 - after setup

    from ingest.models import Membership, User, Workspace  # noqa: PLC0415 - after setup

    where = Workspace.objects.create(slug="bench", name="Bench", max_open_uploads=100)
    user = User.objects.create_user("maker@example.com", name="Maker")
    Membership.objects.create(workspace=where, user=user, makes=True)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    sys.stdout.write(f"{where.slug} {session.session_key}")


if __name__ == "__main__":
    main()

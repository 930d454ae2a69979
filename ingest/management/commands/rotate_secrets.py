"""`manage.py rotate_secrets`: every secret of a destination is encrypted with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingest.services.secrets_rotate import rotate_secrets


class Command(BaseCommand):
    """May be ended at any moment and called as often as one likes."""

    help = "Encrypt the secrets of all destinations with the newest key of this installation."

    def handle(self, *_args: Any, **_options: Any) -> None:
        rotated = rotate_secrets()
        self.stdout.write(
            f"{rotated.renewed} encrypted anew, {rotated.newest} had the newest key already, "
            f"{len(rotated.unreadable)} can't be read with any key."
        )
        for row in rotated.unreadable:
            place = row.destination
            self.stdout.write(f"  {place.workspace.slug}, {place.name}: {row.field}")
        if rotated.unreadable:
            raise CommandError("Put the missing key back and call this again, or have an admin enter them anew.")

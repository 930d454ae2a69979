"""`manage.py demo`: a workspace to try everything with, and accounts whose passwords are shown here only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ingest.services.workspaces import NotTheDemo, make_demo

KEPT = "demo.json"


class Command(BaseCommand):
    """May be called again: what is there stays as it is, and the accounts are printed once more."""

    help = "Make a demo workspace with people, data sources, traits and folders, and print its accounts."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            accounts = make_demo(settings.DATA_DIR / KEPT, now=timezone.now())
        except NotTheDemo as error:
            raise CommandError(
                "A workspace with the address demo is there already; this command made no other."
            ) from error
        self.stdout.write("Accounts of the demo workspace (the passwords are random and belong to this installation):")
        for account in accounts:
            password = account.password or "(changed by its owner)"
            self.stdout.write(f"  {account.role:9} {account.email:22} {password}")
        self.stdout.write("A practice file with mistakes of every kind: docs/practice/customers.csv")

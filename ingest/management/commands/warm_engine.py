"""`manage.py warm_engine`: compile the engine once, so that the first real file does not wait for it."""

from typing import Any

from django.core.management.base import BaseCommand

from ingest.engine.warm import warm


class Command(BaseCommand):
    """Runs a few rows of every kind through the engine in a temporary folder."""

    help = "Compile the engine for this machine. Needed once after an installation or an update."

    def handle(self, *_args: Any, **_options: Any) -> None:
        warm()
        self.stdout.write("The engine is ready.")

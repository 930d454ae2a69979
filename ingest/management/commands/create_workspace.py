"""`manage.py create_workspace`: a workspace, and the link by which its first admin joins."""

import re
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from ingest.services.workspaces import create_workspace

_USUAL: Final = "http://127.0.0.1:8000"


class Command(BaseCommand):
    """Prints the path of the invitation; it works once, for 7 days."""

    help = "Make a workspace and print the invitation of its first admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="as people read it")
        parser.add_argument("--slug", required=True, type=_slug, help="as it stands in addresses: letters, digits, -")
        parser.add_argument("--admin", required=True, type=_email, help="e-mail address of the first admin")
        parser.add_argument("--base", help="address of the portal, for the link (default: where it was started last)")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            workspace, token = create_workspace(options["name"], options["slug"], options["admin"], now=timezone.now())
        except IntegrityError as error:
            raise CommandError(f"There is a workspace with the address {options['slug']} already.") from error
        base = options["base"] or _address()
        link = base.rstrip("/") + reverse("invitation", args=[token])
        self.stdout.write(f"The workspace {workspace.name} is made. Its first admin joins here, within 7 days:")
        self.stdout.write(link)
        if not options["base"]:
            self.stdout.write(
                "Where people reach the portal at another address, put that before /invitation (--base does)."
            )


def _address() -> str:
    """Where the portal answers, as scripts/run has left word in the data folder."""
    try:
        said = (Path(settings.DATA_DIR) / "serve.lock").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        said = ""
    found = re.match(r"https?://[^\s]+", said)
    return found[0] if found else _USUAL


def _slug(text: str) -> str:
    return _valid(validate_slug, text, "letters, digits, - and _")


def _email(text: str) -> str:
    return _valid(validate_email, text, "an e-mail address")


def _valid(validate: Any, text: str, expected: str) -> str:
    try:
        validate(text)
    except ValidationError as error:
        raise ArgumentTypeError(f"expected {expected}, found {text!r}") from error
    return text

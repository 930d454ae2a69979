"""`manage.py create_workspace`: a workspace, and the link by which its first admin joins."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from ingest.services.workspaces import create_workspace


class Command(BaseCommand):
    """Prints the path of the invitation; it works once, for 7 days."""

    help = "Make a workspace and print the invitation of its first admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="as people read it")
        parser.add_argument("--slug", required=True, type=_slug, help="as it stands in addresses: letters, digits, -")
        parser.add_argument("--admin", required=True, type=_email, help="e-mail address of the first admin")
        parser.add_argument("--base", default="http://127.0.0.1:8000", help="address of the portal, for the link")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            workspace, token = create_workspace(options["name"], options["slug"], options["admin"], now=timezone.now())
        except IntegrityError as error:
            raise CommandError(f"There is a workspace with the address {options['slug']} already.") from error
        link = options["base"].rstrip("/") + reverse("invitation", args=[token])
        self.stdout.write(f"The workspace {workspace.name} is made. Its first admin joins here, within 7 days:")
        self.stdout.write(link)


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

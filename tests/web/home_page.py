"""What stands on the home page, and what makes it stand there."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch, Check, User, Workspace
from tests import factories
from tests.services import working
from tests.web.journey import words


def home_of(client: Client, user: User, where: Workspace) -> Any:
    """The home page of a person."""
    client.force_login(user)
    return client.get(reverse("home", args=[where.slug]))


def waiting(where: Workspace, maker: User, name: str, **fields: Any) -> Batch:
    """A transfer that waits for approval."""
    batch = factories.batch(where, maker, name=name, mapping=factories.MAPPING)
    factories.finished_check(batch)
    place = factories.destination(where)
    Batch.objects.filter(pk=batch.pk).update(state="waiting", destination=place, **fields)
    batch.refresh_from_db()
    return batch


def sent(where: Workspace, people: int, days_ago: int) -> Batch:
    """A transfer that was sent some days ago, with so many people."""
    delivery = working.sending(workspace=where)
    working.end(delivery)
    batch = delivery.batch
    Check.objects.filter(pk=working.result_of(batch).pk).update(distinct_ids=people)
    Batch.objects.filter(pk=batch.pk).update(state="sent", state_at=timezone.now() - timedelta(days=days_ago))
    return batch


def section_of(response: Any, heading: str) -> str:
    """The words of one section of the page."""
    text: str = response.content.decode()
    start = text.index(f'aria-labelledby="{heading}"')
    part = type("Part", (), {"content": text[start : text.index("</section>", start)].encode()})
    return words(part)

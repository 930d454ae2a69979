"""A workspace with transfers, and what its history shows of them."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from ingest.models import Batch, User, Workspace
from tests import factories

NOW = factories.NOW
_REFERENCE = re.compile(r'/transfers/(\d+)">')


def url(where: Workspace, query: str = "", page: str = "history") -> str:
    """The address of the history, or with `page` of its table."""
    return reverse(page, args=[where.slug]) + query


def shown(response: Any) -> list[int]:
    """The numbers of the transfers on a page, in order."""
    return [int(number) for number in _REFERENCE.findall(response.content.decode())]


def link(response: Any, rel: str) -> str:
    """The address of the older (`next`) or newer (`prev`) transfers; empty where there is none."""
    found = re.search(rf'href="([^"]*)"\s+rel="{rel}"', response.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def many(where: Workspace, maker: User, count: int, **fields: Any) -> None:
    """Drafts with the next numbers, three at each moment, quickly."""
    first = Batch.objects.of(where).count() + 1
    values = {"workspace": where, "maker": maker, "state_at": NOW, **fields}
    numbers = range(first, first + count)
    Batch.objects.bulk_create(Batch(number=number, name=f"Loyalty {number}", **values) for number in numbers)
    made = list(Batch.objects.of(where).filter(number__gte=first))
    for batch in made:
        batch.created_at = moment(batch.number)
    Batch.objects.bulk_update(made, ["created_at"], batch_size=200)


def moment(number: int) -> datetime:
    """When the transfer of a number was started: three of them at once."""
    return NOW + timedelta(minutes=number // 3)


def signed_in(user: User) -> Client:
    """A browser of somebody."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client

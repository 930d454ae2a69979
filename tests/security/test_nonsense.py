"""Every route and every field of its page, filled with what no page offers: an answer in our words, never a fault."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from ingest.lifecycle import BatchState
from ingest.models import Batch, User
from tests import factories
from tests.security.routes import Route, our_routes
from tests.services import working
from tests.web.history_pages import signed_in
from tests.web.journey import words

pytestmark = pytest.mark.django_db
CONTENT = b"crm_id,tier,city,email\nA-1,gold,Bristol,a@example.com\nA-2,silver,Lyon,b@example.com\n"
JUNK = {
    "nothing": "",
    "a character that ends a text": "a\x00b",
    "more digits than numbers have": "9" * 5000,
    "a number that no row has": "9223372036854775808",
    "markup": "\"'><script>{{ 7*7 }}</script>%s%(x)d{0}\r\nX: y",
}
IN_ADDRESSES = ("a character that ends a text", "more digits than numbers have")
_FIELD = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"')
# What views read beside the fields of forms.
_ALSO = ("q", "page", "show", "row", "code", "before", "after", "next", "transfer", "do", "position", "state", "maker")
DJANGOS = (
    "Select a valid choice", "Ensure this value", "Null characters are not allowed", "This field is required",
    "Enter a valid", "Enter a whole number.", "Enter a list of values",
)  # fmt: skip


@pytest.fixture
def person() -> User:
    """Somebody with every role."""
    return factories.member(factories.workspace(), roles=["maker", "approver", "admin"])


def _batch(person: User, state: str) -> Batch:
    """Their transfer, in this state."""
    where = person.memberships.get().workspace
    factories.trait(where, 1001, "Loyalty gold")
    if state == BatchState.SENT:
        batch = working.sending(workspace=where).batch
    else:
        upload = factories.upload(where, person, CONTENT)
        batch = factories.batch(where, person, mapping=factories.MAPPING, upload=upload)
        factories.finished_check(batch)
    Batch.objects.filter(pk=batch.pk).update(state=state, maker=person, destination=factories.destination(where))
    batch.refresh_from_db()
    return batch


def _values(batch: Batch, person: User) -> dict[str, Any]:
    return {
        "slug": batch.workspace.slug, "number": batch.number, "position": 1, "upload_id": batch.upload_id,
        "token": "a-guess", "pk": person.memberships.get().pk, "topic": "customers",
    }  # fmt: skip


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _names(client: Client, url: str) -> set[str]:
    """The fields of a page."""
    with _undone():
        page = client.get(url)
    text = "" if page.streaming else page.content.decode()
    return {html.unescape(name) for name in _FIELD.findall(text)} - {"csrfmiddlewaretoken"}


def _wrong(answer: Any) -> list[str]:
    """What is wrong with an answer."""
    if answer.status_code >= 500:
        return [f"{answer.status_code}: {getattr(answer, 'exc_info', ('', ''))[1]!r:.200}"]
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    said = words(answer)
    unescaped = ["markup"] if "<script>{{" in answer.content.decode() else []
    return [*unescaped, *(sentence for sentence in DJANGOS if sentence in said)]


def _try(client: Client, route: Route, url: str) -> Iterator[str]:
    """What each kind of nonsense brings to light at an address."""
    names = _names(client, url) | set(_ALSO)
    for kind, junk in JUNK.items():
        with _undone():
            found = _wrong(client.post(url, dict.fromkeys(names, junk)))
        if kind in IN_ADDRESSES:
            found += _wrong(client.get(url, dict.fromkeys(_ALSO, junk), headers={"HX-Request": "true"}))
        yield from (f"{route.name}, {kind}: {wrong}" for wrong in found)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("state", ["draft", "sent"])
def test_no_route_fails_over_nonsense(person: User, state: str) -> None:
    values = _values(_batch(person, state), person)
    client = signed_in(person)
    client.raise_request_exception = False
    tried = [r for r in our_routes() if state == BatchState.DRAFT or "number" in r.parameters]
    assert len(tried) > 15
    wrong = [said for route in tried for said in _try(client, route, route.url(values))]
    assert not wrong, "\n".join(wrong)

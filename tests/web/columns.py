"""A maker at the pages about columns: files, the fields of a page, the elements on it."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from ingest.models import Batch
from tests.web.journey import Maker, maker_with

IDENTITY: dict[str, Any] = {
    "version": 1, "kind": "traits", "mode": "sync", "dpid": 478, "id": {"column": "crm_id", "type": "customer_id"},
}  # fmt: skip
ROWS = [("A-1", "gold", "Bristol", "a@example.com", "yes"), ("A-2", "silver", "Lyon", "b@example.com", "no"),
        ("A-3", "gold", "Oslo", "c@example.com", "no")]  # fmt: skip
FILE = "\n".join(["crm_id,tier,city,email,vip", *(",".join(row) for row in ROWS)]).encode() + b"\n"
TIER, CITY, EMAIL, VIP = 1, 2, 3, 4
CLEAN = b"crm_id,tier,city\nA-1,gold,Bristol\nA-2,silver,Lyon\nA-3,gold,Oslo\n"


def wide(columns: int, rows: int = 5) -> bytes:
    """A file of so many columns: the ID, and columns with one of four words."""
    header = ["crm_id", *(f"attr_{number}" for number in range(1, columns))]
    lines = [[f"A-{row}", *("abcd"[(row + number) % 4] for number in range(1, columns))] for row in range(rows)]
    return "\n".join(",".join(line) for line in [header, *lines]).encode() + b"\n"


def at_columns(client: Client, content: bytes = FILE, **fields: Any) -> Maker:
    """A maker whose people are known."""
    return maker_with(client, content, **{"mapping": dict(IDENTITY), **fields})


def options(response: Any, position: int) -> dict[str, str]:
    """What a column offers: words → value."""
    select = re.search(rf'<select id="c{position}".*?</select>', response.content.decode(), re.DOTALL)
    assert select is not None
    found = re.findall(r'<option value="([^"]*)"[^>]*>(.*?)</option>', select[0], re.DOTALL)
    return {words.strip(): value for value, words in found}


def elements(response: Any) -> int:
    """How many elements the page has."""
    return len(re.findall(r"<[a-zA-Z]", response.content.decode()))


def editor(maker: Maker, position: int) -> str:
    """The address of the editor of one column."""
    return reverse("column", args=[maker.batch.workspace.slug, maker.batch.number, position])


def send(maker: Maker, position: int, **fields: str) -> Any:
    """Send the editor's form."""
    maker.batch.refresh_from_db()
    return maker.client.post(editor(maker, position), {"version": str(maker.batch.version), "do": "save", **fields})


def fresh(batch: Batch) -> Batch:
    """The batch as the database has it."""
    return Batch.objects.get(pk=batch.pk)

"""A maker at the pages of the journey, with a browser that runs no script: what they see, what they send."""

import html
import re
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from ingest.crm.proposals import header_fingerprint
from ingest.models import Batch, Check
from tests import factories

_TAGS = re.compile(r"<[^>]+>")


UUIDS = [f"cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a{number:04x}" for number in range(30)]
ROWS = [
    f"A-{number},p{number}@example.com,{'ab12' * 16},gold,{UUIDS[number].upper()},{UUIDS[number]},"
    f"+44 20 7946 0{number:03}"
    for number in range(30)
]
EVERYTHING = ("crm_id,email,email_sha256,tier,idfa,gaid,phone\n" + "\n".join(ROWS) + "\n").encode()
"""A file with a column of each kind that can identify people, and of some that must not."""


@dataclass
class Maker:
    """Somebody at work on one batch."""

    client: Client
    batch: Batch

    def url(self, page: str, query: str = "") -> str:
        """The address of a page of the batch."""
        return reverse(page, args=[self.batch.workspace.slug, self.batch.number]) + query

    def get(self, page: str, query: str = "") -> Any:
        """Look at a page."""
        return self.client.get(self.url(page, query))

    def post(self, page: str, answers: dict[str, Any], query: str = "") -> Any:
        """Continue, from the page as it is now."""
        self.batch.refresh_from_db()
        return self.client.post(self.url(page, query), {"version": str(self.batch.version), **answers})

    def mapping(self) -> dict[str, Any]:
        """The mapping as it is kept."""
        self.batch.refresh_from_db()
        return dict(self.batch.mapping)


def maker_with(client: Client, content: bytes = factories.CUSTOMERS, **fields: Any) -> Maker:
    """A signed-in maker with a draft whose file holds this; `mapping` may be answered in part."""
    where = fields.pop("where", None) or factories.workspace()
    person = fields.pop("person", None) or factories.member(where)
    client.force_login(person)
    upload = factories.upload(where, person, content)
    header = content.split(b"\n", 1)[0].decode().split(",")
    values = {"mapping": {"version": 1}, "header_sha256": header_fingerprint(header), **fields}
    return Maker(client, factories.batch(where, person, upload=upload, **values))


def maker_with_everything(client: Client) -> Maker:
    """A maker with the file EVERYTHING, and a data source for customer IDs and one for hashes."""
    made = maker_with(client, EVERYTHING)
    factories.data_source(made.batch.workspace, 478, name="CRM customers")
    factories.data_source(made.batch.workspace, 900, name="Hashed e-mails", id_type="hashed_email")
    return made


def of_kind(maker: Maker, kind: str, **members: Any) -> Maker:
    mode = {} if kind == "traits" else {"mode": "sync"}
    Batch.objects.filter(pk=maker.batch.pk).update(mapping={"version": 1, "kind": kind, **mode, **members})
    maker.batch.refresh_from_db()
    return maker


def check_of(batch: Batch) -> Check:
    """The result of a batch that has one."""
    assert batch.result is not None
    return batch.result


def words(response: Any) -> str:
    """The text of a page, without its tags and with single blanks."""
    return " ".join(html.unescape(_TAGS.sub(" ", response.content.decode())).split())


def title(response: Any) -> str:
    """The title of a page."""
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    assert found is not None
    return " ".join(html.unescape(found[1]).split())


def chosen(response: Any, name: str) -> str:
    """The value that a field of the page has: of a list, of radio buttons, or typed."""
    text = response.content.decode()
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.DOTALL)
    if select:
        found = re.search(r'<option value="([^"]*)"\s+selected', select[0])
        return html.unescape(found[1]) if found else ""
    for control in re.findall(rf'<input[^>]*name="{name}"[^>]*>', text):
        is_choice = 'type="radio"' in control or 'type="checkbox"' in control
        value = re.search(r'value="([^"]*)"', control)
        if not is_choice or " checked" in control:
            return html.unescape(value[1]) if value else ""
    return ""

"""Adobe's receipt on the page of a transfer: pasted or as a file, laid beside, removed again."""

import re
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ingest.models import AdobeReceipt, Batch
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
LINES = """\
Records received: 2
Format Errors: 0
Invalid AAM ID: 0
No Matching AAM ID: 1
No Trait Realized: 0
Records processed: 2
Stored Records: 1
Job end time: 2026-11-24 18:45:02
"""


@pytest.fixture
def batch() -> Batch:
    where = factories.workspace()
    delivery = working.sending(
        b'A-1\t"tier"="gold"\n', b'A-2\t"tier"="gold"\n', workspace=where,
        destination=factories.destination(where, "production"), name="Loyalty",
    )  # fmt: skip
    working.send_all(delivery)
    return Batch.objects.select_related("workspace", "maker", "delivery").get(pk=delivery.batch_id)


def text_of(batch: Batch) -> str:
    assert batch.delivery is not None
    files = (f"s3n://bucket/2026-11-24/{part.name}" for part in batch.delivery.parts.all())
    return "\n".join(["File name:", *files, LINES])


def url(batch: Batch, page: str, *more: object) -> str:
    return reverse(page, args=[batch.workspace.slug, batch.number, *more])


def shown(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'").split())


def add(batch: Batch, **fields: Any) -> Any:
    return factories.signed_in(batch.maker).post(url(batch, "receipt_add"), fields, follow=True)


def test_a_pasted_receipt_is_laid_beside_what_was_expected(batch: Batch) -> None:
    client = factories.signed_in(batch.maker)
    assert "Add Adobe's receipt" in shown(client.get(url(batch, "transfer")))
    answer = client.post(url(batch, "receipt_add"), {"pasted_receipt": text_of(batch)}, follow=True)
    assert answer.redirect_chain[-1][0].endswith("#receipt")
    page = shown(answer)
    assert "Adobe stored 1 of 2 records." in page
    assert "Records received 2 2 as expected" in page
    assert "No matching AAM ID only Adobe knows 1" in page
    assert "Processed by Adobe 24 Nov 2026, 18:45 (UTC) . Added by Ada" in page
    assert "The website hands these IDs over in another way" in page


@pytest.mark.parametrize("kind", ["plain", "html", "text"])
def test_a_saved_e_mail_is_read(batch: Batch, kind: str) -> None:
    message = EmailMessage()
    message["From"] = "aam-noreply@adobe.com"
    message["Subject"] = "Adobe Audience Manager Server-To-Server Processing Result:"
    rows = "".join("<tr><td><b>{}</b></td><td>{}</td></tr>".format(*line.split(":", 1)) for line in LINES.splitlines())
    html = (
        f"<style>b {{ color: red }}</style><p>{'<br>'.join(text_of(batch).split('Records')[0].splitlines())}</p>{rows}"
    )
    message.set_content(html if kind == "html" else text_of(batch), subtype="html" if kind == "html" else "plain")
    content = text_of(batch).encode("utf-16") if kind == "text" else bytes(message)
    page = shown(add(batch, file=SimpleUploadedFile("receipt.eml", content)))
    assert "Adobe stored 1 of 2 records." in page
    assert "Receipts name" not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Paste the e-mail, or select it as a file"),
        ({"pasted_receipt": "Hello"}, "There is no line “Records received” in this text."),
        ({"pasted_receipt": LINES}, "No file is named in this text."),
        ({"pasted_receipt": f"ftp_dpm_478_1368806402.sync\n{LINES}"}, "was not sent with this portal"),
        ({"file": SimpleUploadedFile("a.msg", bytes.fromhex("d0cf11e0a1b11ae1") + b"x")}, "A .msg file can be read by"),
        ({"file": SimpleUploadedFile("a.eml", b"x" * 1_000_001)}, "The selected file must be smaller than 1 MB"),
        ({"file": SimpleUploadedFile("a.eml", b"")}, "The selected file is empty."),
        ({"file": SimpleUploadedFile("a.eml", b"From: a\n\nHello")}, "There is no line “Records received”"),
    ],
)
def test_what_is_no_receipt_of_this_transfer_is_said_at_its_field(
    batch: Batch, fields: dict[str, Any], sentence: str
) -> None:
    answer = add(batch, **fields)
    assert answer.status_code == 422
    page = shown(answer)
    assert page.count(sentence) == 2, "in the summary and at the field"
    assert "<title>Error:" in "".join(answer.content.decode().split())
    assert not AdobeReceipt.objects.exists()


def test_the_same_receipt_twice_is_one(batch: Batch) -> None:
    add(batch, pasted_receipt=text_of(batch))
    assert "This receipt is here already" in shown(add(batch, pasted_receipt=text_of(batch)))
    assert AdobeReceipt.objects.count() == 1


def test_a_wrong_one_is_removed(batch: Batch) -> None:
    add(batch, pasted_receipt=text_of(batch))
    receipt = AdobeReceipt.objects.get()
    client = factories.signed_in(batch.maker)
    page = shown(client.post(url(batch, "receipt_remove", receipt.pk), follow=True))
    assert "The receipt is removed." in page
    assert client.post(url(batch, "receipt_remove", receipt.pk)).status_code == 404


def test_who_may_add_one(batch: Batch) -> None:
    for roles, may in ((("maker",), True), (("admin",), True), (("approver",), False), (("viewer",), False)):
        client = factories.signed_in(factories.member(batch.workspace, f"Vic {roles[0]}", roles=roles))
        page = shown(client.get(url(batch, "transfer")))
        assert ("Add Adobe's receipt" in page) is may, roles
        assert ("Makers and admins can add it." in page) is not may
        assert (client.get(url(batch, "receipt_add")).status_code == 200) is may


def test_before_it_is_sent_there_is_nothing_to_answer() -> None:
    batch = working.approved()
    client = factories.signed_in(batch.maker)
    assert "Adobe's receipt" not in shown(client.get(url(batch, "transfer")))
    page = shown(client.get(url(batch, "receipt_add"), follow=True))
    assert "a receipt comes after a transfer was sent" in page


def test_the_forecast_says_how_it_was_last_time(batch: Batch) -> None:
    add(batch, pasted_receipt=text_of(batch))
    check = working.checked_by_a_worker(working.draft(workspace=batch.workspace))
    page = shown(factories.signed_in(check.batch.maker).get(url(check.batch, "results")))
    assert "only Adobe knows last time 50" in page
    assert "at most 2 last time 50" in page

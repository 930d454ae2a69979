"""Files that were sent are taken along by those who may; the data of a transfer that is over is deleted on request."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, Check, Event, User
from ingest.services import again, files
from tests import factories
from tests.services import working
from tests.web.history_pages import signed_in
from tests.web.journey import words

pytestmark = pytest.mark.django_db
PARTS = (b"A-1\t1\n", b"A-2\t2\n")


@pytest.fixture(autouse=True)
def _old_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of these tests are old enough to go."""
    monkeypatch.setattr(files, "written_at", lambda key: working.NOW if files.exists(key) else None)


def _sent(**fields: Any) -> Batch:
    delivery = working.sending(*PARTS, **fields)
    working.send_all(delivery)
    found = Batch.objects.select_related("workspace", "maker", "result", "destination", "upload")
    return found.get(pk=delivery.batch_id)


def _take(batch: Batch, user: User, number: int = 1) -> Any:
    return signed_in(user).post(reverse("sent_file", args=[batch.workspace.slug, batch.number, number]))


def _page(batch: Batch, page: str = "transfer") -> str:
    return reverse(page, args=[batch.workspace.slug, batch.number])


@pytest.mark.parametrize("role", ["maker", "approver"])
def test_a_sent_file_comes_with_its_name_and_its_very_bytes_and_it_is_told_who_took_it(role: str) -> None:
    batch = _sent()
    ana = factories.member(batch.workspace, "Ana", roles=(role,))
    part = working.result_of(batch).parts.all()[1]
    name = batch.delivery.parts.get(part=part).name  # type: ignore[union-attr]
    answer = _take(batch, ana, 2)
    assert b"".join(answer) == files.read(part.key)
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/octet-stream", "no-store")
    told = Event.objects.get(batch=batch, kind="part.downloaded")
    assert (told.actor, told.after, told.sha256) == (ana, {"name": name}, part.sha256)
    assert f"{name} was downloaded" in words(signed_in(ana).get(_page(batch)))


def test_a_link_takes_nothing() -> None:
    batch = _sent()
    answer = signed_in(batch.maker).get(reverse("sent_file", args=[batch.workspace.slug, batch.number, 1]))
    assert answer.status_code == 405


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_who_neither_makes_nor_decides_gets_no_file(role: str) -> None:
    batch = _sent()
    vic = factories.member(batch.workspace, "Vic", roles=(role,))
    assert _take(batch, vic).status_code == 403
    assert (
        'action="/w/'
        not in signed_in(vic).get(_page(batch)).content.decode().split('id="files"')[1].split("</table>")[0]
    )


def test_what_was_not_sent_or_is_deleted_cannot_be_taken() -> None:
    batch = _sent()
    assert _take(batch, batch.maker, 3).status_code == 404
    Check.objects.filter(pk=working.result_of(batch).pk).update(parts_deleted_at=working.NOW)
    assert _take(batch, batch.maker).status_code == 404
    assert "Download" not in words(signed_in(batch.maker).get(_page(batch)))
    waiting = working.sending(*PARTS).batch
    assert _take(waiting, waiting.maker).status_code == 404
    assert not Event.objects.filter(kind="part.downloaded").exists()


def _stored(batch: Batch) -> list[bool]:
    assert batch.upload is not None
    return [
        files.exists(key) for key in (batch.upload.key, *working.result_of(batch).parts.values_list("key", flat=True))
    ]


@pytest.mark.parametrize("who", ["its maker", "an admin"])
def test_data_goes_after_a_question_and_figures_stay(who: str) -> None:
    batch = _sent()
    user = batch.maker if who == "its maker" else factories.member(batch.workspace, "Ada", roles=("admin",))
    client = signed_in(user)
    assert "Delete data (keeps counts)" in words(client.get(_page(batch)))
    assert "This can't be undone" in words(client.get(_page(batch, "delete_data")))
    assert _stored(batch) == [True, True, True]
    page = words(client.post(_page(batch, "delete_data"), follow=True))
    assert "The files of this transfer are deleted. Its figures and its history stay." in page
    assert "Everything but the figures was deleted on request" in page
    assert "Delete data (keeps counts)" not in page
    assert _stored(batch) == [False, False, False]
    told = Event.objects.get(batch=batch, kind="batch.data_deleted")
    assert (told.actor, told.after, working.result_of(batch).distinct_ids) == (user, {"reason": "asked"}, 2)


@pytest.mark.parametrize(
    "state", ["draft", "checking", "checked", "waiting", "approved", "sending", "failed", "partly_sent"]
)
def test_nothing_goes_while_it_is_not_over(state: str) -> None:
    batch = working.sending(*PARTS).batch
    Batch.objects.filter(pk=batch.pk).update(state=state)
    client = signed_in(batch.maker)
    for answer in (
        client.get(_page(batch, "delete_data"), follow=True),
        client.post(_page(batch, "delete_data"), follow=True),
    ):
        assert "Nothing was deleted: this transfer is not over" in words(answer)
    assert "Delete data" not in words(client.get(_page(batch)))
    assert Batch.objects.get(pk=batch.pk).data_deleted_at is None


def test_others_delete_nothing() -> None:
    batch = _sent()
    for roles in (("maker",), ("approver",), ()):
        client: Client = signed_in(factories.member(batch.workspace, "Ben", roles=roles))
        assert client.post(_page(batch, "delete_data")).status_code == 403
        assert "Delete data" not in words(client.get(_page(batch)))
    assert _stored(batch) == [True, True, True]


def test_what_another_transfer_needs_stays_with_it() -> None:
    batch = _sent()
    place = factories.destination(batch.workspace, "production")
    copy = again.to_production(batch, place, actor=batch.maker, now=working.NOW)
    signed_in(batch.maker).post(_page(batch, "delete_data"))
    assert _stored(batch) == [True, True, True]
    batch.refresh_from_db()
    assert batch.data_deleted_at is not None
    Batch.objects.filter(pk=copy.pk).update(state="cancelled")
    signed_in(batch.maker).post(_page(copy, "delete_data"))
    assert _stored(batch) == [False, False, False]

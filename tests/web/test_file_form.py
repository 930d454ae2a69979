"""A file in a plain form: straight into the spool folder, under the same limits, and no half file stays."""

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, Event, Upload, User, Workspace
from ingest.services import upload_spool
from ingest.views import form_file
from tests import factories
from tests.web.journey import chosen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _room(settings: Any, tmp_path: Path) -> None:
    settings.DISK_RESERVE_BYTES = 0
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def maker(client: Client, where: Workspace) -> User:
    person = factories.member(where)
    client.force_login(person)
    return person


def send(client: Client, url: str, content: bytes, name: str = "crm_nov.csv", **fields: str) -> Any:
    return client.post(url, {**fields, "file": SimpleUploadedFile(name, content)})


def no_half_file() -> bool:
    return not list(upload_spool.folder_files())


def test_a_file_in_a_form_starts_a_transfer(client: Client, where: Workspace, maker: User) -> None:
    rows = "".join(f"A-{n},gold,Bristol\n" for n in range(200_000))
    content = b"crm_id,tier,city\n" + rows.encode()
    answer = send(client, reverse("transfer_new", args=[where.slug]), content)
    batch = Batch.objects.get(workspace=where)
    assert answer["Location"] == reverse("step_file", args=[where.slug, batch.number])
    assert batch.upload is not None
    assert batch.upload.sha256 == hashlib.sha256(content).hexdigest()
    assert (batch.upload.received_bytes, batch.upload.declared_bytes) == (len(content), len(content))
    assert (batch.name, batch.maker, batch.state) == ("crm nov", maker, "draft")
    assert list(batch.editors.all()) == [maker]
    assert batch.mapping["reader"] == {"encoding": "utf-8", "delimiter": ",", "quote": '"', "escape": ""}
    assert Event.objects.get(batch=batch).kind == "batch.started"
    assert no_half_file()


@pytest.mark.usefixtures("maker")
def test_nothing_chosen_is_said(client: Client, where: Workspace) -> None:
    answer = client.post(
        reverse("transfer_new", args=[where.slug]), {"other": "x"}, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code in {403, 422}
    answer = client.post(reverse("transfer_new", args=[where.slug]), {"other": "x"})
    assert answer.status_code == 422
    assert "Select a file" in answer.content.decode()
    assert "<title>Error:" in " ".join(answer.content.decode().split()).replace("<title> ", "<title>")


@pytest.mark.usefixtures("maker")
def test_a_file_that_is_too_large_is_refused_before_its_first_byte(client: Client, where: Workspace) -> None:
    Workspace.objects.filter(pk=where.pk).update(max_upload_bytes=1000)
    answer = send(client, reverse("transfer_new", args=[where.slug]), b"x" * 200_000)
    assert answer.status_code == 422
    assert "must be smaller than 1" in answer.content.decode()
    assert not Upload.objects.filter(workspace=where).exists()


@pytest.mark.usefixtures("maker")
def test_a_file_that_turns_out_too_large_leaves_nothing(client: Client, where: Workspace) -> None:
    """The form's size leaves open how much of it is the file."""
    Workspace.objects.filter(pk=where.pk).update(max_upload_bytes=1000)
    answer = send(client, reverse("transfer_new", args=[where.slug]), b"x" * 1001)
    assert answer.status_code == 422
    assert Upload.objects.get(workspace=where).state == "deleted"
    assert no_half_file()


class _NeverRead:
    """The body of somebody who waits for an answer before they send it."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("nobody waits for a body that does not fit")

    readline = __iter__ = read


@pytest.mark.usefixtures("maker")
@pytest.mark.parametrize("page", ["transfer_new", "step_file"])
def test_a_form_that_cannot_fit_is_answered_before_it_comes(client: Client, where: Workspace, page: str) -> None:
    Workspace.objects.filter(pk=where.pk).update(max_upload_bytes=5_000_000_000)
    send(client, reverse("transfer_new", args=[where.slug]), b"a,b\n1,2\n")
    batch = Batch.objects.get(workspace=where)
    address = reverse(page, args=[where.slug, *([batch.number] if page == "step_file" else [])])
    environ: dict[str, Any] = {"CONTENT_LENGTH": "6000000000", "wsgi.input": _NeverRead()}
    answer = client.post(address, content_type="multipart/form-data; boundary=x", **environ)
    assert answer.status_code == 413
    assert "must be smaller than 5" in answer.content.decode()
    assert Upload.objects.filter(workspace=where).count() == 1


@pytest.mark.usefixtures("maker")
def test_what_is_refused_is_not_read_to_an_end_that_is_too_far(
    client: Client, where: Workspace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = form_file.CHUNK_BYTES
    monkeypatch.setattr(form_file, "DRAINED_BYTES", 4 * piece)
    settings.DISK_RESERVE_BYTES = 10**18
    pieces: list[bytes] = []
    reading = WSGIRequest.read

    def read(request: WSGIRequest, *size: int) -> bytes:
        pieces.append(reading(request, *size))
        return pieces[-1]

    monkeypatch.setattr(WSGIRequest, "read", read)
    answer = send(client, reverse("transfer_new", args=[where.slug]), b"x" * (8 * piece))
    assert answer.status_code == 422
    assert sum(map(len, pieces)) <= 2 * piece


def test_the_token_is_looked_at_before_the_file_is_read(where: Workspace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.member(where))
    answer = send(client, reverse("transfer_new", args=[where.slug]), b"a,b\n1,2\n", csrfmiddlewaretoken="x" * 64)
    assert answer.status_code == 403
    assert not Upload.objects.filter(workspace=where).exists()


def test_a_token_before_the_file_is_enough_and_one_after_it_is_too_late(where: Workspace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.member(where))
    url = reverse("transfer_new", args=[where.slug])
    token = client.get(url).cookies["csrftoken"].value
    file = SimpleUploadedFile("a.csv", b"a,b\n1,2\n")
    assert client.post(url, {"file": file, "csrfmiddlewaretoken": token}).status_code == 403
    assert not Upload.objects.filter(workspace=where).exists()
    file.seek(0)
    assert client.post(url, {"csrfmiddlewaretoken": token, "file": file}).status_code == 302


@pytest.mark.usefixtures("maker")
def test_a_form_that_is_cut_off_leaves_nothing(client: Client, where: Workspace) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n' + b"1,2\n" * 50_000
    answer = client.generic(
        "POST", reverse("transfer_new", args=[where.slug]), body, "multipart/form-data; boundary=x"
    )  # fmt: skip
    assert answer.status_code == 422
    assert "the connection was cut. Choose the file again." in answer.content.decode()
    assert not Upload.objects.filter(workspace=where).exclude(state="deleted").exists()
    assert no_half_file()


@pytest.mark.usefixtures("maker")
def test_a_form_that_is_no_form_is_refused(client: Client, where: Workspace) -> None:
    url = reverse("transfer_new", args=[where.slug])
    assert client.generic("POST", url, b"hello", "multipart/form-data; boundary=x").status_code in {400, 403, 422}
    assert no_half_file()


@pytest.mark.usefixtures("maker")
def test_only_the_first_file_counts(client: Client, where: Workspace) -> None:
    files = [SimpleUploadedFile("a.csv", b"a,b\n1,2\n"), SimpleUploadedFile("b.csv", b"c,d\n1,2\n")]
    assert client.post(reverse("transfer_new", args=[where.slug]), {"file": files}).status_code == 302
    assert [one.name for one in Upload.objects.filter(workspace=where)] == ["a.csv"]


@pytest.mark.usefixtures("maker")
def test_a_full_disk_is_said_and_the_disk_is_given_back(client: Client, where: Workspace, settings: Any) -> None:
    settings.DISK_RESERVE_BYTES = 10**18
    answer = send(client, reverse("transfer_new", args=[where.slug]), b"a,b\n1,2\n")
    assert answer.status_code == 422
    assert "free disk space" in answer.content.decode()
    assert no_half_file()


def test_other_forms_write_no_file_to_the_disk(client: Client, tmp_path: Path, settings: Any) -> None:
    """Whoever sends a large file to any page, signed in or not, fills nothing."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "temporary")
    (tmp_path / "temporary").mkdir()
    content = random.Random(1).randbytes(settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
    send(client, reverse("account_login"), content)
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.usefixtures("maker")
def test_another_file_replaces_the_one_that_is_there(client: Client, where: Workspace) -> None:
    send(client, reverse("transfer_new", args=[where.slug]), b"a,b\n1,2\n")
    batch = Batch.objects.get(workspace=where)
    mapping = {**batch.mapping, "kind": "traits", "dpid": 478}
    Batch.objects.filter(pk=batch.pk).update(mapping=mapping)
    url = reverse("step_file", args=[where.slug, batch.number])
    assert send(client, url, b"a;b\n1;2\n", "other.csv")["Location"] == url
    batch.refresh_from_db()
    assert batch.upload is not None
    assert batch.upload.name == "other.csv"
    assert batch.mapping == {**mapping, "reader": {"encoding": "utf-8", "delimiter": ";", "quote": '"', "escape": ""}}
    assert batch.version == 1


def test_a_form_that_is_sent_twice_starts_one_transfer(client: Client, where: Workspace, maker: User) -> None:
    address, content = reverse("transfer_new", args=[where.slug]), b"a,b\n1,2\n"
    key = chosen(client.get(address), "key")
    first, second = (send(client, address, content, key=key) for _ in range(2))
    assert first["Location"] == second["Location"]
    batch = Batch.objects.get(workspace=where)
    assert list(Upload.objects.exclude(state="deleted")) == [batch.upload], "the second file is not kept"
    send(client, address, b"c,d\n1,2\n", key=key)
    assert Batch.objects.filter(maker=maker).count() == 2, "another file is another transfer"
    send(client, address, content, key=chosen(client.get(address), "key"))
    send(client, address, content)
    assert Batch.objects.filter(maker=maker).count() == 4, "whoever comes anew means it"


@pytest.mark.usefixtures("maker")
def test_a_form_that_is_sent_again_after_its_file_went_counts(client: Client, where: Workspace) -> None:
    address, content = reverse("transfer_new", args=[where.slug]), b"a,b\n1,2\n"
    send(client, address, content, key="k")
    Upload.objects.filter(workspace=where).update(state="deleted")
    send(client, address, content, key="k")
    assert Batch.objects.filter(workspace=where).count() == 2


@pytest.mark.usefixtures("maker")
def test_nobody_gets_the_transfer_of_somebody_else_by_their_key(client: Client, where: Workspace) -> None:
    address, content = reverse("transfer_new", args=[where.slug]), b"a,b\n1,2\n"
    send(client, address, content, key="k")
    client.force_login(factories.member(where, "Ben"))
    send(client, address, content, key="k")
    assert sorted(Batch.objects.values_list("maker__name", flat=True)) == ["Ada", "Ben"]

"""Uploads piece by piece keep to tus 1.0, and no order of requests harms the file."""

import base64
import hashlib
import random
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ingest.models import Upload, Workspace
from ingest.services import files, upload_digest, upload_spool
from tests import factories
from tests.web.tus_client import OCTETS, Tus

pytestmark = pytest.mark.django_db
CONTENT = random.Random(1).randbytes(100_000)


@pytest.fixture(autouse=True)
def _room(settings: Any, tmp_path: Path) -> None:
    settings.DISK_RESERVE_BYTES = 0
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


@pytest.fixture
def tus(client: Client, where: Workspace) -> Tus:
    client.force_login(factories.member(where))
    return Tus(client, where)


def stored(upload: Upload) -> bytes:
    with files.local_copy(upload.key) as path:
        return Path(path).read_bytes()


def test_what_the_server_understands_is_said(tus: Tus) -> None:
    answer = tus.client.options(reverse("uploads", args=[tus.where.slug]))
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "termination", "expiration", "checksum",
    }  # fmt: skip
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert answer["Tus-Max-Size"] == str(5_000_000_000)


def test_a_file_in_pieces_arrives_whole(tus: Tus) -> None:
    url = tus.begin(len(CONTENT), "März Kunden.csv")
    for start in range(0, len(CONTENT), 30_000):
        answer = tus.patch(url, start, CONTENT[start : start + 30_000])
        assert answer.status_code == 204
        assert answer["Tus-Resumable"] == "1.0.0"
        assert int(answer["Upload-Offset"]) == min(start + 30_000, len(CONTENT))
    upload = tus.upload(url)
    assert (upload.state, upload.name) == ("complete", "März Kunden.csv")
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert stored(upload) == CONTENT
    assert not upload_spool.path_of(upload.pk).exists()


def test_the_first_piece_can_come_with_the_request_that_begins_the_upload(tus: Tus) -> None:
    answer = tus.client.post(
        reverse("uploads", args=[tus.where.slug]), data=CONTENT, content_type=OCTETS,
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(CONTENT))},
    )  # fmt: skip
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(CONTENT)))
    assert tus.upload(answer["Location"]).state == "complete"


def test_an_upload_says_how_far_it_is_and_until_when_it_is_kept(tus: Tus) -> None:
    url = tus.begin(len(CONTENT))
    tus.patch(url, 0, CONTENT[:1234])
    answer = tus.head(url)
    assert answer.status_code == 200
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("1234", str(len(CONTENT)))
    assert answer["Upload-Expires"].endswith("GMT")
    assert answer["Cache-Control"] == "no-store"
    assert base64.b64decode(answer["Upload-Metadata"].split()[1]) == b"customers.csv"


def test_an_upload_can_be_ended(tus: Tus) -> None:
    url = tus.begin(len(CONTENT))
    tus.patch(url, 0, CONTENT[:1234])
    assert tus.delete(url).status_code == 204
    assert tus.upload(url).state == "deleted"
    assert not upload_spool.path_of(tus.upload(url).pk).exists()
    assert tus.head(url).status_code == tus.delete(url).status_code == 410
    assert tus.patch(url, 1234, CONTENT[1234:]).status_code == 410


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_was_altered_on_its_way_is_refused_whole(tus: Tus, algorithm: str) -> None:
    url = tus.begin(len(CONTENT))
    tus.patch(url, 0, CONTENT[:50_000])
    rest = CONTENT[50_000:]
    checksum = f"{algorithm} {base64.b64encode(hashlib.new(algorithm, rest).digest()).decode()}"
    altered = bytes([rest[0] ^ 1]) + rest[1:]
    assert tus.patch(url, 50_000, altered, **{"Upload-Checksum": checksum}).status_code == 460
    assert tus.head(url)["Upload-Offset"] == "50000"
    assert tus.patch(url, 50_000, rest, **{"Upload-Checksum": checksum}).status_code == 204
    assert stored(tus.upload(url)) == CONTENT


REFUSED_PIECES: dict[str, tuple[int, dict[str, Any]]] = {
    "no version": (412, {"Tus-Resumable": ""}),
    "another version": (412, {"Tus-Resumable": "0.2.2"}),
    "no offset": (400, {"Upload-Offset": ""}),
    "a negative offset": (400, {"Upload-Offset": "-1"}),
    "an offset in words": (400, {"Upload-Offset": "ten"}),
    "a huge offset": (400, {"Upload-Offset": "9" * 30}),
    "an offset in other digits": (400, {"Upload-Offset": "\u0661"}),
    "an offset ahead": (409, {"Upload-Offset": "2000"}),
    "an offset behind": (409, {"Upload-Offset": "0"}),
    "more than was declared": (413, {"Upload-Offset": "99999"}),
    "another type": (415, {"content_type": "text/csv"}),
    "a form": (415, {"content_type": "application/x-www-form-urlencoded"}),
    "an unknown checksum": (400, {"Upload-Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}),
    "half a checksum": (400, {"Upload-Checksum": "sha256 AAAA"}),
    "a checksum that is none": (400, {"Upload-Checksum": "sha256 %%%"}),
    "a body in chunks": (411, {"Transfer-Encoding": "chunked"}),
}


@pytest.mark.parametrize("case", REFUSED_PIECES)
def test_a_piece_that_breaks_the_protocol_is_refused_and_harms_nothing(tus: Tus, case: str) -> None:
    status, headers = REFUSED_PIECES[case]
    url = tus.begin(len(CONTENT))
    tus.patch(url, 0, CONTENT[:1000])
    assert tus.patch(url, 1000, b"x" * 10, **headers).status_code == status
    assert tus.head(url)["Upload-Offset"] == "1000"
    tus.patch(url, 1000, CONTENT[1000:])
    assert stored(tus.upload(url)) == CONTENT


def test_a_piece_without_its_length_is_refused(tus: Tus) -> None:
    url = tus.begin(len(CONTENT))
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    answer = tus.client.generic("PATCH", url, b"", OCTETS, headers=headers, CONTENT_TYPE=OCTETS)
    assert answer.status_code == 411


REFUSED_STARTS: dict[str, tuple[int, dict[str, str]]] = {
    "no length": (400, {"Upload-Length": ""}),
    "a negative length": (400, {"Upload-Length": "-5"}),
    "a length that is none": (400, {"Upload-Length": "1e9"}),
    "a length to come": (400, {"Upload-Defer-Length": "1"}),
    "too large": (413, {"Upload-Length": str(6 * 1024**3)}),
    "metadata that are none": (400, {"Upload-Metadata": "filename %%%"}),
    "the same key twice": (400, {"Upload-Metadata": "filename YQ==,filename YQ=="}),
    "far too many metadata": (400, {"Upload-Metadata": "k " + "A" * 9000}),
    "no version": (412, {"Tus-Resumable": ""}),
}


@pytest.mark.parametrize("case", REFUSED_STARTS)
def test_an_upload_that_cannot_begin_leaves_nothing(tus: Tus, case: str) -> None:
    status, headers = REFUSED_STARTS[case]
    answer = tus.create(10, **headers)
    assert answer.status_code == status
    assert answer["Tus-Resumable"] == "1.0.0"
    assert answer.content.decode().endswith(".")
    assert not Upload.objects.filter(workspace=tus.where).exists()


@pytest.mark.parametrize("seed", range(10))
def test_a_file_that_is_cut_at_random_places_arrives_whole(tus: Tus, seed: int) -> None:
    """A hundred cuts in all: each time the client asks where to go on; now and then another process answers."""
    rng = random.Random(seed)
    cuts = sorted({0, len(CONTENT), *(rng.randrange(len(CONTENT)) for _ in range(10))})
    url = tus.begin(len(CONTENT))
    for end in cuts[1:]:
        if rng.random() < 0.3:
            upload_digest.forget(tus.upload(url).pk)
        offset = int(tus.head(url)["Upload-Offset"])
        assert tus.patch(url, offset, CONTENT[offset:end]).status_code == 204
        assert tus.patch(url, offset, CONTENT[offset:end]).status_code == 409, "a replay"
    upload = tus.upload(url)
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert stored(upload) == CONTENT


def test_only_one_request_writes_to_an_upload(tus: Tus) -> None:
    url = tus.begin(len(CONTENT))
    with upload_spool.held(tus.upload(url).pk):
        assert tus.patch(url, 0, CONTENT).status_code == 423
        assert tus.delete(url).status_code == 423
    assert tus.patch(url, 0, CONTENT).status_code == 204


def test_the_last_piece_can_be_sent_again_when_its_answer_was_lost(tus: Tus) -> None:
    url = tus.begin(len(CONTENT))
    tus.patch(url, 0, CONTENT)
    assert tus.head(url)["Upload-Offset"] == str(len(CONTENT))
    assert tus.patch(url, len(CONTENT), b"").status_code == 204
    assert tus.patch(url, 0, CONTENT).status_code == 409


def test_uploads_of_others_do_not_exist(tus: Tus, where: Workspace) -> None:
    elsewhere = factories.workspace()
    others = [factories.member(where, "Ben"), factories.member(elsewhere, "Cy")]
    foreign = [
        Upload.objects.create(
            workspace=place, owner=owner, name="a.csv", declared_bytes=10, expires_at=factories.NOW,
        )
        for owner, place in zip(others, (where, elsewhere), strict=True) for _ in range(25)
    ]  # fmt: skip
    for upload in foreign:
        url = reverse("upload", args=[where.slug, upload.pk])
        assert {tus.head(url).status_code, tus.patch(url, 0, b"x").status_code, tus.delete(url).status_code} == {404}
    assert set(Upload.objects.values_list("state", "received_bytes")) == {("receiving", 0)}


def test_other_methods_are_not_allowed(tus: Tus) -> None:
    url = tus.begin(10)
    for answer in (tus.client.get(url, headers={"Tus-Resumable": "1.0.0"}), tus.client.put(url)):
        assert answer.status_code in {405, 412}
    answer = tus.client.get(url, headers={"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 405


def test_a_client_that_can_only_post_says_the_method_in_a_header(tus: Tus) -> None:
    url = tus.begin(3)
    answer = tus.client.post(
        url, b"abc", content_type=OCTETS,
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )  # fmt: skip
    assert answer.status_code == 204
    assert tus.upload(url).state == "complete"


def test_somebody_whose_session_ended_is_told_so_in_a_way_a_program_understands(tus: Tus) -> None:
    url = tus.begin(len(CONTENT))
    tus.client.logout()
    assert tus.patch(url, 0, CONTENT).status_code == 401
    assert tus.create(10).status_code == 401


def test_without_the_token_against_forged_requests_nothing_is_taken(where: Workspace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.member(where))
    assert Tus(client, where).create(10).status_code == 403
    assert not Upload.objects.filter(workspace=where).exists()


def test_a_viewer_cannot_upload(client: Client, where: Workspace) -> None:
    client.force_login(factories.member(where, roles=()))
    assert Tus(client, where).create(10).status_code == 403

"""The sample file: forty invented customers to look at, and to practise with."""

import codecs
import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ingest.models import Batch, Upload, User, Workspace
from ingest.services import upload_spool
from tests import factories
from tests.house.tree import PROJECT
from tests.web.journey import chosen, words

pytestmark = pytest.mark.django_db
PRACTICE = PROJECT / "docs" / "practice" / "customers.csv"


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


def test_it_is_the_practice_file_in_a_form_that_spreadsheets_open(client: Client, where: Workspace) -> None:
    client.force_login(factories.member(where, roles=()))
    answer = client.get(reverse("sample_csv", args=[where.slug]))
    assert answer["Content-Disposition"] == 'attachment; filename="sample-customers.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content == codecs.BOM_UTF8 + PRACTICE.read_bytes()
    rows = [row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";") if row]
    assert rows[0][0] == "Customer no."
    assert len(rows) == 41


def test_one_click_starts_a_practice_run_with_it(client: Client, where: Workspace, maker: User) -> None:
    answer = client.post(reverse("sample_start", args=[where.slug]))
    batch = Batch.objects.get(workspace=where)
    assert answer["Location"] == reverse("step_file", args=[where.slug, batch.number])
    assert (batch.maker, batch.state, batch.name) == (maker, "draft", "sample-customers")
    assert batch.is_practice
    assert batch.upload is not None
    assert batch.upload.sha256 == hashlib.sha256(codecs.BOM_UTF8 + PRACTICE.read_bytes()).hexdigest()
    assert list(upload_spool.folder_files()) == []
    text = words(client.get(answer["Location"]))
    assert "Customer no." in text
    assert "semicolon" in text
    assert "Practice: nothing is sent" in text


@pytest.mark.usefixtures("maker")
def test_a_second_click_leads_to_the_same_transfer(client: Client, where: Workspace) -> None:
    key = chosen(client.get(reverse("home", args=[where.slug])), "key")
    clicks = [client.post(reverse("sample_start", args=[where.slug]), {"key": key})["Location"] for _ in range(3)]
    assert len(set(clicks)) == 1
    assert Batch.objects.filter(workspace=where).count() == 1
    assert Upload.objects.exclude(state="deleted").count() == 1


def test_where_no_file_has_room_it_says_so_and_leaves_nothing(client: Client, where: Workspace, maker: User) -> None:
    Workspace.objects.filter(pk=where.pk).update(quota_bytes=10)
    answer = client.post(reverse("sample_start", args=[where.slug]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("transfer_new", args=[where.slug])
    assert "this file would go beyond that" in words(answer)
    assert not Batch.objects.filter(maker=maker).exists()
    assert not Upload.objects.exists()
    assert list(upload_spool.folder_files()) == []


def test_the_first_home_page_and_the_upload_page_offer_it(client: Client, where: Workspace, maker: User) -> None:
    start = f'action="{reverse("sample_start", args=[where.slug])}"'
    home, new = (client.get(reverse(page, args=[where.slug])) for page in ("home", "transfer_new"))
    for answer in (home, new):
        assert start in answer.content.decode()
        assert "Practise with a sample file (nothing is sent)" in words(answer)
    assert f'href="{reverse("sample_csv", args=[where.slug])}"' in new.content.decode()
    factories.batch(where, maker)
    assert start not in client.get(reverse("home", args=[where.slug])).content.decode()

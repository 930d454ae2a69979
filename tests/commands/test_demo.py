"""`manage.py demo` and `manage.py create_workspace`: something to try, and the way in for a first admin."""

import io
import re
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from ingest.models import DataSource, Destination, Event, Invitation, Membership, Trait, User, Workspace
from tests import factories

pytestmark = pytest.mark.django_db
LINE = re.compile(r"^  (maker|approver|admin|viewer) +(\S+@example\.com) +(.+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _elsewhere(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.LOCAL_ROOTS = (tmp_path / "outbox",)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def demo() -> dict[str, str]:
    """The printed passwords by role."""
    out = io.StringIO()
    call_command("demo", stdout=out)
    return {role: password for role, _email, password in LINE.findall(out.getvalue())}


def test_everybody_of_the_demo_can_sign_in() -> None:
    printed = demo()
    assert set(printed) == {"maker", "approver", "admin", "viewer"}
    assert len(set(printed.values())) == 4
    for role, password in printed.items():
        answer = Client().post("/account/login/", {"login": f"{role}@example.com", "password": password})
        assert answer["Location"] == "/"


def test_the_demo_has_what_a_first_transfer_needs() -> None:
    demo()
    workspace = Workspace.objects.get(slug="demo")
    assert DataSource.objects.filter(workspace=workspace).count() >= 3
    assert Trait.objects.filter(workspace=workspace).count() >= 12
    places = Destination.objects.filter(workspace=workspace)
    assert {place.environment for place in places} == {"beta", "production"}
    assert all(Path(place.config["folder"]).is_dir() for place in places)
    assert Membership.objects.get(user__email="maker@example.com").makes


def test_again_it_changes_nothing_and_prints_the_same() -> None:
    first = demo()
    before = User.objects.get(email="maker@example.com").password
    assert demo() == first
    assert User.objects.get(email="maker@example.com").password == before
    assert (Workspace.objects.count(), User.objects.count(), Event.objects.count()) == (1, 4, 1)


def test_what_people_changed_stays() -> None:
    demo()
    maker = User.objects.get(email="maker@example.com")
    maker.set_password("their own umbrellas")
    maker.save()
    Membership.objects.filter(user=maker).delete()
    assert demo()["maker"] == "(changed by its owner)"
    assert not Membership.objects.filter(user=maker).exists()


def test_nobody_else_on_the_machine_reads_the_passwords(tmp_path: Path) -> None:
    demo()
    [kept] = tmp_path.glob("demo*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_workspace_of_that_name_that_is_no_demo_is_left_alone() -> None:
    factories.workspace(slug="demo", name="Our own")
    with pytest.raises(CommandError, match="A workspace with the address demo is there already"):
        demo()
    assert not User.objects.exists()


def create(slug: str = "acme") -> str:
    out = io.StringIO()
    arguments = [
        "--name",
        "Acme",
        "--slug",
        slug,
        "--admin",
        "ada@example.com",
        "--base",
        "https://portal.example.com/",
    ]
    call_command("create_workspace", *arguments, stdout=out)
    return out.getvalue()


def test_a_workspace_is_made_and_its_admin_joins_by_the_printed_link() -> None:
    [link] = re.findall(r"https://portal\.example\.com(/invitation/\S+)", create())
    joined = Client().post(link, {"name": "Ada", "password": "seven green umbrellas"})
    assert joined["Location"] == "/w/acme/"
    ada = Membership.objects.get(workspace__slug="acme")
    assert (ada.user.email, ada.administers) == ("ada@example.com", True)


def test_the_account_that_invites_can_do_nothing() -> None:
    create()
    inviter = Invitation.objects.get().invited_by
    assert not inviter.is_active
    assert not inviter.memberships.exists()


def test_the_link_leads_to_where_the_portal_answers(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    arguments = ["--name", "Acme", "--admin", "ada@example.com"]
    for slug, said, address in (
        ("one", None, "http://127.0.0.1:8000"),
        ("two", "http://127.0.0.1:8123 (process 7)", "http://127.0.0.1:8123"),
    ):
        if said:
            (tmp_path / "serve.lock").write_text(said)
        out = io.StringIO()
        call_command("create_workspace", *arguments, "--slug", slug, stdout=out)
        assert f"\n{address}/invitation/" in out.getvalue()
        assert "--base" in out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--name", "A", "--slug", "not a slug", "--admin", "ada@example.com"], "slug"),
        (["--name", "A", "--slug", "a", "--admin", "ada"], "e-mail"),
        (["--slug", "a", "--admin", "ada@example.com"], "--name"),
    ],
)
def test_a_wrong_argument_is_said(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_workspace", *arguments)


def test_an_address_that_is_taken_is_said() -> None:
    factories.workspace(slug="acme")
    with pytest.raises(CommandError, match="There is a workspace with the address acme already"):
        create()

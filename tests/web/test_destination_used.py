"""A destination that was used: its past stays true, and what was changed can be read."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from ingest.models import Batch, Destination, Event, User
from ingest.services import destinations
from ingest.services.destination_settings import Setting, settings_of
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
STAYS = "Make a new destination for the other one."


def _decided(where: Destination) -> None:
    working.approved(workspace=where.workspace, destination=where)


def _sent(where: Destination) -> None:
    working.send_all(working.sending(workspace=where.workspace, destination=where))


def _admin(client: Client, where: Destination) -> User:
    admin = factories.member(where.workspace, roles=["admin"])
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return admin


def _form(where: Destination, **changes: str) -> dict[str, str]:
    kept = {"name": where.name, "environment": where.environment, "is_active": "on"}
    return {**kept, "config_folder": where.config["folder"], **changes}


@pytest.mark.parametrize("used", [_decided, _sent])
def test_a_destination_that_was_used_keeps_its_environment(client: Client, used: Callable[[Destination], None]) -> None:
    place = factories.destination(factories.workspace())
    used(place)
    admin = _admin(client, place)
    url = f"/w/{place.workspace.slug}/manage/destinations/{place.pk}"
    page = client.get(url).content.decode()
    assert page.count(STAYS) == 1
    refused = client.post(url, _form(place, environment="production", confirmed="1"))
    assert (refused.status_code, refused.content.decode().count(STAYS) >= 2) == (422, True)
    with pytest.raises(destinations.Used):
        destinations.change(place, actor=admin, now=factories.NOW, environment="production")
    place.refresh_from_db()
    assert place.environment == "beta"
    assert client.post(url, _form(place, name="Renamed")).status_code == 302


def test_a_destination_that_was_only_asked_for_may_change_its_environment(client: Client) -> None:
    place = factories.destination(factories.workspace())
    Batch.objects.filter(pk=working.checked(workspace=place.workspace, destination=place).pk).update(state="waiting")
    _admin(client, place)
    url = f"/w/{place.workspace.slug}/manage/destinations/{place.pk}"
    assert STAYS not in client.get(url).content.decode()
    assert client.post(url, _form(place, environment="production", confirmed="1")).status_code == 302
    place.refresh_from_db()
    assert place.environment == "production"


def test_a_change_can_be_read_with_the_place_before_and_after() -> None:
    place = factories.destination(factories.workspace())
    admin, old = factories.member(place.workspace, roles=["admin"]), place.config["folder"]
    new = str(settings.LOCAL_ROOTS[0] / "new-place")
    destinations.change(place, actor=admin, now=factories.NOW, config={"folder": new})
    event = Event.objects.get(kind="destination.changed")
    assert (event.before["settings"], event.after["settings"]) == ({"folder": old}, {"folder": new})


def test_settings_are_told_in_words_and_nothing_that_the_method_does_not_ask_for() -> None:
    place = Destination(method="local", config={"folder": "/srv/out", "password": "hunter2"})
    assert settings_of(place) == (Setting("Folder", "/srv/out"),)
    place = Destination(
        method="ftp",
        config={"host": "ftp.example.com", "port": 21, "is_tls12_only": False, "authority": "-----BEGIN x"},
    )
    assert [setting.label for setting in settings_of(place)] == ["Host", "Certificate authority"], "others are usual"
    assert settings_of(place)[1].value.startswith("SHA-256 "), "a certificate is not spelled out"
    assert settings_of(Destination(method="of-another-version", config={"folder": "/srv/out"})) == ()

"""Files that are encrypted for their receiver: a key is entered once, and whoever must know of it is told in time."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch, Check, Destination, Event, Workspace
from ingest.services import again, approve, start, submit
from ingest.services.submit import NotReady, Obstacle
from ingest.transfer.seal_field import SEAL_KEY
from tests import factories, openpgp_keys
from tests.factories import signed_in
from tests.services import working
from tests.web.journey import Maker, maker_with, words

pytestmark = pytest.mark.django_db
LIST = "/w/acme/manage/destinations"
NEW = f"{LIST}/new?preset=beta-local"
PGP = {**factories.MAPPING, "output": {"compression": "pgp"}}


@pytest.fixture
def acme() -> Workspace:
    return factories.workspace(slug="acme", name="Acme")


@pytest.fixture
def admin(acme: Workspace) -> Client:
    return signed_in(factories.member(acme, "Ada", roles=["admin"]))


def _form(key: str, **changes: str) -> dict[str, str]:
    folder = Path(settings.LOCAL_ROOTS[0]) / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    good = {"name": "Sealed", "environment": "beta", "config_folder": str(folder), "is_active": "on"}
    return {**good, f"config_{SEAL_KEY}": key, **changes}


def _sealed(where: Workspace, key: str = "", environment: str = "beta", **fields: Any) -> Destination:
    """A destination with a key, whatever is wrong with it by now."""
    plain = factories.destination(where, environment, is_active=False)
    config = {**plain.config, SEAL_KEY: key or openpgp_keys.public_key()}
    return factories.destination(where, environment, config=config, **fields)


def test_a_key_is_entered_and_shown_as_people_compare_it(admin: Client) -> None:
    key = openpgp_keys.public_key().replace("\n", "\r\n")  # as browsers send it
    page = admin.post(NEW, _form(key), follow=True)
    assert openpgp_keys.fingerprint() in words(page)
    assert "receiver <receiver@example.com>" in words(page)
    told = Event.objects.get(kind="destination.added").after["settings"]
    assert told[SEAL_KEY] == openpgp_keys.fingerprint()
    assert "PGP PUBLIC KEY" not in str(told)


def test_saving_once_more_without_a_change_changes_nothing(admin: Client) -> None:
    admin.post(NEW, _form(openpgp_keys.public_key()))
    before = Destination.objects.get()
    page = admin.get(f"{LIST}/{before.pk}").content.decode()
    (shown,) = re.findall(rf'<textarea name="config_{SEAL_KEY}"[^>]*>\s*([^<]*)</textarea>', page)
    admin.post(f"{LIST}/{before.pk}", _form(shown.replace("&lt;", "<").replace("&gt;", ">").replace("\n", "\r\n")))
    assert Destination.objects.get().config_sha256 == before.config_sha256


def test_another_key_is_another_place(admin: Client, acme: Workspace) -> None:
    place = _sealed(acme)
    batch = working.decide(working.checked(workspace=acme, destination=place, mapping=PGP))
    asked = admin.post(f"{LIST}/{place.pk}", _form(openpgp_keys.public_key("other"), name=place.name))
    assert "1 open request loses its approval" in words(asked)
    admin.post(f"{LIST}/{place.pk}", _form(openpgp_keys.public_key("other"), name=place.name, confirmed="1"))
    assert working.state_of(batch) == "checked"


def test_a_secret_key_is_refused_and_neither_kept_nor_shown(admin: Client) -> None:
    secret = str(openpgp_keys.secret_key())
    line = secret.splitlines()[6]
    for text in (secret, secret.replace("PRIVATE KEY", "PUBLIC KEY"), secret.replace("\n", "\r\n")):
        page = admin.post(NEW, _form(text))
        assert page.status_code == 422
        assert "This is a secret key, which must never leave its owner" in words(page)
        assert line not in page.content.decode()
    assert not Destination.objects.exists()


def test_a_secret_key_does_not_wait_in_a_session(client: Client, admin: Client) -> None:
    line = str(openpgp_keys.secret_key()).splitlines()[6]
    disguised = str(openpgp_keys.secret_key()).replace("PRIVATE KEY", "PUBLIC KEY")
    client.post(NEW, _form(disguised))
    kept = client.session["kept_post"]["fields"]
    assert "config_folder" in kept
    assert SEAL_KEY not in kept
    assert all(line not in str(session.get_decoded()) for session in Session.objects.all())
    client.post(NEW, _form(openpgp_keys.public_key()))
    assert SEAL_KEY in client.session["kept_post"]["fields"]
    assert admin.get(NEW).status_code == 200


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (openpgp_keys.expired_key, "expired on"),
        (openpgp_keys.revoked_key, "was revoked by its owner"),
        (lambda: "hello", "This is no OpenPGP public key. Paste all of its text"),
        (lambda: openpgp_keys.public_key() + openpgp_keys.public_key("other"), "There are 2 keys in this"),
    ],
    ids=["expired", "revoked", "none", "two"],
)
def test_a_key_that_is_of_no_use_is_refused_in_words(admin: Client, key: Any, sentence: str) -> None:
    page = admin.post(NEW, _form(key()))
    assert (page.status_code, sentence in words(page)) == (422, True)
    assert not Destination.objects.exists()


def test_the_connection_test_says_whether_files_can_be_encrypted(admin: Client, acme: Workspace) -> None:
    good, late = _sealed(acme), _sealed(acme, openpgp_keys.expired_key())
    works = words(admin.post(f"{LIST}/{good.pk}/test", follow=True))
    assert "Encrypt for the receiver's key Works" in works.replace("&#x27;", "'")
    fails = words(admin.post(f"{LIST}/{late.pk}/test", follow=True))
    assert re.search(r"expired on \d{4}-\d\d-\d\d\. Ask the receiver for a new public key", fails)
    late.refresh_from_db()
    assert late.tested_step == "Encrypt for the receiver's key"
    assert "Nothing can be sent here now" in words(admin.get(f"{LIST}/{late.pk}"))


@pytest.fixture
def maker(client: Client, acme: Workspace) -> Maker:
    """A maker with a checked batch whose parts were made to be sent as they are."""
    person = factories.member(acme, "Mia")
    factories.member(acme, "Ana", roles=("approver",))
    factories.data_source(acme, 478, name="CRM customers")
    made = maker_with(client, where=acme, person=person, mapping=factories.MAPPING)
    factories.finished_check(made.batch)
    Batch.objects.filter(pk=made.batch.pk).update(state="checked")
    return made


def _choose(maker: Maker, place: Destination) -> Any:
    answers = {"name": "Loyalty", "note": "", "destination": str(place.pk), "when": "after"}
    return maker.client.post(maker.url("step_destination"), {**answers, "version": _version(maker)}, follow=True)


def _version(maker: Maker) -> str:
    maker.batch.refresh_from_db()
    return str(maker.batch.version)


def test_the_destination_decides_and_the_rows_are_checked_anew(maker: Maker, acme: Workspace) -> None:
    sealed, plain = _sealed(acme), factories.destination(acme, "production")
    assert "They are encrypted for their receiver (OpenPGP)" in words(maker.get("step_destination"))
    page = words(_choose(maker, sealed))
    maker.batch.refresh_from_db()
    assert (maker.batch.mapping["output"], maker.batch.state) == ({"compression": "pgp"}, "draft")
    assert f"Files for {sealed.name} are encrypted, so they have to be made anew" in page
    assert "Check again first" in page
    assert "ftp_dpm_478_….sync.gpg" in page
    _choose(maker, plain)
    maker.batch.refresh_from_db()
    assert maker.batch.mapping == factories.MAPPING


def test_choosing_what_fits_leaves_the_check_as_it_is(maker: Maker, acme: Workspace) -> None:
    assert "Check again first" not in words(_choose(maker, factories.destination(acme)))
    maker.batch.refresh_from_db()
    assert maker.batch.state == "checked"


def test_a_destination_whose_key_is_of_no_use_cannot_be_chosen(maker: Maker, acme: Workspace) -> None:
    late = _sealed(acme, openpgp_keys.expired_key())
    page = maker.get("step_destination")
    assert "expired on" in words(page)
    assert re.search(rf'value="{late.pk}"[^>]* disabled', page.content.decode())
    assert _choose(maker, late).status_code == 422
    Batch.objects.filter(pk=maker.batch.pk).update(destination=late)
    assert not re.search(rf'value="{late.pk}"[^>]* checked', maker.get("step_destination").content.decode())


def test_a_new_transfer_is_packed_as_all_destinations_take_it(acme: Workspace) -> None:
    person = factories.member(acme, "Mia")
    place = _sealed(acme)
    made = start.start_batch(factories.upload(acme, person), actor=person, now=timezone.now())
    assert made.mapping["output"] == {"compression": "pgp"}
    factories.destination(acme)
    other = start.start_batch(factories.upload(acme, person), actor=person, now=timezone.now())
    assert "output" not in other.mapping
    Batch.objects.filter(pk=other.pk).update(destination=place)
    other.refresh_from_db()
    assert again.use_again(other, actor=person, now=timezone.now()).mapping["output"] == {"compression": "pgp"}


def _ready(where: Workspace, place: Destination, mapping: dict[str, Any]) -> Batch:
    """A batch that lacks nothing but the request, as far as its rows go."""
    batch = working.checked(workspace=where, destination=place, mapping=mapping, name=f"To {place.name}")
    Check.objects.filter(batch=batch).update(refused=0, accepted=3)
    factories.member(where, "Ana", roles=("approver",))
    batch.refresh_from_db()
    return batch


def _obstacles(batch: Batch) -> tuple[Obstacle, ...]:
    with pytest.raises(NotReady) as caught:
        submit.submit(batch, actor=batch.maker, now=timezone.now(), replaces_confirmed=False)
    return caught.value.obstacles


def test_what_stands_against_encrypting_stands_against_the_request(acme: Workspace) -> None:
    expired = _ready(acme, _sealed(acme, openpgp_keys.expired_key()), PGP)
    assert _obstacles(expired) == (Obstacle.KEY_UNUSABLE,)
    page = words(signed_in(expired.maker).get(reverse("submit", args=["acme", expired.number])))
    assert "can't be encrypted now" in page.replace("&#x27;", "'")
    assert "An administrator must enter it in the destination." in page
    unsealed = _ready(acme, _sealed(acme), factories.MAPPING)
    assert _obstacles(unsealed) == (Obstacle.PACKED_OTHERWISE,)
    page = words(signed_in(unsealed.maker).get(reverse("submit", args=["acme", unsealed.number])))
    assert "takes encrypted files only" in page
    keyless = _ready(acme, factories.destination(acme), PGP)
    assert _obstacles(keyless) == (Obstacle.PACKED_OTHERWISE,)
    page = words(signed_in(keyless.maker).get(reverse("submit", args=["acme", keyless.number])))
    assert "has no key to encrypt files for" in page


def test_an_approver_is_told_and_cannot_approve_what_cannot_be_encrypted(acme: Workspace) -> None:
    batch = _ready(acme, _sealed(acme, openpgp_keys.expired_key()), PGP)
    Batch.objects.filter(pk=batch.pk).update(state="waiting", state_at=timezone.now())
    batch.refresh_from_db()
    approver = factories.member(acme, "Wei", roles=("approver",))
    dossier = words(signed_in(approver).get(reverse("approval", args=["acme", batch.number])))
    assert "can't be encrypted for their receiver" in dossier.replace("&#x27;", "'")
    assert "Approve and send" not in dossier
    seen = approve.seen_in(batch)
    assert seen is not None
    digests = {name: getattr(seen, name) for name in ("parts_sha256", "mapping_sha256", "destination_sha256")}
    answer = signed_in(approver).post(reverse("approve", args=["acme", batch.number]), digests, follow=True)
    assert "Nothing was approved. The OpenPGP key" in words(answer)
    assert working.state_of(batch) == "waiting"


def test_a_transfer_says_for_whom_it_was_encrypted_and_what_the_receiver_has(acme: Workspace) -> None:
    delivery = working.sending(b"A-1\n", workspace=acme, destination=_sealed(acme), mapping=PGP)
    working.send_all(delivery)
    part = delivery.parts.get()
    maker = signed_in(delivery.batch.maker)
    page = maker.get(reverse("transfer", args=["acme", delivery.batch.number]))
    assert f"For the key {openpgp_keys.fingerprint()}" in words(page)
    assert part.sealed_sha256 in page.content.decode()
    assert part.part.sha256 in page.content.decode()
    taken: Any = maker.post(reverse("sent_file", args=["acme", delivery.batch.number, 1]))
    assert b"".join(taken.streaming_content) == b"A-1\n"
    assert f'filename="{part.name.removesuffix(".gpg")}"' in taken["Content-Disposition"]


def test_progress_counts_what_leaves_the_house(acme: Workspace) -> None:
    delivery = working.sending(b"A-1\n", workspace=acme, destination=_sealed(acme), mapping=PGP)
    working.send_all(delivery)
    part = delivery.parts.get()
    assert part.sent_bytes > part.part.stored_bytes
    assert part.sent_bytes == part.whole_bytes

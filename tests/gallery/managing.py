"""S14 and S15: help, one's own settings, and what an admin looks after."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ingest.models import Batch, DataSource, Destination, Invitation, Trait, User, Workspace
from ingest.models.workspace import token_digest
from ingest.services.destination_digest import destination_sha256
from ingest.transfer.seal_field import SEAL_KEY
from tests import factories, openpgp_keys
from tests.gallery.state import Build, Shown, place_of, state
from tests.services import working

SAVE = "main form:has(#id_name) button[type=submit]"
HELP = {
    "help": "", "help-glossary": "glossary", "help-how-to-export": "how-to/export", "help-how-to-ids": "how-to/ids",
    "help-second-person": "how-to/second-person",
    "help-after-approval": "how-to/after-approval", "help-samples": "samples", "help-file-name": "file-name",
    "help-ids": "ids", "help-addresses": "addresses", "help-search": "?q=trait", "help-nothing-found": "?q=gld",
}  # fmt: skip


def _member() -> User:
    return factories.member(factories.workspace())


def _help(path: str) -> Build:
    return lambda: Shown(f"{reverse('help')}{path}", _member())


for name, path in HELP.items():
    state(name)(_help(path))


def _asked(page: str, words: str, status: int = 200) -> Build:
    typed = {"main form :is(input[type=text], input[type=url], textarea)": words}
    press = "main form button.button[type=submit]"
    return lambda: Shown(reverse(page), _member(), fill=typed, press=press, status=status)


state("help-file-name-explained")(_asked("explain_file_name", "ftp_dpm_478_567_1366545717.sync.1.gz"))
state("help-file-name-mistaken")(_asked("explain_file_name", "ftp_dpm_478_136654571.sync.gz"))
state("help-file-name-unanswered")(_asked("explain_file_name", "", 422))
state("help-ids-recognised")(_asked("recognise_ids", "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a0001"))


@state("settings-own")
def own_settings() -> Shown:
    return Shown(reverse("own_settings"), _member())


def office(*roles: str) -> tuple[Workspace, User]:
    """A workspace with an admin."""
    where = factories.workspace()
    return where, factories.member(where, "Li Wei", roles=roles or ("admin",))


def furnished() -> tuple[Workspace, User]:
    """With people, data sources, traits and destinations."""
    where, admin = office()
    for name, roles in (("Ada", ("maker",)), ("Ana", ("approver",)), ("Vic", ())):
        factories.member(where, name, roles=roles)
    Invitation.objects.create(
        workspace=where, email="bo@example.com", makes=True, token_sha256=token_digest(where.slug), invited_by=admin,
        expires_at=timezone.now() + timedelta(days=5),
    )  # fmt: skip
    source = factories.data_source(where, 478, name="CRM customers")
    factories.data_source(where, 900, name="Hashed e-mails", id_type="hashed_email")
    for number in range(30):
        factories.trait(where, 1000 + number, f"Loyalty tier {number}", data_source=source, rule='tier == "gold"')
    factories.destination(where, "beta", name="Rehearsal")
    factories.destination(where, "production", name="Production")
    return where, admin


EMPTY = ("data_sources", "traits", "destinations")
FULL = ("manage", "members", "data_sources", "traits", "destinations", "limits", "invite", "traits_import",
        "data_source_new", "trait_new")  # fmt: skip


def _empty(page: str) -> Build:
    return lambda: place_of(*_at(page, *office()))


def _full(page: str) -> Build:
    return lambda: place_of(*_at(page, *furnished()))


def _at(page: str, where: Workspace, admin: User) -> tuple[Workspace, str, User]:
    return where, page, admin


for page in EMPTY:
    state(f"manage-{page.replace('_', '-')}-none")(_empty(page))
for page in FULL:
    state(f"manage-{page.replace('_', '-')}".removesuffix("-manage"))(_full(page))


def sealed(where: Workspace, key: str, **fields: Any) -> Destination:
    """A destination that files are encrypted for."""
    place = factories.destination(where, **fields)
    place.config = {**place.config, SEAL_KEY: key}
    place.config_sha256 = destination_sha256(place)
    place.save()
    return place


def resting(where: Workspace, **fields: Any) -> Destination:
    """A destination that has failed again and again."""
    soon = timezone.now() + timedelta(minutes=20)
    return factories.destination(where, failures_in_a_row=5, rests_until=soon, **fields)


@state("manage-destination-rests")
def destination_rests() -> Shown:
    where, admin = office()
    return place_of(where, "destination", admin, resting(where, name="Rehearsal").pk)


@state("manage-destinations-troubled")
def destinations_troubled() -> Shown:
    where, admin = office()
    sealed(where, openpgp_keys.expired_key(), name="Key of last year")
    sealed(where, openpgp_keys.expiring_key(), name="Key of this year")
    resting(where, name="After failures")
    factories.destination(where, name="Another host key", is_active=False, paused_at=timezone.now())
    return place_of(where, "destinations", admin)


@state("manage-destination-key-expires")
def destination_key_expires() -> Shown:
    where, admin = office()
    return place_of(where, "destination", admin, sealed(where, openpgp_keys.expiring_key(), name="Sealed").pk)


@state("manage-destination-requests-lost")
def destination_requests_lost() -> Shown:
    """A request waits for the old place, and another folder is typed."""
    where, admin = office()
    place = factories.destination(where, name="Rehearsal")
    made = working.checked(workspace=where, destination=place, name="Loyalty")
    Batch.objects.filter(pk=made.pk).update(state="waiting", state_at=timezone.now())
    another = {"#id_config_folder": f"{place.config['folder']}-2"}
    return place_of(where, "destination", admin, place.pk, fill=another, press=SAVE)


@state("manage-traits-import-planned")
def traits_import_planned() -> Shown:
    where, admin = furnished()
    table = "sid,name,data source\n1001,Loyalty tier one,478\n7001,Winter sale,478\n"
    return place_of(where, "traits_import", admin, fill={"#id_file": table}, press="main form button[type=submit]")


@state("manage-traits-nothing-found")
def traits_nothing_found() -> Shown:
    where, admin = furnished()
    return place_of(where, "traits", admin, query="?q=gld")


@state("manage-data-source")
def data_source() -> Shown:
    where, admin = furnished()
    return place_of(where, "data_source", admin, DataSource.objects.filter(workspace=where)[0].pk)


@state("manage-data-source-id-sync")
def id_sync() -> Shown:
    where, admin = furnished()
    return place_of(where, "website_id_sync", admin, DataSource.objects.get(workspace=where, dpid=478).pk)


@state("manage-data-source-unanswered")
def data_source_unanswered() -> Shown:
    where, admin = furnished()
    return place_of(where, "data_source_new", admin, press="main form button.button[type=submit]", status=422)


@state("manage-trait")
def trait() -> Shown:
    where, admin = furnished()
    return place_of(where, "trait", admin, Trait.objects.filter(workspace=where)[0].pk)


@state("manage-member")
def member() -> Shown:
    where, admin = furnished()
    return place_of(where, "member", admin, where.memberships.exclude(user=admin)[0].pk)


@state("manage-invite-unanswered")
def invite_unanswered() -> Shown:
    where, admin = furnished()
    return place_of(where, "invite", admin, press="main form button.button[type=submit]", status=422)


@state("manage-invited")
def invited() -> Shown:
    where, admin = furnished()
    press = "main form button.button[type=submit]"
    return place_of(where, "invite", admin, fill={"#id_email": f"li@{where.slug}.example.com"}, press=press)


@state("manage-destination-new")
def destination_new() -> Shown:
    where, admin = office()
    return place_of(where, "destination_new", admin)


@state("manage-destination-new-sftp")
def destination_new_sftp() -> Shown:
    where, admin = office()
    return place_of(where, "destination_new", admin, query="?preset=production-sftp")


@state("manage-destination")
def destination() -> Shown:
    where, admin = furnished()
    return place_of(where, "destination", admin, Destination.objects.filter(workspace=where)[0].pk)


def _tested(place: Destination, where: Workspace, admin: User) -> Shown:
    test = f"form[action='{reverse('destination_test', args=[where.slug, place.pk])}'] button[type=submit]"
    return place_of(where, "destination", admin, place.pk, press=test)


@state("manage-destination-works")
def destination_works() -> Shown:
    where, admin = office()
    return _tested(factories.destination(where, name="Rehearsal"), where, admin)


@state("manage-destination-fails")
def destination_fails() -> Shown:
    where, admin = office()
    place = factories.destination(where, name="Rehearsal")
    place.config = {"folder": f"{place.config['folder']}-is-not-there"}
    place.save(update_fields=["config"])
    return _tested(place, where, admin)

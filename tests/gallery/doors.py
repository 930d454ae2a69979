"""S16 and what every screen has: signing in, no permission, not there, a fault."""

from django.urls import reverse
from django.utils import timezone

from ingest.services import members
from tests import factories
from tests.gallery.state import Build, Shown, place_of, state
from tests.services import working

PLACES = {
    "sign-in": "account_login", "password-forgotten": "account_reset_password",
    "password-link-sent": "account_reset_password_done", "not-active": "account_inactive",
}  # fmt: skip
FAULTS = {"fault-400": 400, "fault-413": 413, "fault-429": 429, "fault-500": 500, "fault-503": 503}


def _of_nobody(page: str) -> Build:
    return lambda: Shown(reverse(page))


def _fault(status: int) -> Build:
    return lambda: Shown(f"/dev/states/fault/{status}", factories.member(factories.workspace()), status)


for name, page in PLACES.items():
    state(name)(_of_nobody(page))
for name, status in FAULTS.items():
    state(name)(_fault(status))


@state("sign-in-wrong")
def wrong_password() -> Shown:
    typed = {"#id_login": "nobody@example.com", "#id_password": "seven red umbrellas"}
    return Shown(reverse("account_login"), fill=typed, press="main button[type=submit]", status=422)


@state("joining")
def joining() -> Shown:
    where = factories.workspace()
    roles, admin = members.Roles(makes=True, approves=True), factories.member(where, roles=("admin",))
    _made, token = members.invite(where, f"li@{where.slug}.example.com", roles, actor=admin, now=timezone.now())
    return Shown(reverse("invitation", args=[token]))


@state("joining-too-late")
def joining_too_late() -> Shown:
    return Shown(reverse("invitation", args=["of-no-invitation"]), status=404)


@state("joining-as-somebody-else")
def joining_as_somebody_else() -> Shown:
    where = factories.workspace()
    roles, admin = members.Roles(makes=True, approves=False), factories.member(where, roles=("admin",))
    _made, token = members.invite(where, f"li@{where.slug}.example.com", roles, actor=admin, now=timezone.now())
    return Shown(reverse("invitation", args=[token]), factories.member(where, "Vic", roles=()), 403)


@state("signed-out")
def signed_out() -> Shown:
    where = factories.workspace()
    return Shown(reverse("history", args=[where.slug]))


@state("no-role")
def no_role() -> Shown:
    where = factories.workspace()
    factories.member(where, "Li Wei", roles=("admin",))
    return place_of(where, "transfer_new", factories.member(where, "Vic", roles=()), status=403)


@state("of-a-colleague")
def of_a_colleague() -> Shown:
    batch = working.draft(name="Loyalty")
    path = reverse("step_columns", args=[batch.workspace.slug, batch.number])
    return Shown(path, factories.member(batch.workspace, "Bo"), 403)


@state("not-there")
def not_there() -> Shown:
    where = factories.workspace()
    return place_of(where, "transfer", factories.member(where), 4711, status=404)


@state("workspaces-to-choose")
def workspaces_to_choose() -> Shown:
    user = factories.member(factories.workspace())
    factories.workspace(name="Acme Asia").memberships.create(user=user, makes=True)
    return Shown(reverse("start"), user)


@state("password-link-used")
def password_link_used() -> Shown:
    return Shown(reverse("account_reset_password_from_key", args=["1", "used-already"]))


@state("password-change")
def password_change() -> Shown:
    return Shown(reverse("account_change_password"), factories.member(factories.workspace()))

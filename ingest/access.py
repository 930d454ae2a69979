"""The only way to objects for a person: what is not theirs does not exist for them."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from ingest.models import Batch, DataSource, Destination, Membership, Role, Trait, Upload, User, Workspace

M = TypeVar("M", bound=Model)


class RoleMissing(PermissionDenied):
    """A member lacks a role; the page says who can help."""

    def __init__(self, membership: Membership, role: Role) -> None:
        super().__init__(f"the role {role} is missing")
        self.membership = membership
        self.role = role


class NotYours(PermissionDenied):
    """A batch that only its maker may change."""

    def __init__(self, membership: Membership, batch: Batch) -> None:
        super().__init__("another person's batch")
        self.membership = membership
        self.batch = batch


def memberships_of(user: User) -> list[Membership]:
    """The workspaces of a person, by name."""
    return list(user.memberships.select_related("workspace").order_by("workspace__name", "pk"))


def membership_for(user: User, slug: str, role: Role = Role.VIEWER, also: Role | None = None) -> Membership:
    """The person's membership in a workspace. Http404 when they have none, RoleMissing when the role is missing.

    `also`: another role that is as good.
    """
    found = _the(Membership.objects.select_related("workspace").filter(user=user, workspace__slug=slug))
    found.user = user
    if role not in found.roles and also not in found.roles:
        raise RoleMissing(found, role)
    return found


def batch_for(membership: Membership, number: int, *, own: bool = False, related: Sequence[str] = ()) -> Batch:
    """A batch of the member's workspace. Http404 when there is none; NotYours when `own` and another one made it.

    `related`: what is read together with it. Whatever else belongs to it is read once it is asked for.
    """
    here = Batch.objects.of(membership.workspace).filter(number=number)
    batch = _the(here.select_related(*related) if related else here)  # with no name at all it would join everything
    batch.workspace = membership.workspace
    if batch.maker_id == membership.user_id:
        batch.maker = membership.user
    elif own:
        raise NotYours(membership, batch)
    return batch


def batches_for(membership: Membership, numbers: Sequence[int], related: Sequence[str]) -> list[Batch]:
    """The batches of the member's workspace with these numbers, in their order; those that there are not are left out.

    `related`: what is read together with them.
    """
    here = Batch.objects.of(membership.workspace).filter(number__in=numbers).select_related(*related)
    found = {batch.number: batch for batch in here}
    for batch in found.values():
        batch.workspace = membership.workspace
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def upload_for(membership: Membership, upload_id: UUID) -> Upload:
    """An upload of the member themselves: unfinished files are nobody else's business."""
    return _the(Upload.objects.filter(workspace=membership.workspace, owner=membership.user, pk=upload_id))


def destination_for(membership: Membership, pk: int) -> Destination:
    """A destination of the member's workspace."""
    return _the(
        Destination.objects.select_related("changed_by", "tested_by")
        .filter(workspace=membership.workspace)
        .filter(pk=pk)
    )


def member_for(membership: Membership, pk: int) -> Membership:
    """Another membership of the member's workspace."""
    here = Membership.objects.select_related("user", "workspace").filter(workspace=membership.workspace)
    return _the(here.filter(pk=pk))


def data_source_for(membership: Membership, pk: int) -> DataSource:
    """A data source of the member's workspace."""
    return _the(DataSource.objects.filter(workspace=membership.workspace).filter(pk=pk))


def trait_for(membership: Membership, pk: int) -> Trait:
    """A trait of the member's workspace."""
    return _the(Trait.objects.select_related("data_source").filter(workspace=membership.workspace).filter(pk=pk))


def _the(one: QuerySet[M]) -> M:
    """The only one of a query that finds one at most. Http404 when there is none."""
    try:
        return one.get()  # `first` would order by all that is selected, which takes Django longer than the database
    except ObjectDoesNotExist:
        raise Http404 from None


def people_who(workspace: Workspace, role: Role, *, besides: User | None = None) -> list[User]:
    """The members with a role, by name; `besides` is left out."""
    field = {Role.MAKER: "makes", Role.APPROVER: "approves", Role.ADMIN: "administers"}
    chosen = {f"memberships__{field[role]}": True} if role in field else {}
    people = User.objects.filter(memberships__workspace=workspace, is_active=True, **chosen)
    return list((people if besides is None else people.exclude(pk=besides.pk)).order_by("name"))

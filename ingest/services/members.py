"""Who works in a workspace: invitations, roles, leaving."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from ingest.models import Invitation, Membership, User, Workspace
from ingest.models.user import normal_email
from ingest.models.workspace import token_digest
from ingest.services.events import record
from ingest.services.invitation_link import invitation_with
from ingest.services.mail_account import write_invitation

INVITATION_DAYS: Final = 7


class LastAdmin(Exception):
    """A workspace keeps at least one admin."""


class NotOpen(Exception):
    """The invitation was used, revoked, or is too old."""


class AccountExists(Exception):
    """Somebody with this address has an account by now, and signs in with it."""


class AnotherPerson(Exception):
    """The invitation was for another address than that of the person who is signed in."""


@dataclass(frozen=True)
class Roles:
    """What a member may do."""

    makes: bool = False
    approves: bool = False
    administers: bool = False

    def as_dict(self) -> dict[str, bool]:
        """As the fields of a membership or an invitation."""
        return {"makes": self.makes, "approves": self.approves, "administers": self.administers}

    def with_all_of(self, other: "Roles") -> "Roles":
        """What either of them gives."""
        return Roles(
            self.makes or other.makes, self.approves or other.approves, self.administers or other.administers
        )  # fmt: skip


def members_of(workspace: Workspace) -> list[Membership]:
    """Everybody, by name."""
    return list(workspace.memberships.select_related("user").order_by("user__name", "pk"))


def open_invitations(workspace: Workspace, *, now: datetime) -> list[Invitation]:
    """Those that can still be accepted, the newest first."""
    waiting = workspace.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    return list(waiting.select_related("invited_by", "letter").order_by("-created_at"))


def is_member(workspace: Workspace, email: str) -> bool:
    """Whether somebody with this address works here already."""
    return workspace.memberships.filter(user__email=normal_email(email)).exists()


def invite(
    workspace: Workspace, email: str, roles: Roles, *, actor: User, now: datetime, origin: str = ""
) -> tuple[Invitation, str]:  # fmt: skip
    """Invite an address; the invitation and its token, which is kept nowhere. An older one for it is revoked.

    A letter with a link of its own is written down, whose address begins with `origin`; without one, there is none.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        older = workspace.invitations.filter(email=normal_email(email), accepted_at=None, revoked_at=None)
        older.update(revoked_at=now)
        invitation = Invitation.objects.create(
            workspace=workspace, email=normal_email(email), token_sha256=token_digest(token), invited_by=actor,
            expires_at=now + timedelta(days=INVITATION_DAYS), **roles.as_dict(),
        )  # fmt: skip
        record(
            "member.invited", workspace=workspace, actor=actor, now=now,
            after={"invitation": invitation.pk, **roles.as_dict()},
        )  # fmt: skip
        if origin:
            write_invitation(invitation, origin, now=now)
    return invitation, token


def renew(workspace: Workspace, pk: int, *, actor: User, now: datetime, origin: str = "") -> tuple[Invitation, str]:
    """Invite the same person once more: a new link, and the old one is void. Raises NotOpen."""
    old = workspace.invitations.filter(pk=pk, accepted_at=None, revoked_at=None).first()
    if old is None:
        raise NotOpen
    return invite(workspace, old.email, _roles_of(old), actor=actor, now=now, origin=origin)


def revoke(workspace: Workspace, pk: int, *, actor: User, now: datetime) -> bool:
    """Make an invitation void; False when there was none that could be accepted."""
    with transaction.atomic():
        revoked = workspace.invitations.filter(pk=pk, accepted_at=None, revoked_at=None).update(revoked_at=now)
        if revoked:
            record("member.invitation_revoked", workspace=workspace, actor=actor, now=now, after={"invitation": pk})
    return bool(revoked)


def invitation_of(token: str, *, now: datetime) -> Invitation:
    """The invitation of a token. Raises NotOpen."""
    found = invitation_with(token)
    if found is None or not found.is_open(now):
        raise NotOpen
    return found


def has_account(invitation: Invitation) -> bool:
    """Whether the invited person has an account already and only has to sign in."""
    return User.objects.filter(email=invitation.email).exists()


def accept_as_new(invitation: Invitation, *, name: str, password: str, now: datetime) -> User:
    """Make the account and the membership. Raises NotOpen, AccountExists."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name)
            _accept(invitation, user, now)
    except IntegrityError as error:
        raise AccountExists from error
    return user


def accept(invitation: Invitation, user: User, *, now: datetime) -> None:
    """Join with the account that is signed in. Raises NotOpen, AnotherPerson."""
    if user.email != invitation.email:
        raise AnotherPerson
    with transaction.atomic():
        _accept(invitation, user, now)


def _accept(invitation: Invitation, user: User, now: datetime) -> None:
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now)
    if not taken.update(accepted_at=now):
        raise NotOpen
    member, _is_new = Membership.objects.get_or_create(workspace=invitation.workspace, user=user)
    # Whoever works here already keeps what they may do: an old link takes no role from the last admin.
    roles = _roles_of(member).with_all_of(_roles_of(invitation))
    Membership.objects.filter(pk=member.pk).update(**roles.as_dict())
    record(
        "member.joined", workspace=invitation.workspace, actor=user, now=now,
        after={"user": user.pk, "invitation": invitation.pk, **roles.as_dict()},
    )  # fmt: skip


def change_roles(membership: Membership, roles: Roles, *, actor: User, now: datetime) -> None:
    """Give and take roles. Raises LastAdmin."""
    before = _roles_of(membership)
    with transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(**roles.as_dict())
        _keep_an_admin(membership.workspace)
        record(
            "member.roles", workspace=membership.workspace, actor=actor, now=now,
            before={"user": membership.user_id, **before.as_dict()}, after=roles.as_dict(),
        )  # fmt: skip


def remove(membership: Membership, *, actor: User, now: datetime) -> None:
    """Take a person out of a workspace; what they did stays. Raises LastAdmin."""
    with transaction.atomic():
        workspace, user_id = membership.workspace, membership.user_id
        membership.delete()
        _keep_an_admin(workspace)
        record("member.removed", workspace=workspace, actor=actor, now=now, before={"user": user_id})


def _roles_of(holder: Membership | Invitation) -> Roles:
    return Roles(holder.makes, holder.approves, holder.administers)


def _keep_an_admin(workspace: Workspace) -> None:
    """Locks the workspace, so that two admins who leave at once don't both go."""
    Workspace.objects.filter(pk=workspace.pk).update(last_number=F("last_number"))
    if not Membership.objects.filter(workspace=workspace, administers=True, user__is_active=True).exists():
        raise LastAdmin

"""Messages about accounts: invitations and new passwords.

Like all others they are written down and sent by a worker, which tries again while the mail server is away. Their links
are secrets: they are made when the message leaves, from what is kept, and are neither stored nor logged.
"""

from datetime import datetime
from email.utils import format_datetime
from typing import Final

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingest.models import AccountMail, Invitation, User
from ingest.services.invitation_link import path_of_letter
from ingest.services.mail_letters import Fact, Letter, line, subject_with
from ingest.services.mail_message import message
from ingest.services.number_words import grouped
from ingest.services.people_settings import language_of, zone_named
from ingest.services.time_words import moment_words

K = AccountMail.Kind
_DAY: Final = 24 * 3600


def write_invitation(invitation: Invitation, origin: str, *, now: datetime) -> None:
    """Write down the message with the link of an invitation."""
    AccountMail.objects.create(
        kind=K.INVITATION, invitation=invitation, origin=origin, next_attempt_at=now, created_at=now
    )  # fmt: skip


def write_new_password(person: User, origin: str, *, now: datetime) -> None:
    """Write down the message with a link to a new password. Whoever follows their browser gets the language in which
    it was just asked for.
    """
    _write_once({"kind": K.NEW_PASSWORD, "person": person}, origin, person.language or translation.get_language(), now)


def write_no_account(address: str, origin: str, *, now: datetime) -> None:
    """Write down that there is no account with this address: whoever asks for a link always gets a message, so nobody
    learns more from the page than from their own mailbox.
    """
    _write_once({"kind": K.NO_ACCOUNT, "address": address}, origin, translation.get_language(), now)


def _write_once(whom: dict[str, object], origin: str, language: str, now: datetime) -> None:
    """Who asks again and again while the mail server is away gets one message."""
    asked = {"origin": origin, "language": language, "created_at": now}
    waiting = AccountMail.objects.filter(state=AccountMail.State.WAITING, **whom)
    if not waiting.update(**asked):
        AccountMail.objects.create(**whom, **asked, next_attempt_at=now)


def reason_to_drop_account(mail: AccountMail, now: datetime) -> str:
    """Why a message is not to be sent any more, in a word for the outbox; empty when it is."""
    if mail.invitation is not None:
        return "" if mail.invitation.is_open(now) else "not_open"
    if mail.person is not None:
        return "" if mail.person.is_active else "no_account"
    return ""


def account_message_of(mail: AccountMail) -> EmailMultiAlternatives:
    """The message with its link, in the language and the time zone of its receiver.

    An invitation is in those of whoever has an account already; of somebody new nothing is known, so it is in those of
    the person who invites them.
    """
    date = format_datetime(mail.created_at)
    if mail.invitation is not None:
        made, email = mail.invitation, mail.invitation.email
        reader = User.objects.filter(email=email).first() or made.invited_by
        with translation.override(language_of(reader)), timezone.override(zone_named(reader.time_zone)):
            letter = _invitation(made, mail.origin + path_of_letter(made))
            return message(letter, to=email, workspace=made.workspace.name, key=mail.key, date=date)
    with translation.override(mail.language):
        if mail.person is not None:
            letter = _new_password(mail.origin + _path_of_password(mail.person))
            return message(letter, to=mail.person.email, key=mail.key, date=date)
        return message(_no_account(), to=mail.address, key=mail.key, date=date)


def _path_of_password(person: User) -> str:
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})


def _invitation(invitation: Invitation, link: str) -> Letter:
    name, workspace = line(invitation.invited_by.name), line(invitation.workspace.name)
    words = {"name": name, "workspace": workspace}
    return Letter(
        subject_with(_("%(name)s invites you to %(workspace)s on amportal"), name, workspace=workspace),
        _("%(name)s invites you to work with them in %(workspace)s.") % words,
        (_("amportal brings customer data into Adobe Audience Manager. The link works once."),),
        (Fact(_("The link works until"), moment_words(invitation.expires_at)),),
        _("Look at the invitation"), link,
        _("If you did not expect this message, do nothing: without the link nothing happens."),
    )  # fmt: skip


def _new_password(link: str) -> Letter:
    days = settings.PASSWORD_RESET_TIMEOUT // _DAY
    return Letter(
        _("Choose a new password for amportal"), _("Choose a new password for amportal"),
        (
            _("Somebody, most likely you, wants to choose a new password for your account."),
            ngettext("The link works once, for %(days)s day.", "The link works once, for %(days)s days.", days)
            % {"days": grouped(days)},
        ),
        (), _("Choose a new password"), link,
        _("If it was not you, do nothing: your password stays as it is."),
    )  # fmt: skip


def _no_account() -> Letter:
    return Letter(
        _("No account on amportal with this address"), _("There is no account on amportal with this address."),
        (
            _("Somebody, most likely you, wants to choose a new password for an account with it."),
            _(
                "Accounts are made by invitation. If you have one, it has another address; if you need one, ask an "
                "admin of your workspace to invite you."
            ),
        ),
        (), "", "", _("If it was not you, do nothing."),
    )  # fmt: skip

"""Messages about accounts: invitations and new passwords.

They leave at once and not by the outbox: the link in them is a secret that is kept nowhere. Nor is it logged.
"""

import logging
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingest.models import Invitation, User
from ingest.services.mail_letters import Fact, Letter, line, subject_with
from ingest.services.mail_message import message
from ingest.services.number_words import grouped
from ingest.services.people_settings import language_of, zone_named
from ingest.services.time_words import moment_words

logger = logging.getLogger(__name__)
_DAY: Final = 24 * 3600


def send_invitation(invitation: Invitation, link: str) -> bool:
    """Send the link of an invitation; False when no message could leave.

    It is in the language and the time zone of whoever has an account already; of somebody new nothing is known, so it
    is in those of the person who invites them.
    """
    reader = User.objects.filter(email=invitation.email).first() or invitation.invited_by
    with translation.override(language_of(reader)), timezone.override(zone_named(reader.time_zone)):
        made = message(_invitation(invitation, link), to=invitation.email, workspace=invitation.workspace.name)
    try:
        made.send()
    except OSError as error:  # smtplib's own errors are of this kind as well
        logger.warning("invitation %s could not be sent (%s)", invitation.pk, type(error).__name__)
        return False
    return True


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


def new_password(person: User, link: str) -> EmailMultiAlternatives:
    """The link to a new password. Whoever follows their browser gets the language in which it was just asked for."""
    with translation.override(person.language or translation.get_language()):
        return message(_new_password(link), to=person.email)


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


def no_account(email: str) -> EmailMultiAlternatives:
    """That there is no account with this address: whoever asks for a link always gets a message, so nobody learns more
    from the page than from their own mailbox.
    """
    letter = Letter(
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
    return message(letter, to=email)

"""E-mail that the portal sends: plain text, no customer value in it."""

import logging

from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from ingest.models import Invitation

logger = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, link: str) -> bool:
    """Send the link of an invitation; False when no message could leave. The link itself is logged nowhere."""
    with translation.override(invitation.invited_by.language or translation.get_language()):
        subject = _("%(name)s invites you to %(workspace)s on amportal") % {
            "name": invitation.invited_by.name, "workspace": invitation.workspace.name,
        }  # fmt: skip
        text = _(
            "%(name)s invites you to work with them in %(workspace)s on amportal, which brings customer data into "
            "Adobe Audience Manager.\n\nOpen this link within 7 days to join:\n%(link)s\n\n"
            "If you did not expect this message, do nothing: without the link nothing happens."
        ) % {"name": invitation.invited_by.name, "workspace": invitation.workspace.name, "link": link}
    try:
        send_mail(subject.replace("\n", " "), text, None, [invitation.email])
    except OSError as error:
        logger.warning("invitation %s could not be sent (%s)", invitation.pk, type(error).__name__)
        return False
    return True

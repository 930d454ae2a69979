"""The link of an invitation: a random one that is shown once, and the one in the letter. Whoever sends that makes it
from the invitation and the portal's own key, so that no token has to be kept until then.
"""

import re
from typing import Final

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from ingest.models import Invitation
from ingest.models.workspace import token_digest

_OF_LETTER: Final = re.compile(r"m(?P<pk>[0-9]{1,18})-(?P<signature>[\w-]{43})", re.ASCII)


def path_of_letter(invitation: Invitation) -> str:
    """The link that a letter tells; the same one each time, until the portal has another key."""
    signature = _signer().signature(_signed(invitation))
    return reverse("invitation", args=[f"m{invitation.pk}-{signature}"])


def invitation_with(token: str) -> Invitation | None:
    """The invitation that a token opens, used, void or too old as it may be."""
    all_of_them = Invitation.objects.select_related("workspace", "invited_by")
    shown = all_of_them.filter(token_sha256=token_digest(token)).first()
    of_letter = _OF_LETTER.fullmatch(token)
    if shown is not None or of_letter is None:
        return shown
    found = all_of_them.filter(pk=int(of_letter["pk"])).first()
    return found if found is not None and _is_signed(found, of_letter["signature"]) else None


def _signer() -> Signer:
    return Signer(salt="ingest.invitation.letter", sep=":")


def _signed(invitation: Invitation) -> str:
    """Bound to this very invitation: the digest is of a token that is never made again."""
    return f"{invitation.pk}-{invitation.token_sha256}"


def _is_signed(invitation: Invitation, signature: str) -> bool:
    try:
        _signer().unsign(f"{_signed(invitation)}:{signature}")
    except BadSignature:
        return False
    return True

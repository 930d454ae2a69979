"""A letter as it leaves: the same words as plain text and as simple HTML, and the headers that mail programs read."""

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from ingest.services.mail_letters import Letter, line


def message(
    letter: Letter, *, to: str, workspace: str = "", key: uuid.UUID | None = None, date: str = ""
) -> EmailMultiAlternatives:
    """The message, in the language that is active. `key` names it for ever, `date` is a header; else both are new."""
    context = {"letter": letter, "language": translation.get_language(), "workspace": line(workspace)}
    text, html = (render_to_string(f"mail/letter.{kind}", context) for kind in ("txt", "html"))
    made = EmailMultiAlternatives(letter.subject, text, to=[to], headers=_headers(letter, key or uuid.uuid4(), date))
    made.attach_alternative(html, "text/html")
    return made


def _headers(letter: Letter, key: uuid.UUID, date: str) -> dict[str, str]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return {
        "Message-ID": f"<{key}@{domain}>",
        **({"Date": date} if date else {}),
        **({"List-Unsubscribe": f"<{letter.settings_url}>"} if letter.settings_url else {}),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }

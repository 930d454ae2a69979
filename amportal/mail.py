"""How e-mail leaves: an SMTP server, or files in a folder until one is named."""

from pathlib import Path
from typing import Any

from amportal.env import Environment


def mail_settings(env: Environment, folder: Path) -> dict[str, Any]:
    """Django's e-mail settings; without `AMPORTAL_MAIL_HOST` every message becomes a file in `folder`."""
    sender = env.text("AMPORTAL_MAIL_FROM", default="amportal@localhost")
    common = {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender, "EMAIL_TIMEOUT": 10}
    host = env.text("AMPORTAL_MAIL_HOST")
    if not host:
        return common | {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    return common | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": env.whole("AMPORTAL_MAIL_PORT", default=587, least=1, most=65535),
        "EMAIL_USE_TLS": env.boolean("AMPORTAL_MAIL_STARTTLS", default=True),
        "EMAIL_HOST_USER": env.text("AMPORTAL_MAIL_USER"),
        "EMAIL_HOST_PASSWORD": env.secret("AMPORTAL_MAIL_PASSWORD", least_characters=1),
    }

"""What people set for themselves."""

import zoneinfo

from django.conf import settings

from ingest.models import User


def change_own(user: User, *, name: str, language: str, time_zone: str, theme: str) -> None:
    """Keep a person's own settings."""
    user.name, user.language, user.time_zone, user.theme = name, language, time_zone, theme
    user.save(update_fields=["name", "language", "time_zone", "theme"])


def choose_theme(user: User, theme: str) -> None:
    """Keep the colours; a theme that does not exist changes nothing."""
    if theme in User.Theme.values:
        user.theme = theme
        user.save(update_fields=["theme"])


def guess_zone(user: User, name: str) -> None:
    """Take the browser's time zone for somebody who has not chosen one; a name that is none changes nothing."""
    if not user.time_zone and name in zoneinfo.available_timezones():
        user.time_zone = name
        user.save(update_fields=["time_zone"])


def choose_language(user: User, code: str) -> None:
    """Keep a language; one that the portal does not speak changes nothing."""
    if code in dict(settings.LANGUAGES):
        user.language = code
        user.save(update_fields=["language"])

"""What people set for themselves."""

import zoneinfo
from dataclasses import dataclass

from django.conf import settings

from ingest.models import User


@dataclass(frozen=True)
class MailWishes:
    """Which messages a person wants, of those that were offered to them.

    `requests` (of `User.Requests`): when they want to be told of what waits for their decision; None: not asked.
    """

    offered: frozenset[str]
    wanted: frozenset[str]
    requests: str | None


def change_own(
    user: User, *, name: str, language: str, time_zone: str, theme: str, mails: MailWishes | None = None
) -> None:  # fmt: skip
    """Keep a person's own settings. What they were not asked stays as it is."""
    user.name, user.language, user.time_zone, user.theme = name, language, time_zone, theme
    changed = ["name", "language", "time_zone", "theme"]
    if mails is not None:
        user.mails_off = sorted((set(user.mails_off) - mails.offered) | (mails.offered - mails.wanted))
        user.request_mails = mails.requests or user.request_mails
        changed += ["mails_off", "request_mails"]
    user.save(update_fields=changed)


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


def language_of(user: User) -> str:
    """The language of messages to a person: their own choice, else what their browser last asked for."""
    return user.language or user.browser_language or settings.LANGUAGE_CODE


def remember_language(user: User, code: str) -> None:
    """Keep what the browser of somebody asks for who follows it; nothing is written while it asks for the same."""
    if user.browser_language != code:
        user.browser_language = code
        user.save(update_fields=["browser_language"])


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """The time zone of a name such as Europe/Paris; UTC when there is none of that name."""
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")

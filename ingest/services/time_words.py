"""Moments as people read them, in the language and time zone that are active."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from ingest.services.phrases import listed
from ingest.services.zone_words import WITHOUT_CITY, city_of


def moment_words(moment: datetime) -> str:
    """A moment with its zone: 23 Nov 2026, 22:05 (Shanghai, UTC+8)."""
    # Translators: a moment and the time zone it is told in, such as 23 Nov 2026, 22:05 (Shanghai, UTC+8)
    return _("%(moment)s (%(zone)s)") % {"moment": local_moment(moment), "zone": zone_of(moment)}


def local_moment(moment: datetime) -> str:
    """The same without the zone, for where that is told beside it."""
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT", use_l10n=True)


def zone_of(moment: datetime) -> str:
    """The current time zone in words at this moment: "Shanghai, UTC+8"; the letters alone (CST) mean several zones."""
    city = city_of(timezone.get_current_timezone_name())
    ahead = timezone.localtime(moment).utcoffset() or timedelta()
    if not ahead:
        return city if city == WITHOUT_CITY else listed([city, "UTC"])
    hours, minutes = divmod(abs(int(ahead.total_seconds())) // 60, 60)
    sign = "+" if ahead > timedelta() else "\N{MINUS SIGN}"
    return listed([city, f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")])

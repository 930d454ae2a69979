"""Numbers, sizes, times and durations as people read them, in the language and time zone of the page."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django import template
from django.utils import formats, timesince, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ingest.services.number_words import grouped
from ingest.services.phrases import listed
from ingest.services.zone_words import WITHOUT_CITY, city_of

register = template.Library()

NOT_KNOWN = "–"
_TIED = "\N{NO-BREAK SPACE}"
_UNITS = ("B", "kB", "MB", "GB", "TB")


@register.filter
def number(value: float | Decimal | None) -> str:
    """1204118 as 1,204,118; what isn't known is a dash."""
    if value is None:
        return NOT_KNOWN
    return _number(value, get_language()) if isinstance(value, int) else grouped(value)


@lru_cache(maxsize=4096)  # a page may show hundreds, and looking a language's format up takes its time
def _number(value: int, _language: str | None) -> str:
    return grouped(value)


@register.filter
def percent(part: float | Decimal | None, whole: float | Decimal | None = None) -> str:
    """`part` of `whole` (or `part` itself, as a share of one) with one decimal; never 0 or 100 unless it is."""
    if part is None or (whole is not None and not whole):
        return NOT_KNOWN
    share = Decimal(part) * 100 / Decimal(1 if whole is None else whole)
    if 0 < share < Decimal("0.1"):
        return _percent_sign("<", Decimal("0.1"), get_language())
    if Decimal("99.9") < share < 100:
        return _percent_sign(">", Decimal("99.9"), get_language())
    rounded = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return _percent_sign("", rounded if rounded % 1 else rounded.to_integral_value(), get_language())


@lru_cache(maxsize=4096)
def _percent_sign(sign: str, share: Decimal, _language: str | None) -> str:
    # Translators: a share of a whole, such as 64.5 %
    text = _("%(share)s %%") % {"share": sign + formats.number_format(share, use_l10n=True)}
    return text.replace(" ", _TIED)


@register.filter
def signed_percent(change: float | None) -> str:
    """A change of so many percent: +12 %, -8 %, 0 %; what can't be compared is a dash."""
    if change is None:
        return NOT_KNOWN
    whole = round(change)
    sign = "+" if whole > 0 else "\N{MINUS SIGN}" if whole < 0 else ""
    text = _("%(share)s %%") % {"share": sign + number(abs(whole))}
    return text.replace(" ", _TIED)


@register.filter
def filesize_short(value: int | None) -> str:
    """Bytes in units of 1,000, as file managers and Adobe's pages count: 412 MB, 1.2 GB."""
    if value is None:
        return NOT_KNOWN
    size, unit = Decimal(value), 0
    while size >= Decimal("999.5") and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit and size < Decimal("9.95") else 0
    rounded = size.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)  # number_format would cut digits off
    return formats.number_format(rounded, digits, use_l10n=True) + _TIED + _UNITS[unit]


@register.filter
def duration_words(value: timedelta | float | None) -> str:
    """A span or seconds, as coarsely as a guess deserves: "less than a minute", "about 3 minutes"."""
    if value is None:
        return NOT_KNOWN
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if seconds < 55:
        return _("less than a minute")
    if (minutes := max(1, round(seconds / 60))) < 90:
        return ngettext("about %(count)s minute", "about %(count)s minutes", minutes) % {"count": number(minutes)}
    hours = round(seconds / 3600)
    return ngettext("about %(count)s hour", "about %(count)s hours", hours) % {"count": number(hours)}


def zone_of(moment: datetime) -> str:
    """The current time zone in words at this moment: "Shanghai, UTC+8"; the letters alone (CST) mean several zones."""
    city = city_of(timezone.get_current_timezone_name())
    ahead = timezone.localtime(moment).utcoffset() or timedelta()
    if not ahead:
        return city if city == WITHOUT_CITY else listed([city, "UTC"])
    hours, minutes = divmod(abs(int(ahead.total_seconds())) // 60, 60)
    sign = "+" if ahead > timedelta() else "\N{MINUS SIGN}"
    return listed([city, f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")])


@register.simple_tag
def zone_words() -> str:
    """The reader's time zone now, for the head of a table whose cells are `zoned_short`."""
    return zone_of(timezone.now())


@register.filter
def zoned(moment: datetime | None) -> SafeString | str:
    """A moment with its zone: `<time>` 23 Nov 2026, 22:05 (Shanghai, UTC+8)."""
    if moment is None:
        return NOT_KNOWN
    # Translators: a moment and the time zone it is told in, such as 23 Nov 2026, 22:05 (Shanghai, UTC+8)
    text = _("%(moment)s (%(zone)s)") % {"moment": _local(moment), "zone": zone_of(moment)}
    return format_html('<time datetime="{}">{}</time>', _machine(moment), text)


@register.filter
def zoned_short(moment: datetime | None) -> SafeString | str:
    """The same without the zone, which then stands at the head of the table."""
    if moment is None:
        return NOT_KNOWN
    return format_html('<time datetime="{}">{}</time>', _machine(moment), _local(moment))


@register.filter
def ago(moment: datetime | None) -> str:
    """How long since: "2 hours ago", always beside the moment itself and never in its place."""
    if moment is None:
        return NOT_KNOWN
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": timesince.timesince(moment, depth=1)}


def _local(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT", use_l10n=True)


def _machine(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

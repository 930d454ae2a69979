"""Time zones as people name them: by their city, in the reader's language."""

from functools import cache
from typing import Final

from babel import Locale
from babel.dates import get_timezone_location
from django.utils.translation import get_language, to_locale

WITHOUT_CITY: Final = "UTC"


def city_of(zone: str) -> str:
    """Shanghai (上海) for Asia/Shanghai; UTC for itself."""
    return _city(zone, get_language() or "en")


@cache
def _city(zone: str, language: str) -> str:
    if zone == WITHOUT_CITY:
        return zone
    return get_timezone_location(zone, locale=_locale(language), return_city=True)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(to_locale(language))

"""The time zones that people can choose, found by typing a few letters of a city."""

import zoneinfo
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language

from ingest.services.phrases import listed
from ingest.services.zone_words import city_of

# Names that a person looks for begin with a part of the world; the others are kept for machines.
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zone_names() -> tuple[str, ...]:
    """The time zones that can be chosen, by name."""
    return ("UTC", *sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in _REGIONS))


@cache
def _zones() -> tuple[tuple[str, zoneinfo.ZoneInfo], ...]:
    # Python keeps only the last few zones that were read; a page shows all of them.
    return tuple((name, zoneinfo.ZoneInfo(name)) for name in zone_names())


@cache
def _by_letters() -> dict[str, str]:
    """Names by their lower-case letters, and cities where only one has the name."""
    whole = {name.lower(): name for name in zone_names()}
    cities: dict[str, list[str]] = {}
    for name in zone_names():
        cities.setdefault(name.rpartition("/")[2].lower(), []).append(name)
    return {city: names[0] for city, names in cities.items() if len(names) == 1} | whole


@cache
def _by_city(_language: str | None) -> dict[str, str]:
    """Names by the city as the reader's language calls it, where only one has it."""
    cities: dict[str, list[str]] = {}
    for name in zone_names():
        cities.setdefault(city_of(name).lower(), []).append(name)
    return {city: names[0] for city, names in cities.items() if len(names) == 1}


def zone_called(text: str) -> str | None:
    """The zone that somebody means by `Europe/Paris`, `europe / paris`, `new york` or 巴黎; None for another one."""
    letters = "/".join(part.strip() for part in text.split("/")).lower().replace(" ", "_")
    return _by_letters().get(letters) or _by_city(get_language()).get(text.strip().lower())


def offset(zone: zoneinfo.ZoneInfo, now: datetime) -> str:
    """Such as UTC+08:00, as it is now: summer time counts."""
    text = now.astimezone(zone).strftime("%z")
    return f"UTC{text[:3]}:{text[3:]}"


def _label(name: str, distance: str) -> str:
    """The distance, and the city before it where another language or spelling calls it otherwise than the name does."""
    city = city_of(name)
    return distance if city.replace(" ", "_") == name.rpartition("/")[2] else listed([city, distance])


class ZoneInput(forms.TextInput):
    """A text field with the zones as suggestions: four hundred choices in a list would have to be scrolled."""

    template_name = "components/zone.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The zones with their cities and their present distance from UTC."""
        now = timezone.now()
        choices = [(name, _label(name, offset(zone, now))) for name, zone in _zones()]
        given = {**(attrs or {}), "list": f"{name}_choices", "autocomplete": "off", "spellcheck": "false"}
        return super().get_context(name, value, given) | {"zones": choices, "list": f"{name}_choices"}

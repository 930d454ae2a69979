"""Fixes beside the findings that they mend."""

from collections.abc import Mapping

from django import template

from ingest.services.fixes import Offer

register = template.Library()


@register.filter
def for_code(offers: Mapping[str, tuple[Offer, ...]], code: str) -> tuple[Offer, ...]:
    """What mends the rows of one finding alike; () where nothing does."""
    return offers.get(code, ()) if offers else ()

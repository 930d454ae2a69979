"""Numbers as people read them, in the language of the page."""

from decimal import Decimal

from django.utils import formats


def grouped(value: float | Decimal, digits: int | None = None) -> str:
    """1204118 as 1,204,118; `digits`: so many after the point, else as many as it has."""
    return formats.number_format(value, digits, use_l10n=True, force_grouping=True)

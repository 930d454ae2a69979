"""Adobe's receipts in words."""

from django import template

from ingest.services.receipt_figures import Laid, Reading
from ingest.services.receipt_words import Headline, difference_words
from ingest.services.receipt_words import headline as headline_of

register = template.Library()


@register.filter
def headline(reading: Reading) -> Headline:
    """The answer in a sentence."""
    return headline_of(reading)


@register.filter
def difference(laid: Laid) -> str:
    """How far a line is from what was expected: "as expected", "12 more"; empty where nobody can know."""
    return difference_words(laid)

"""Lists and rows of sentences, joined as the language of the page joins them."""

from django import template
from django.utils.translation import gettext

from ingest.services.phrases import in_a_row, listed

register = template.Library()

register.filter("in_a_list", listed)
register.filter("sentences", in_a_row)
# The tag `translate` doubles every % of what a variable holds, and finds no translation then.
register.filter("translated", gettext)

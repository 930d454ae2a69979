"""Sentences of the transfer room in the reader's language."""

from django import template

from ingest.services.destinations import said as in_words
from ingest.transfer.words import Message

register = template.Library()


@register.filter
def said(message: Message) -> str:
    """A message with its parameters."""
    return in_words(message)

"""A message as it is written: what happened, the facts, the one page where one acts, and why one gets it.

To be made with the receiver's language and time zone active. Nothing of a customer file is in it, nor what people have
written in free text: notes and reasons stay on the pages.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from ingest.lifecycle import BatchAction
from ingest.models import Batch, Destination, Event, Mail
from ingest.services.number_words import grouped

MOST_OF_SUBJECT: Final = 120
# Whatever ends a line, hides, or turns the direction of text around: a name could pass for something else.
_HIDING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True)
class Fact:
    """A line of the table."""

    label: str
    value: str


@dataclass(frozen=True)
class Letter:
    """`subject` has at most 120 characters in one line. `url` is where `button` leads; where there is nothing to do,
    both are empty. `settings_url` is empty where whoever gets it can't choose whether they do.
    """

    subject: str
    heading: str
    text: tuple[str, ...]
    facts: tuple[Fact, ...]
    button: str
    url: str
    why: str
    settings_url: str = ""


@dataclass(frozen=True)
class Words:
    """What the words of one kind of event say; `page` is the name of the route where one acts."""

    subject: str
    heading: str
    text: tuple[str, ...] = ()
    button: str = ""
    page: str = "transfer"


def line(text: str) -> str:
    """A name as one line that shows all there is in it."""
    seen = (" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in text)
    return " ".join("".join(one for one in seen if unicodedata.category(one) not in _HIDING).split())


def subject_with(template: str, name: str, **words: str) -> str:
    """A template filled with a name (`%(name)s`) that is shortened where the whole would be too long."""
    whole = template % {"name": line(name), **words}
    beyond = len(whole) - MOST_OF_SUBJECT
    if beyond > 0:
        whole = template % {"name": line(name)[: -beyond - 1].rstrip() + "…", **words}
    return whole[:MOST_OF_SUBJECT]


def absolute(route: str, *arguments: object) -> str:
    """The whole address of a page."""
    return settings.ADDRESS + reverse(route, args=arguments)


def batch_facts(batch: Batch, counts: Mapping[str, Any]) -> tuple[Fact, ...]:
    """What people know a transfer by, and its figures. `counts`: of an event, where they may be other ones by now."""
    place, check = batch.destination, batch.result
    people = counts.get("distinct_ids", check.distinct_ids if check else None)
    left_out = counts.get("refused", check.refused if check else None)
    figures = [(_("People"), people), (_("Rows left out"), left_out)]
    return (
        Fact(_("Transfer"), f"{line(batch.title)} ({batch.reference})" if batch.name else batch.reference),
        Fact(_("Workspace"), line(batch.workspace.name)),
        *((Fact(_("Goes to"), place_words(place)),) if place else ()),
        *(Fact(label, grouped(value)) for label, value in figures if value is not None),
    )


def place_words(place: Destination) -> str:
    """Environment and name of a destination."""
    words = {"environment": place.get_environment_display(), "destination": line(place.name)}
    # Translators: where files go, such as Production (Adobe S3)
    return _("%(environment)s (%(destination)s)") % words


def why(mail: Mail) -> str:
    """Why this person gets this message."""
    words = {"workspace": line(mail.workspace.name)}
    event = mail.event
    if event is None:
        return _(
            "You get this message since you have chosen one message a day about what waits for your decision in "
            "%(workspace)s."
        ) % words  # fmt: skip
    if mail.kind == Mail.Kind.DESTINATION:
        return _("You get this message since you manage %(workspace)s.") % words
    if event.batch is not None and event.batch.maker_id == mail.person_id:
        return _("You get this message since you prepare this transfer in %(workspace)s.") % words
    if is_of_a_request(event):
        return _("You get this message since you decide on transfers in %(workspace)s.") % words
    return _("You get this message since you approved this transfer in %(workspace)s.") % words


def is_of_a_request(event: Event) -> bool:
    """Whether it is about a request that waits, or waited until now."""
    of_request = {f"batch.{BatchAction.SUBMIT}", f"batch.{BatchAction.WITHDRAW}"}
    return event.kind in of_request or event.before.get("state") == "waiting"

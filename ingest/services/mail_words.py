"""The words of each message, by the kind of its event."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ingest.lifecycle import BatchAction
from ingest.models import Attempt, Batch, Environment, Event, Mail
from ingest.services.approve import expires_at
from ingest.services.event_words import is_void_request, sentence_of
from ingest.services.mail_letters import (
    Fact,
    Letter,
    Words,
    absolute,
    batch_facts,
    line,
    place_words,
    subject_with,
    why,
)
from ingest.services.number_words import grouped
from ingest.services.phrases import filled
from ingest.services.submit import replaces
from ingest.services.time_words import moment_words

A = BatchAction
MOST_IN_DIGEST: Final = 20


def letter_of(mail: Mail, waiting: list[Batch]) -> Letter:
    """What a message says. `waiting`: what a digest is about."""
    event = mail.event
    if event is None:
        return _digest(mail, waiting)
    if event.batch is None:
        return _of_destination(mail, event)
    words = WORDS[event.kind](event, event.batch)
    moment = Fact(_("When"), moment_words(event.at))
    return _letter(mail, words, (*batch_facts(event.batch, event.after), moment), _of(event.batch, words.page))


def _of(batch: Batch, page: str) -> str:
    return absolute(page, batch.workspace.slug, batch.number)


def _letter(mail: Mail, words: Words, facts: tuple[Fact, ...], url: str) -> Letter:
    return Letter(
        words.subject, words.heading, words.text, facts, words.button or _("See the transfer"), url, why(mail),
        absolute("own_settings") + "#emails",
    )  # fmt: skip


def _checked(event: Event, batch: Batch) -> Words:
    people, left_out = event.after["distinct_ids"], event.after["refused"]
    counts = {"people": grouped(people), "left_out": grouped(left_out)}
    button = _("See the results")
    if not event.after["records"]:
        subject = subject_with(_("%(name)s: nothing can be sent"), batch.title)
        heading = _("Every row is checked, and none can be sent as it is.")
    elif not left_out:
        template = ngettext("%(name)s: %(people)s person ready", "%(name)s: %(people)s people ready", people)
        subject = subject_with(template, batch.title, people=counts["people"])
        heading = _("Every row is checked, and all of them can be sent.")
    else:
        template = ngettext(
            "%(name)s: %(people)s person ready, %(left_out)s left out",
            "%(name)s: %(people)s people ready, %(left_out)s left out", people,
        )  # fmt: skip
        subject = subject_with(template, batch.title, **counts)
        heading = ngettext(
            "Every row is checked. %(left_out)s row is left out; the results say why.",
            "Every row is checked. %(left_out)s rows are left out; the results say why.", left_out,
        ) % {"left_out": counts["left_out"]}  # fmt: skip
    return Words(subject, heading, (_("Nothing is sent yet."),), button, "results")


def _check_ended(_event: Event, batch: Batch) -> Words:
    return Words(
        subject_with(_("%(name)s: the check ended without a result"), batch.title),
        _("The check ended without a result."),
        (_("Nothing was sent. Your file and your answers are kept; the page says why it ended and what to do."),),
        _("See why"), "checking",
    )  # fmt: skip


def _submitted(event: Event, batch: Batch) -> Words:
    people = batch.result.distinct_ids if batch.result else 0
    environment = Environment(event.after["environment"]).label
    template = ngettext(
        "For you to decide: %(name)s to %(environment)s (%(people)s person)",
        "For you to decide: %(name)s to %(environment)s (%(people)s people)", people,
    )  # fmt: skip
    heading = filled(_("%(person)s asks you to approve this transfer."), person=_actor(event))
    text = [_("Nothing is sent until somebody approves it.")]
    if replaces(batch):
        text.append(_("It replaces the traits that these people have."))
    text.append(_("The request ends by itself on %(moment)s.") % {"moment": moment_words(expires_at(batch))})
    subject = subject_with(template, batch.title, environment=str(environment), people=grouped(people))
    return Words(subject, heading, tuple(text), _("Look and decide"), "approval")


def _approved(event: Event, batch: Batch) -> Words:
    if batch.send_at is not None and batch.send_at > event.at:
        next_step = _("It is sent on %(moment)s.") % {"moment": moment_words(batch.send_at)}
    else:
        next_step = _("It is sent as soon as its turn comes.")
    heading = filled(_("%(person)s approved this transfer."), person=_actor(event))
    return Words(subject_with(_("Approved: %(name)s"), batch.title), heading, (next_step,))


def _changes_needed(event: Event, batch: Batch) -> Words:
    return Words(
        subject_with(_("Changes needed: %(name)s"), batch.title),
        filled(_("%(person)s asks for changes before this transfer is sent."), person=_actor(event)),
        (_("Nothing was sent. The reason is on the page of the transfer."),), _("Read the reason"),
    )  # fmt: skip


def _withdrawn(event: Event, batch: Batch) -> Words:
    return Words(
        subject_with(_("Withdrawn: %(name)s"), batch.title),
        filled(_("%(person)s has withdrawn the request, so there is nothing for you to decide."), person=_actor(event)),
        (_("Nothing was sent."),),
    )


def _void(event: Event, batch: Batch) -> Words:
    template = _("Request ended: %(name)s") if is_void_request(event) else _("Approval no longer counts: %(name)s")
    return Words(
        subject_with(template, batch.title), _sentence(event),
        (_("Nothing was sent. Whoever prepares the transfer can ask for approval again."),),
    )  # fmt: skip


def _sent(event: Event, batch: Batch) -> Words:
    place = batch.destination
    is_beta = place is not None and place.environment == Environment.BETA
    text = (
        _("Beta is a rehearsal: no audience changes.")
        if is_beta
        else _("Adobe usually needs up to 48 hours until the data can be used; it gives no promise.")
    )
    return Words(subject_with(_("Sent: %(name)s"), batch.title), _sentence(event), (text,))


def _partly_sent(event: Event, batch: Batch) -> Words:
    text = _("The page of the transfer says why, and sends what is missing once that is put right.")
    return Words(subject_with(_("Partly sent: %(name)s"), batch.title), _sentence(event), (text,), _("See why"))


def _not_sent(event: Event, batch: Batch) -> Words:
    what_to_do = _("The page of the transfer says why, and sends it again once that is put right.")
    of_delivery = Attempt.objects.filter(delivered_part__delivery=event.after.get("delivery"))
    # Of a connection that broke off nobody knows what the receiver made of it.
    if of_delivery.filter(outcome__in=[Attempt.Outcome.LOST, Attempt.Outcome.OPEN]).exists():
        text = _("One attempt broke off without an answer; the next one looks first what the receiver has.")
        subject = subject_with(_("Not sent: %(name)s"), batch.title)
        return Words(subject, _("No file is known to be at the receiver."), (text, what_to_do), _("See why"))
    subject = subject_with(_("Not sent: %(name)s, nothing reached the receiver"), batch.title)
    return Words(subject, _("Nothing reached the receiver."), (what_to_do,), _("See why"))


def _picked_up(event: Event, batch: Batch) -> Words:
    return Words(subject_with(_("Picked up: %(name)s"), batch.title), _sentence(event))


def _not_picked_up(event: Event, batch: Batch) -> Words:
    return Words(subject_with(_("Not picked up: %(name)s"), batch.title), _sentence(event))


def _receipt(event: Event, batch: Batch) -> Words:
    is_short = event.after.get("alarm") == "stored"
    template = (
        _("Adobe stored fewer records than expected: %(name)s") if is_short else _("Adobe's receipt differs: %(name)s")
    )
    text = _("The page of the transfer lays Adobe's figures beside the expected ones and says what to look at.")
    return Words(subject_with(template, batch.title), _sentence(event), (text,), _("See the receipt"))


WORDS: Final[Mapping[str, Callable[[Event, Batch], Words]]] = MappingProxyType(
    {
        f"batch.{A.CHECK_FINISHED}": _checked,
        f"batch.{A.CHECK_ENDED}": _check_ended,
        f"batch.{A.SUBMIT}": _submitted,
        f"batch.{A.APPROVE}": _approved,
        f"batch.{A.ASK_FOR_CHANGES}": _changes_needed,
        f"batch.{A.WITHDRAW}": _withdrawn,
        f"batch.{A.VOID}": _void,
        f"batch.{A.SENT_ALL}": _sent,
        f"batch.{A.SENT_SOME}": _partly_sent,
        f"batch.{A.SENT_NONE}": _not_sent,
        "batch.picked_up": _picked_up,
        "batch.not_picked_up": _not_picked_up,
        "batch.receipt": _receipt,
    }
)


def _of_destination(mail: Mail, event: Event) -> Letter:
    name = str(event.after["name"])
    if event.kind == "destination.paused":
        subject = subject_with(_("Paused: nothing is sent to %(name)s"), name)
        heading = _("The server shows another key than the one that was accepted, so the portal has stopped.")
        text = _("What waits for this destination waits. Compare the key with what the receiver says by another way.")
    else:
        subject = subject_with(_("%(name)s rests after failures"), name)
        heading = _("Sending has failed several times in a row, so this destination rests for a while.")
        text = _("The portal tries again by itself, after rests that grow longer.")
    facts = (
        Fact(_("Destination"), line(name)),
        Fact(_("Workspace"), line(mail.workspace.name)),
        Fact(_("When"), moment_words(event.at)),
    )
    url = absolute("destination", mail.workspace.slug, event.after["destination"])
    return _letter(mail, Words(subject, heading, (text,), _("See the destination")), facts, url)


def _digest(mail: Mail, waiting: list[Batch]) -> Letter:
    count = len(waiting)
    template = ngettext(
        "%(count)s transfer waits for your decision in %(name)s",
        "%(count)s transfers wait for your decision in %(name)s", count,
    )  # fmt: skip
    subject = subject_with(template, mail.workspace.name, count=grouped(count))
    facts = tuple(Fact(line(batch.title), _in_digest(batch)) for batch in waiting[:MOST_IN_DIGEST])
    more = count - len(facts)
    text = [_("Those that have waited longest come first.")]
    if more:
        text.append(
            ngettext("%(count)s more is on the page.", "%(count)s more are on the page.", more)
            % {"count": grouped(more)}
        )
    words = Words(subject, subject, tuple(text), _("Look and decide"))
    return _letter(mail, words, facts, absolute("approvals", mail.workspace.slug))


def _in_digest(batch: Batch) -> str:
    people = batch.result.distinct_ids if batch.result else 0
    words: dict[str, Any] = {
        "place": place_words(batch.destination) if batch.destination else "", "people": grouped(people),
        "moment": moment_words(batch.state_at),
    }  # fmt: skip
    return ngettext(
        "%(place)s, %(people)s person, waits since %(moment)s", "%(place)s, %(people)s people, waits since %(moment)s",
        people,
    ) % words  # fmt: skip


def _sentence(event: Event) -> str:
    """What the log says of an event, as a whole sentence."""
    return _("%(sentence)s.") % {"sentence": sentence_of(event)}


def _actor(event: Event) -> str:
    return line(event.actor.name) if event.actor else _("Somebody")

"""Whether a message is still to be sent: between its event and its turn the world may have gone on."""

from ingest.lifecycle import BatchState
from ingest.models import Batch, Check, Event, Mail, Membership
from ingest.services.mail_letters import is_of_a_request
from ingest.services.mail_receivers import SUBMITTED, asked, may_decide, waiting_for, wants


def reason_to_drop(mail: Mail) -> str:
    """Why a message is not to be sent any more, in a word for the outbox; empty when it is."""
    member = Membership.objects.filter(workspace=mail.workspace_id, user=mail.person_id, user__is_active=True).first()
    if member is None:
        return "no_member"
    event = mail.event
    if event is None:
        return "" if digest_of(mail) else "nothing_waits"
    if not wants(mail.person, Mail.Kind(mail.kind)):
        return "not_wanted"
    if event.batch is None:
        return "" if member.administers else "no_admin"
    return _reason_of_batch(mail, event, event.batch)


def digest_of(mail: Mail) -> list[Batch]:
    """What a digest is about: what waits now for this person; nothing when they decide no more."""
    still = Membership.objects.filter(workspace=mail.workspace_id, user=mail.person_id, approves=True)
    return waiting_for(mail.workspace, mail.person) if still.exists() else []


def _reason_of_batch(mail: Mail, event: Event, batch: Batch) -> str:
    is_maker = batch.maker_id == mail.person_id
    if event.kind == SUBMITTED:
        return _reason_of_request(mail, event, batch)
    if mail.kind == Mail.Kind.CHECK:
        seen = Check.objects.filter(pk=event.after.get("check"), seen_at__isnull=False)
        return "seen" if seen.exists() else ("" if is_maker else "no_maker")
    if is_of_a_request(event) and not is_maker and not _was_asked(mail, event):
        return "never_asked"
    return ""


def _reason_of_request(mail: Mail, event: Event, batch: Batch) -> str:
    newer = Event.objects.filter(batch=batch, kind=SUBMITTED, pk__gt=event.pk)
    if batch.state != BatchState.WAITING or newer.exists():
        return "no_longer_waits"
    return "" if may_decide(batch, mail.person) else "may_not_decide"


def _was_asked(mail: Mail, event: Event) -> bool:
    """Whether the message with the request has left: who never got it need not hear that it is over."""
    request = asked(event)
    return Mail.objects.filter(event=request, person=mail.person_id, state=Mail.State.SENT).exists()

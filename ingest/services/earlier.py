"""Which earlier transfer is meant wherever answers are offered again, or a file is said to have been here: one rule.

The same file comes before the same columns, one's own transfers before those of others, complete answers before half
of them, what was sent before what was not, and the newest before all others. What was practised counts like anything
else, since a person answered there too; it is never "last time" for figures, which are of what was sent.
"""

from collections.abc import Iterable
from typing import Final

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from ingest.crm.mapping import MappingError, parse_mapping
from ingest.lifecycle import BatchState
from ingest.models import Batch, Event, Upload

MOST_ALIKE: Final = 5


def before(batch: Batch) -> QuerySet[Batch]:
    """The transfers whose answers stood when this one was begun, and still do."""
    # A draft that is still worked on is nobody's earlier answer: what it becomes would come and go on this page.
    later = Event.objects.filter(batch=OuterRef("pk"), kind="batch.answers", at__gt=batch.created_at)
    here = Batch.objects.of(batch.workspace).filter(~Exists(later), created_at__lte=batch.created_at)
    return here.exclude(pk=batch.pk).order_by("-created_at", "-pk")


def with_same_columns(batch: Batch, *, own_first: bool = True, **narrowed: object) -> list[Batch]:
    """Some of those whose file had the same columns, the one that is meant first; each says if it had the same file.

    `own_first` false: whoever made them.
    """
    if not batch.header_sha256:
        return []
    alike = _with_file(before(batch).filter(header_sha256=batch.header_sha256, **narrowed), batch.upload)
    own = alike.filter(maker=batch.maker_id)[:MOST_ALIKE] if own_first else ()
    found = {one.pk: one for few in (own, alike[:MOST_ALIKE]) for one in few}
    return best_first(found.values(), batch, own_first=own_first)


def best_first(few: Iterable[Batch], batch: Batch, *, own_first: bool = True) -> list[Batch]:
    """Batches whose file had the same columns, by the rule above."""
    newest = sorted(few, key=lambda one: (one.created_at, one.pk), reverse=True)
    return sorted(newest, key=lambda one: _rank(one, batch, own_first=own_first), reverse=True)


def was_sent(earlier: Batch, batch: Batch) -> bool:
    """Whether it had been sent when this one was begun; what happens to it later changes nothing here."""
    return earlier.state == BatchState.SENT and earlier.state_at <= batch.created_at


def is_same_file(earlier: Batch) -> bool:
    """Whether one of `with_same_columns` had the very bytes of this file."""
    return bool(getattr(earlier, "has_same_file", False))


def _with_file(found: QuerySet[Batch], upload: Upload | None) -> QuerySet[Batch]:
    if upload is None or not upload.sha256:
        return found
    same = ExpressionWrapper(Q(upload__sha256=upload.sha256), output_field=BooleanField())
    # A transfer whose file is deleted has none: that must not come first where NULLs do.
    marked = found.annotate(has_same_file=Coalesce(same, Value(value=False)))
    return marked.order_by("-has_same_file", "-created_at", "-pk")


def _rank(one: Batch, batch: Batch, *, own_first: bool) -> tuple[bool, ...]:
    is_own, is_same = own_first and one.maker_id == batch.maker_id, is_same_file(one)
    return is_same, is_same or is_own, _is_whole(one), was_sent(one, batch), is_own


def _is_whole(one: Batch) -> bool:
    try:
        parse_mapping(one.mapping)
    except MappingError:
        return False
    return True

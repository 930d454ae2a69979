"""Four eyes: who is barred from deciding on a batch, since they had a hand in it."""

from collections.abc import Sequence
from enum import StrEnum

from ingest.models import Batch, User
from ingest.services.place_changes import place_changers


class Bar(StrEnum):
    """Why a person may not decide on this batch, although they may decide on others."""

    MADE_IT = "made_it"
    CHANGED_IT = "changed_it"
    CHANGED_DESTINATION = "changed_destination"


def bar_for(batch: Batch, user: User) -> Bar | None:
    """Four eyes: neither the maker, nor who changed file, mapping or destination, may approve; admins included."""
    return bars_for([batch], user)[batch.pk]


def bars_for(batches: Sequence[Batch], user: User) -> dict[int, Bar | None]:
    """The same for many batches by their keys, in one query, or two where a destination was changed meanwhile."""
    changed = Batch.editors.through.objects.filter(batch__in=batches, user=user).values_list("batch_id", flat=True)
    edited, changers = frozenset(changed), place_changers(batches)
    return {
        batch.pk: _bar(
            batch, user, is_editor=batch.pk in edited, is_changer=user.pk in changers.get(batch.pk, frozenset())
        )
        for batch in batches
    }


def free_to_approve(batch: Batch, users: Sequence[User]) -> list[User]:
    """Those of these people whom nothing bars, in one query, or two where the destination was changed meanwhile."""
    editors = frozenset(batch.editors.filter(pk__in=[user.pk for user in users]).values_list("pk", flat=True))
    changers = place_changers([batch]).get(batch.pk, frozenset())
    return [
        user
        for user in users
        if _bar(batch, user, is_editor=user.pk in editors, is_changer=user.pk in changers) is None
    ]


def _bar(batch: Batch, user: User, *, is_editor: bool, is_changer: bool) -> Bar | None:
    if batch.maker_id == user.pk:
        return Bar.MADE_IT
    if is_editor:
        return Bar.CHANGED_IT
    return Bar.CHANGED_DESTINATION if is_changer else None

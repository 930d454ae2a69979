"""A batch: one customer file and one mapping with their results, on the way to an environment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from ingest.lifecycle import MOVES, BatchAction, BatchState
from ingest.models.destination import Destination
from ingest.models.upload import Upload
from ingest.models.workspace import Workspace

_WITH_RESULT = [S.value for S in (
    BatchState.CHECKED, BatchState.WAITING, BatchState.CHANGES_NEEDED, BatchState.APPROVED, BatchState.SENDING,
    BatchState.SENT, BatchState.PARTLY_SENT, BatchState.FAILED, BatchState.PRACTISED,
)]  # fmt: skip
_DECIDED = [S.value for S in (
    BatchState.APPROVED, BatchState.SENDING, BatchState.SENT, BatchState.PARTLY_SENT, BatchState.FAILED,
)]  # fmt: skip
_OF_A_PRACTICE = [S.value for S in (
    BatchState.DRAFT, BatchState.CHECKING, BatchState.CHECKED, BatchState.PRACTISED, BatchState.CANCELLED,
)]  # fmt: skip


def _number(name: str, *path: str | int) -> Cast:
    """A number of the mapping, for the database to work out."""
    found: Any = KeyTransform(name, "mapping") if path else KeyTextTransform(name, "mapping")
    for depth, step in enumerate(path, 1):
        found = (KeyTextTransform if depth == len(path) else KeyTransform)(step, found)
    return Cast(found, models.BigIntegerField())


class BatchQuerySet(models.QuerySet["Batch"]):
    """Questions about batches."""

    def move(self, batch: "Batch", action: BatchAction, *, now: datetime, **changes: object) -> bool:
        """Do one allowed move as one conditional UPDATE; False when the batch was not in a state that allows it.

        `changes` are set together with the state. The batch in memory is brought up to date when it moved.
        """
        move = MOVES[action]
        sources = [state.value for state in move.sources]
        values = {"state": move.target.value, "state_at": now, **changes}
        moved = self.filter(pk=batch.pk, state__in=sources).update(**values)
        if moved:
            for name, value in values.items():
                setattr(batch, name, value)
        return bool(moved)

    def of(self, workspace: Workspace) -> Self:
        """The batches of one workspace."""
        return self.filter(workspace=workspace)

    def newest_in(self, states: Iterable[BatchState], most: int) -> list[int]:
        """The keys of at most so many batches in any of these states, the newest first.

        Each state is a stretch of an index, so only that is read, whatever a planner thinks of the others.
        """
        found: list[tuple[datetime, int]] = []
        for state in states:
            newest = self.filter(state=state).order_by("-created_at", "-pk")
            found += newest.values_list("created_at", "pk")[:most]
        return [key for _, key in sorted(found, reverse=True)[:most]]


class Batch(models.Model):
    """One transfer, from draft to sent. `number` counts within its workspace.

    `mapping` is the document of the contract's section 3 as far as it is answered; `not_sent` are the columns that the
    maker decided to leave out. `version` goes up with every answer, so that a second tab can't overwrite the first.
    `editors` changed the file, the mapping or the destination: none of them may approve. `result` is the check that
    counts now, `decision` the approval that counts now, `delivery` the sending that was begun. The database
    works `dpid` out from the mapping: the data source that the traits belong to, else that of the IDs, of an ID sync
    the first one. `is_practice`: it was begun to try things with, and the database itself keeps it from being sent.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="batches")
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    name = models.CharField(_("name"), max_length=150, blank=True)
    note = models.TextField(_("note for the approver"), max_length=2000, blank=True)
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in BatchState], default="draft")
    state_at = models.DateTimeField()
    is_practice = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="batches")
    mapping = models.JSONField(default=dict)
    not_sent = models.JSONField(default=list)
    dpid = models.GeneratedField(
        expression=Coalesce(_number("target_dpid"), _number("dpid"), _number("ids", 0, "dpid")),
        output_field=models.BigIntegerField(null=True), db_persist=True,
    )  # fmt: skip
    header_sha256 = models.CharField(max_length=64, blank=True)
    destination = models.ForeignKey(Destination, models.PROTECT, null=True, blank=True, related_name="batches")
    send_at = models.DateTimeField(_("earliest time of sending"), null=True, blank=True)
    replaces_confirmed = models.BooleanField(default=False)
    result = models.ForeignKey("Check", models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.ForeignKey("Decision", models.PROTECT, null=True, blank=True, related_name="+")
    delivery = models.ForeignKey("Delivery", models.PROTECT, null=True, blank=True, related_name="+")
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    created_at = models.DateTimeField(auto_now_add=True)
    data_deleted_at = models.DateTimeField(null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        indexes: ClassVar = [
            # history: newest first, keyset by (created_at, id), with and without a filter
            models.Index(fields=["workspace", "-created_at", "-id"], name="batch_history"),
            models.Index(fields=["workspace", "state", "-created_at", "-id"], name="batch_by_state"),
            models.Index(fields=["workspace", "maker", "-created_at", "-id"], name="batch_by_maker"),
            models.Index(fields=["workspace", "maker", "state", "-created_at", "-id"], name="batch_by_makers_state"),
            models.Index(fields=["workspace", "dpid", "-created_at", "-id"], name="batch_by_source"),
            models.Index(fields=["workspace", "state", "state_at", "id"], name="batch_by_wait"),
            models.Index(fields=["workspace", "header_sha256", "-created_at", "-id"], name="batch_by_header"),
            models.Index(
                fields=["workspace", "maker", "header_sha256", "-created_at", "-id"], name="batch_by_makers_header"
            ),
            models.Index(fields=["workspace", "name"], name="batch_by_name"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="a_batch_number_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in BatchState]), name="batch_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=_WITH_RESULT) | Q(result__isnull=False), name="checked_has_a_result"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", *_DECIDED]) | Q(destination__isnull=False),
                name="submitted_has_a_destination",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_DECIDED) | Q(decision__isnull=False), name="approved_has_a_decision"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "sent", "partly_sent", "failed"]) | Q(delivery__isnull=False),
                name="sending_has_a_delivery",
            ),
            models.CheckConstraint(
                condition=Q(is_practice=False)
                | Q(state__in=_OF_A_PRACTICE, destination=None, decision=None, delivery=None),
                name="a_practice_is_never_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state="practised") | Q(is_practice=True), name="only_a_practice_is_practised"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it: T-42."""
        return f"T-{self.number}"

    @property
    def title(self) -> str:
        """Its name, or until it has one its reference."""
        return self.name or self.reference

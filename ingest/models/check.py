"""Checks of all rows, and the parts that a check has built."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ingest.models.batch import Batch
from ingest.models.upload import Upload


class Check(models.Model):
    """One run of the engine over a whole customer file with one mapping.

    `upload_sha256`, `mapping` and `mapping_sha256` are what it was run with; a batch whose answers differ by now has a
    stale result. `stage`: what the worker does now; empty before one has begun.
    `noticed`: rows that are sent as they are although something was noticed in them; checks of earlier versions have 0.
    `corrections`: corrected rows that have to be put in their places first; `corrected`: how many were
    (None: not yet), `mended`: how many of these can be sent now. Counts are rows, but for `records` (lines) and
    `distinct_ids`. Files: `report_key` (report.json) and `refused_key` (refused.csv) in
    `STORAGES["files"]`. `parts_sha256` is over the checksums of all parts, in order.
    `seen_at`: when the maker first looked at it after its end.
    `fix`: what was mended for all rows alike before this check, as names and counts, no cells ({}: nothing), and
    `before`: the result that it was mended from.
    `files_deleted_at` is about report.json and refused.csv, `parts_deleted_at` about the parts; numbers stay.
    """

    class State(models.TextChoices):
        """How far it is. ENDED: nothing could be made, `problem_code` and `problem` say why."""

        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        ENDED = "ended"
        CANCELLED = "cancelled"

    class Stage(models.TextChoices):
        """What a worker does with it, in this order; a file that has to be read twice is checked twice."""

        READING = "reading"
        CHECKING = "checking"
        WRITING = "writing"
        STORING = "storing"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="checks")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(max_length=16, choices=Stage.choices, blank=True)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+")
    upload_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField()
    mapping_sha256 = models.CharField(max_length=64)
    corrections = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    corrected = models.BigIntegerField(null=True, blank=True)
    mended = models.BigIntegerField(null=True, blank=True)
    fix = models.JSONField(default=dict, blank=True)
    before = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    stop_requested = models.BooleanField(default=False)
    bytes_done = models.BigIntegerField(default=0)
    bytes_total = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    noticed = models.BigIntegerField(default=0)
    records = models.BigIntegerField(default=0)
    distinct_ids = models.BigIntegerField(default=0)
    parts_sha256 = models.CharField(max_length=64, blank=True)
    report_key = models.CharField(max_length=255, blank=True)
    refused_key = models.CharField(max_length=255, blank=True)
    problem_code = models.CharField(max_length=64, blank=True)
    problem = models.TextField(blank=True)
    problem_params = models.JSONField(default=dict, blank=True)
    files_deleted_at = models.DateTimeField(null=True, blank=True)
    parts_deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(rows=models.F("accepted") + models.F("refused")),
                name="no_row_vanishes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "finished", "ended", "cancelled"]),
                name="check_state_is_known",
            ),
            # one check at a time for each batch
            models.UniqueConstraint(
                fields=["batch"], condition=Q(state__in=["queued", "running"]), name="one_open_check_each"
            ),
        ]

    def __str__(self) -> str:
        return f"check {self.pk}"


class Part(models.Model):
    """One built part. `sha256` and `stored_bytes` are of the stored file, `content_sha256` and `content_bytes` of its
    uncompressed lines. Stored once under its SHA-256 (`key`), never changed.
    """

    check_run = models.ForeignKey(Check, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    stored_bytes = models.BigIntegerField()
    content_sha256 = models.CharField(max_length=64)
    content_bytes = models.BigIntegerField()
    records = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["key"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_run", "number"], name="a_part_number_once"),
            models.CheckConstraint(condition=Q(records__gt=0) & Q(stored_bytes__gt=0), name="no_part_is_empty"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of check {self.check_run_id}"


class TraitLines(models.Model):
    """How many lines of a check's parts give a trait, or with `is_taken` take it away.

    Only of traits that the mapping names or the catalogue of the workspace has: a number in a cell is nobody's
    business here. Kept when the files are deleted, so that next month has something to be compared with.
    """

    check_run = models.ForeignKey(Check, models.CASCADE, related_name="trait_lines")
    sid = models.BigIntegerField()
    is_taken = models.BooleanField(default=False)
    lines = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["-lines", "sid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_run", "sid", "is_taken"], name="a_trait_is_counted_once"),
            models.CheckConstraint(condition=Q(lines__gt=0), name="counted_traits_have_lines"),
        ]

    def __str__(self) -> str:
        return f"trait {self.sid} of check {self.check_run_id}"


class ColumnValues(models.Model):
    """The values that most rows of a checked file have, of the columns with few different ones.

    `columns`: by the place of the column, what `services.check_values` reads. These are cells of a customer file: for
    makers only, never in a log, and deleted with the report of the check.
    """

    check_run = models.OneToOneField(Check, models.CASCADE, related_name="column_values")
    columns = models.JSONField()

    class Meta:
        verbose_name_plural = "column values"

    def __str__(self) -> str:
        return f"values of check {self.check_run_id}"

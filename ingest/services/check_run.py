"""One check, done: read, judged and built in a scratch folder, put away, and only then told to the database."""

import logging
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.db import InterfaceError, OperationalError

from ingest.crm.mapping import MappingDocument, parse_mapping
from ingest.engine.containers import Container, container_of
from ingest.engine.errors import Cancelled, FileProblem
from ingest.engine.populations import trait_lines
from ingest.engine.report import write_report
from ingest.engine.run import REFUSED_NAME, REPORT_NAME, onboard
from ingest.engine.values import ColumnsOfValues
from ingest.models import Check, ColumnValues, Job, Part, TraitLines
from ingest.services import check_end, files, work
from ingest.services.check_traits import counted_traits, trait_judge
from ingest.services.check_values import kept_values
from ingest.services.corrections import mended_rows, put_in_place
from ingest.services.failpoints import failpoint
from ingest.services.heartbeat import Heartbeat
from ingest.services.problems import english
from ingest.services.work import Claim, LeaseLost

logger = logging.getLogger(__name__)
# Parts are named when they are sent; until then they need some name that is one.
PLACEHOLDER: Final = 1_000_000_000
_WIDTHS: Final = {"utf-16": 2, "utf-32": 4}


def run(job_id: int, owner: str) -> None:
    """Do the check of a job; nothing happens when the job is not to be had. Never raises."""
    claim = work.claim(job_id, owner, kind=Job.Kind.CHECK)
    if claim is None:
        return
    failpoint("check.claimed")
    try:
        _attempt(claim)
    except LeaseLost:
        logger.info("job %s: another worker has it", job_id)
    except (OperationalError, InterfaceError) as error:
        logger.warning("job %s: left to its lease, the database failed (%s)", job_id, type(error).__name__)


def _attempt(claim: Claim) -> None:
    check = check_end.begun(claim)
    if check is None:
        return
    try:
        with files.own_scratch(f"check-{check.pk}-{claim.epoch}") as folder:
            _check(check, claim, folder)
    except (LeaseLost, OperationalError, InterfaceError):
        raise
    except Cancelled:
        check_end.cancelled(check, claim)
    except FileProblem as problem:
        check_end.ended(check, claim, _told(check, problem))
    except files.FileGone:
        check_end.ended(check, claim, FileProblem("upload.gone", english("upload.gone")))
    except OSError as error:
        check_end.held_up(check, claim, error)
    except Exception as error:  # noqa: BLE001 - logged by type and place; a person is told its number
        check_end.broken(check, claim, error)


def _check(check: Check, claim: Claim, folder: Path) -> None:
    progress = Progress(check, claim)
    check = put_in_place(check, claim, folder, now=claim.clock(), stop=progress.stop)
    report, values, noticed = _built(check, folder, progress)
    mended = mended_rows(check, folder / REFUSED_NAME, left_out=report["refused"], stop=progress.stop)
    failpoint("check.built")
    if progress.stop():
        raise Cancelled
    progress.storing()
    counted = _counted(check, [folder / told["name"] for told in report["parts"]], progress)
    parts = [
        _stored_part(check, number, folder / told["name"], told, progress)
        for number, told in enumerate(report["parts"], 1)
    ]
    keys = {}
    for field, name in (("report_key", REPORT_NAME), ("refused_key", REFUSED_NAME)):
        progress.renew()
        keys[field] = files.result_key(check.pk, name)
        files.put_away(folder / name, keys[field])
    failpoint("check.stored")
    check_end.finished(
        check, claim, report, parts, keys, counted=counted, values=values, mended=mended, noticed=noticed,
    )  # fmt: skip
    failpoint("check.committed")


def _built(check: Check, folder: Path, progress: "Progress") -> tuple[dict[str, Any], ColumnValues | None, int]:
    """The report, what is kept of values, and how many rows are sent with a notice; parts and both files lie in the
    folder. The upload is hashed while it is read.
    """
    document = parse_mapping(check.mapping)
    values: list[ColumnsOfValues] = []
    noticed: list[int] = []
    with files.local_copy(check.upload.key, told=progress.beat) as path:
        progress.expect(_readable_bytes(path, document))
        report = onboard(
            path, document, folder, timestamp=PLACEHOLDER, stop=progress.stop, progress=progress.told,
            judge_trait=trait_judge(check.batch.workspace, document, progress.claim.clock()),
            building=progress.building, values=values.append, noticed=noticed.append,
        )  # fmt: skip
    if report["input"]["sha256"] != check.upload_sha256:
        raise FileProblem("upload.changed", english("upload.changed"))
    report["input"]["name"] = check.upload.name
    write_report(report, folder / REPORT_NAME)
    names = [column["name"] for column in report["columns"]]
    return report, kept_values(check, document, names, values[-1]), noticed[-1]


def _counted(check: Check, parts: list[Path], progress: "Progress") -> list[TraitLines]:
    """How many lines each trait has."""
    wanted = counted_traits(check.batch.workspace, parse_mapping(check.mapping))
    counts = trait_lines(parts, wanted, stop=progress.stop)
    return [
        TraitLines(check_run=check, sid=sid, is_taken=is_taken, lines=lines)
        for (sid, is_taken), lines in counts.items()
    ]


def _told(check: Check, problem: FileProblem) -> FileProblem:
    """What is wrong with the file; of one that is not what was uploaded, only that."""
    try:
        with files.local_copy(check.upload.key) as path:
            if files.sha256_of(path) != check.upload_sha256:
                return FileProblem("upload.changed", english("upload.changed"))
    except (files.FileGone, OSError):
        return FileProblem("upload.gone", english("upload.gone"))
    return problem


def _stored_part(check: Check, number: int, path: Path, told: Mapping[str, Any], progress: "Progress") -> Part:
    """Put a part away under its checksum. An equal one that is there already is replaced whole, by the same bytes:
    then its age is that of its latest use, and no sweeper takes it for an old one that nobody needs.
    """
    digest = files.sha256_of(path, told=progress.beat)
    part = Part(
        check_run=check, number=number, key=files.part_key(digest), sha256=digest, stored_bytes=path.stat().st_size,
        content_sha256=told["sha256"], content_bytes=told["bytes"], records=told["records"],
    )  # fmt: skip
    progress.renew()
    files.put_away(path, part.key)
    failpoint("check.part_stored")
    return part


def _readable_bytes(path: Path, document: MappingDocument) -> int:
    """How many bytes the engine will say that it has read, for the progress; 0 when nobody can know before."""
    size = path.stat().st_size
    match container_of(path):
        case Container.PLAIN:
            encoding = document.reader.encoding or ""
            return size // _WIDTHS.get(encoding[:6].lower(), 1)
        case Container.GZIP:
            with path.open("rb") as file:
                file.seek(-4, 2)
                (unpacked,) = struct.unpack("<I", file.read(4))
            return int(unpacked) if unpacked > size else 0
        case _:
            return 0


class Progress:
    """How far the engine is, kept in the row of the check, and whether it is asked to stop.

    A run that has to read the file a second time begins to count anew, and so does what people see.
    """

    def __init__(self, check: Check, claim: Claim) -> None:
        self.claim = claim
        self._check = check
        self._bytes = self._rows = 0
        self._stage = Check.Stage.READING
        self._stop = False
        self._heart = Heartbeat(claim, self._write)

    def expect(self, total: int) -> None:
        """Say how many bytes there will be."""
        Check.objects.filter(pk=self._check.pk, state=Check.State.RUNNING).update(bytes_total=total)

    def told(self, bytes_read: int, rows: int) -> None:
        """The engine's `progress`."""
        self._bytes, self._rows = bytes_read, rows
        self._enter(Check.Stage.CHECKING)
        failpoint("check.reading")
        self._heart.beat()

    def building(self) -> None:
        """The engine's `building`."""
        self._enter(Check.Stage.WRITING)

    def storing(self) -> None:
        """Everything is built and is put away now."""
        self._enter(Check.Stage.STORING)

    def _enter(self, stage: Check.Stage) -> None:
        """Said at once: the next heartbeat may come only at the end of what begins now."""
        if stage != self._stage:
            self._stage = stage
            Check.objects.filter(pk=self._check.pk, state=Check.State.RUNNING).update(stage=stage)

    def beat(self) -> None:
        """Something was done that counts nothing."""
        self._heart.beat()

    def renew(self) -> None:
        """Make sure that the job is ours, right before something that takes long or cannot be taken back."""
        self.claim.renew()

    def stop(self) -> bool:
        """The engine's `stop`; it asks often, also while there is no progress to tell."""
        self._heart.beat()
        return self._stop

    def _write(self) -> None:
        mine = Check.objects.filter(pk=self._check.pk, state=Check.State.RUNNING)
        mine.update(bytes_done=self._bytes, rows_done=self._rows, progressed_at=self.claim.clock())
        self._stop = mine.filter(stop_requested=True).exists()

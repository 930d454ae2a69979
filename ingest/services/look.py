"""A first look at the file of an upload: taken once, kept beside it, deleted with it."""

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ingest.crm.mapping_types import ReaderOptions
from ingest.engine.errors import FileProblem
from ingest.models import Batch, Upload
from ingest.services import files
from ingest.services.reader import reader_of as reader_of  # noqa: PLC0414 - whoever looks asks for it here

if TYPE_CHECKING:
    from ingest.crm.proposals_types import ColumnLook
    from ingest.engine.examine import Examined

PEOPLE_SEE: Final = 8
"""Samples of each column for pages."""
PROPOSALS_NEED: Final = 1000
"""Samples of each column for proposals: all values of the rows that are looked at."""
MOST_KEPT: Final = 4
"""Ways of reading one file that are remembered: people try a few when text looks wrong."""
# Goes up when what is kept gets another form: then it is looked at once more.
_FORM: Final = 4


def look_at(upload: Upload, reader: ReaderOptions | None, *, samples: int = PEOPLE_SEE) -> "Examined":
    """What the file looks like, read by `reader`; what that does not say is detected.

    `samples`: how many of the most frequent values of each column are needed at least; there are 8 or all of them.
    Raises FileProblem when it cannot be used, FileGone when it is no longer there.
    """
    from ingest.services.look_json import examined_from_json  # noqa: PLC0415 - the engine takes a while to load

    reader = reader or ReaderOptions()
    samples = PEOPLE_SEE if samples <= PEOPLE_SEE else PROPOSALS_NEED
    # One page may look several times; what it has seen belongs to this one object.
    seen: dict[object, Examined] = upload.__dict__.setdefault("_looks", {})
    if (reader, samples) not in seen:
        seen[reader, samples] = examined_from_json(_look_once(upload, reader, samples))
    return seen[reader, samples]


def look_at_column(batch: Batch, position: int) -> "ColumnLook":
    """One column with all its values that were looked at. Raises FileProblem, FileGone and IndexError."""
    from ingest.services.look_json import column_from_json  # noqa: PLC0415 - the engine takes a while to load

    if batch.upload is None:
        raise files.FileGone("none")
    look = _look_once(batch.upload, reader_of(batch) or ReaderOptions(), PROPOSALS_NEED)
    return column_from_json(look["columns"][position])


def _look_once(upload: Upload, reader: ReaderOptions, samples: int) -> dict[str, Any]:
    key = _key(upload, samples)
    looks = _kept(key)
    look = looks.get(repr(reader))
    if look is None:
        look = _look(upload, reader, samples)
        _keep(key, looks, repr(reader), look)
    if "problem" in look:
        problem = look["problem"]
        raise FileProblem(problem["code"], *problem["templates"], **problem["params"])
    examined: dict[str, Any] = look["examined"]
    return examined


def _look(upload: Upload, reader: ReaderOptions, samples: int) -> dict[str, Any]:
    # A command, or a process that only hands work out, does not load the engine; a web server has it before it forks.
    from ingest.engine.examine import examine  # noqa: PLC0415 - the engine takes a while to load
    from ingest.services.look_json import examined_to_json  # noqa: PLC0415 - the engine takes a while to load

    if upload.state != Upload.State.COMPLETE:
        raise files.FileGone(upload.key)
    with files.local_copy(upload.key) as path:
        try:
            examined = examine(path, reader, samples=samples)
        except FileProblem as problem:
            kept = {"code": problem.code, "templates": problem.templates, "params": problem.params}
            return {"problem": kept}
    return {"examined": examined_to_json(replace(examined, name=upload.name))}


def _kept(key: str) -> dict[str, Any]:
    """Looks by the way of reading, the latest last."""
    try:
        kept = json.loads(files.read(key))
    except (files.FileGone, ValueError):
        return {}
    return dict(kept["looks"]) if isinstance(kept, dict) and kept.get("form") == _FORM else {}


def _keep(key: str, looks: dict[str, Any], name: str, look: dict[str, Any]) -> None:
    latest = dict([*looks.items(), (name, look)][-MOST_KEPT:])
    path = files.scratch_folder() / f"look-{uuid.uuid4()}"
    try:
        path.write_text(json.dumps({"form": _FORM, "looks": latest}), encoding="utf-8")
        files.put_away(path, key)
    finally:
        path.unlink(missing_ok=True)


def _key(upload: Upload, samples: int) -> str:
    return f"{files.upload_key(upload.pk)}.look-{samples}.json"


def forget(upload: Upload) -> None:
    """Delete what was kept of a look at this upload: it holds values of customers."""
    upload.__dict__.pop("_looks", None)
    for samples in (PEOPLE_SEE, PROPOSALS_NEED):
        files.remove(_key(upload, samples))


def look_at_file_of(batch: Batch, *, samples: int = PEOPLE_SEE) -> "Examined":
    """What the batch's file looks like, read as its maker confirmed. Raises FileProblem and FileGone."""
    if batch.upload is None:
        raise files.FileGone("none")
    return look_at(batch.upload, reader_of(batch), samples=samples)


def sheets_of(upload: Upload) -> tuple[str, ...]:
    """The sheets of a workbook, also where the first one can't be used; none for other files. Raises FileGone."""
    from ingest.engine.containers import Container, container_of  # noqa: PLC0415 - the engine takes a while to load
    from ingest.engine.xlsx_package import Package  # noqa: PLC0415 - the engine takes a while to load
    from ingest.engine.xlsx_workbook import read_workbook  # noqa: PLC0415 - the engine takes a while to load

    with files.local_copy(upload.key) as path:
        try:
            if container_of(path) is not Container.WORKBOOK:
                return ()
            with Package(path) as package:
                return tuple(sheet.name for sheet in read_workbook(package).sheets)
        except FileProblem:
            return ()

"""The customer file as it is sent, to be kept: without the rows that are left out, IDs and cells tidied."""

from collections.abc import Iterator
from contextlib import ExitStack

from ingest.crm.mapping import parse_mapping
from ingest.models import Check, Upload
from ingest.services import files


def is_to_be_had(check: Check) -> bool:
    """Whether a fixed file can be made: something is sent, and both files that it is made from are kept."""
    is_kept = check.files_deleted_at is None and check.upload.state == Upload.State.COMPLETE
    return is_kept and check.accepted > 0 and check.state == Check.State.FINISHED


def fixed_file(check: Check) -> Iterator[bytes]:
    """Its bytes, made while they are read: UTF-8, the columns and the separator of the customer file.

    Raises FileGone at once; FileProblem where the customer file is another one by now.
    """
    for key in (check.upload.key, check.refused_key):
        if not files.exists(key):
            raise files.FileGone(key)
    return _made(check)


def _made(check: Check) -> Iterator[bytes]:
    from ingest.engine import fixed  # noqa: PLC0415 - few people ever ask for it

    with ExitStack() as stack:
        original = stack.enter_context(files.local_copy(check.upload.key))
        # a file without rows is none that can be read
        refused = stack.enter_context(files.local_copy(check.refused_key)) if check.refused else None
        yield from fixed.fixed_file(original, parse_mapping(check.mapping), refused)

"""What an earlier transfer with the same columns said about people, taken over as a whole."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ingest.crm.mapping import Kind, TransformName
from ingest.models import Batch, User
from ingest.services.answers import change
from ingest.services.people import HANDLING, IDENTITY, remembered_batch, with_kind, with_members
from ingest.services.people_guess import Columns
from ingest.services.sources import all_sources


def same_answers_for(batch: Batch) -> Batch | None:
    """The batch whose answers about people fit this one; None once anything is answered here.

    It has the same columns, and its data sources are still offered.
    """
    found = None if batch.mapping.get("kind") else remembered_batch(batch)
    if found is None:
        return None
    offered = {source.dpid for source in all_sources(batch.workspace)}
    return found if offered.issuperset(_sources_of(found.mapping)) else None


def _sources_of(mapping: Mapping[str, Any]) -> Iterator[int]:
    yield from (mapping[name] for name in ("dpid", "target_dpid", "email_dpid") if mapping.get(name) is not None)
    yield from (entry["dpid"] for entry in mapping.get("ids", ()))


def still_fit(batch: Batch, earlier: Batch) -> bool:
    """Whether the columns of IDs hold what they held: no personal data, and no numbers that a spreadsheet has rounded.

    Raises FileProblem and FileGone.
    """
    columns, mapping = Columns(batch), earlier.mapping
    entries = [mapping["id"]] if "id" in mapping else mapping.get("ids", ())
    return all(_fits(columns, entry) for entry in entries)


def _fits(columns: Columns, entry: Mapping[str, Any]) -> bool:
    name, found = entry["column"], columns.personal(entry["column"])
    is_hashed = TransformName.EMAIL_SHA256 in entry.get("transforms", ())
    return name not in columns.rounded and (found is None or (is_hashed and found.can_be_hashed))


def take_same_answers(
    batch: Batch, earlier: Batch, *, actor: User, now: datetime, expected_version: int | None
) -> Batch:
    """Say about people, and about values that cannot be sent as they are, what `earlier` said.

    Raises answers.Stale and answers.NotEditable.
    """
    said = {name: earlier.mapping[name] for name in (*IDENTITY, *HANDLING) if name in earlier.mapping}
    mapping = with_members(with_kind(batch.mapping, Kind(said["kind"])), **said)
    return change(batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping)

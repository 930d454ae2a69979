"""What a transfer does and what identifies people: the members of the mapping that say it, and how they change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from ingest.aam.data_sources import AAM_UUID_DPID, ECID_DPID, GLOBAL_DATA_SOURCES
from ingest.crm.mapping import VERSION, Kind, MappingError, MappingProblem, Mode, parse_mapping
from ingest.models import Batch, User
from ingest.services import earlier
from ingest.services.answers import change

NOT_OWN: Final = frozenset({*GLOBAL_DATA_SOURCES, AAM_UUID_DPID, ECID_DPID})
"""Data sources of Adobe's: no customer owns traits in them."""

IDENTITY: Final = (
    "kind",
    "mode",
    "dpid",
    "target_dpid",
    "id",
    "ids",
    "allow_customer_id_first",
    "emails",
    "email_dpid",
)
"""Members of the mapping that say what is sent about whom."""
HANDLING: Final = ("unsafe_values", "commas_in_values", "repeated_ids")
"""Members that say what becomes of values and rows that could not be sent as they are."""
_OF_FILE: Final = ("reader", "unsafe_values", "commas_in_values", "output")


def identity_problems(mapping: Mapping[str, Any]) -> tuple[MappingProblem, ...]:
    """What is wrong with, or missing in, the members that say who people are; columns are another step's business."""
    return tuple(problem for problem in _problems(mapping) if _top(problem.member) in IDENTITY)


def new_problems(mapping: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[MappingProblem, ...]:
    """What is wrong with who people are, and what an answer to it breaks in columns that were fine `before`."""
    known = set(_problems(before))
    broken = (problem for problem in _problems(mapping) if _top(problem.member) == "columns" and mapping.get("columns"))
    return (*identity_problems(mapping), *(problem for problem in broken if problem not in known))


def _problems(mapping: Mapping[str, Any]) -> tuple[MappingProblem, ...]:
    try:
        parse_mapping({"version": VERSION, **mapping})
    except MappingError as error:
        return error.problems
    return ()


def _top(member: str) -> str:
    return member.partition(".")[0].partition("[")[0]


def with_kind(mapping: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """The mapping for this kind. Another kind needs other answers: only those about the file stay."""
    if mapping.get("kind") == kind:
        return dict(mapping)
    kept = {name: mapping[name] for name in _OF_FILE if name in mapping}
    # Only traits can be replaced, so the others' mode is no question.
    mode = {} if kind is Kind.TRAITS else {"mode": Mode.SYNC.value}
    return {"version": VERSION, "kind": kind.value, **mode, **kept}


def with_members(mapping: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    """The mapping with these members; one that is None, false or empty is left out."""
    absent = {name for name, value in members.items() if value is None or value is False or value == []}
    kept = {name: value for name, value in mapping.items() if name not in absent}
    return kept | {name: value for name, value in members.items() if name not in absent}


def choose_kind(batch: Batch, kind: Kind, *, actor: User, now: datetime, expected_version: int | None) -> Batch:
    """Keep what the transfer does. Raises answers.Stale and answers.NotEditable."""
    not_sent = batch.not_sent if batch.mapping.get("kind") == kind else []
    mapping = with_kind(batch.mapping, kind)
    found = None if batch.mapping.get("kind") else remembered_batch(batch)
    if found is not None and found.mapping["kind"] == kind:
        mapping |= {name: found.mapping[name] for name in HANDLING if name in found.mapping}
    return change(batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping, not_sent=not_sent)


def choose_members(
    batch: Batch, members: Mapping[str, Any], *, actor: User, now: datetime, expected_version: int | None
) -> Batch:
    """Keep members that say who people are. Raises answers.Stale and answers.NotEditable.

    A column that identifies people from now on is neither sent as something else nor among those left out.
    """
    mapping = with_members(batch.mapping, **members)
    ids = identifying_columns(mapping)
    columns = [column for column in mapping.get("columns", ()) if column.get("column") not in ids]
    if "columns" in mapping:
        mapping = with_members(mapping, columns=columns)
    not_sent = [name for name in batch.not_sent if name not in ids]
    return change(batch, actor=actor, now=now, expected_version=expected_version, mapping=mapping, not_sent=not_sent)


def identifying_columns(mapping: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that hold IDs or e-mail addresses, in order."""
    entries: Sequence[Mapping[str, Any]] = [
        *([mapping["id"]] if "id" in mapping else ()), *mapping.get("ids", ()), *mapping.get("emails", ()),
    ]  # fmt: skip
    return tuple(entry["column"] for entry in entries)


def remembered_batch(batch: Batch) -> Batch | None:
    """The earlier batch with the same columns that is meant, among those whose people are known."""
    few = earlier.with_same_columns(batch)
    return next((one for one in few if one.mapping.get("kind") and not identity_problems(one.mapping)), None)

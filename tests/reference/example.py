"""One sentence of the contract as a small customer file with the outcome that a person wrote down for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.reference.result import Column, ReferenceResult, Sample
from tests.reference.verdict import CODES


@dataclass(frozen=True)
class Example:
    """`refused` gives the codes of every refused row, `noticed` the rows of every other finding: nothing is left out.

    `samples` (the first one of a code), `counts`, `fields` (of refused rows) and `columns` are looked at where given.
    """

    name: str
    file: bytes
    mapping: dict[str, Any]
    lines: Sequence[str] = ()
    refused: Mapping[int, str] = field(default_factory=dict)
    noticed: Mapping[str, Sequence[int]] = field(default_factory=dict)
    samples: Mapping[str, tuple[int, str | None, str]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    columns: Sequence[Column] | None = None
    problem: str | None = None
    limit: int | None = None


def example(name: str, file: str | bytes, mapping: dict[str, Any], *lines: str, **expected: Any) -> Example:
    """An example; a text is a UTF-8 file, and the lines are given without their LF."""
    data = file.encode() if isinstance(file, str) else file
    return Example(name, data, mapping, lines, **expected)


def traits(*columns: dict[str, Any], id_type: str = "customer_id", **members: Any) -> dict[str, Any]:
    """A `traits` mapping over the column `id` and these columns; `reader` members may be given by `reader=`."""
    return {
        "version": 1,
        "kind": "traits",
        "mode": members.pop("mode", "sync"),
        "dpid": 478,
        "id": {"column": "id", "type": id_type, **members.pop("id", {})},
        "columns": list(columns),
        **_shared(members),
    }


def id_sync(*ids: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An `id_sync` mapping."""
    return {"version": 1, "kind": "id_sync", "mode": "sync", "ids": list(ids), **_shared(members)}


def hashed_emails(*emails: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A `hashed_emails` mapping over the customer IDs in `id`."""
    return {
        "version": 1,
        "kind": "hashed_emails",
        "mode": "sync",
        "dpid": 478,
        "id": {"column": "id", "type": "customer_id"},
        "email_dpid": 999,
        "emails": list(emails),
        **_shared(members),
    }


def _shared(members: dict[str, Any]) -> dict[str, Any]:
    reader = {"encoding": "utf-8", "delimiter": ",", "quote": '"', "escape": "", **members.pop("reader", {})}
    return {"reader": reader, "output": {"compression": "none"}, **members}


def signal(column: str, **members: Any) -> dict[str, Any]:
    """A column whose cells become signals; the key is the column's name unless one is given."""
    return {"column": column, "action": "signal", "key": members.pop("key", column), **members}


def add_traits(column: str, **members: Any) -> dict[str, Any]:
    """A column of trait numbers to add."""
    return {"column": column, "action": "add_traits", **members}


def remove_traits(column: str, **members: Any) -> dict[str, Any]:
    """A column of trait numbers to remove."""
    return {"column": column, "action": "remove_traits", **members}


def ic(column: str, **members: Any) -> dict[str, Any]:
    """A column of integration codes."""
    return {"column": column, "action": "ic", **members}


def trait_if(column: str, **members: Any) -> dict[str, Any]:
    """A column whose values stand for traits."""
    return {"column": column, "action": "trait_if", **members}


def differences_from(expected: Example, result: ReferenceResult) -> list[str]:
    """What the result has otherwise than the person wrote; nothing when all is well."""
    pairs: list[tuple[str, object, object]] = [
        ("problem", expected.problem, result.problem),
        ("lines", [f"{line}\n" for line in expected.lines], list(result.lines)),
        ("refused", dict(expected.refused), {row.row: ";".join(row.codes) for row in result.refused}),
        ("findings", _expected_rows(expected), _found_rows(result)),
    ]
    fields = {row.row: row.fields for row in result.refused}
    pairs += [(f"fields of row {row}", cells, fields.get(row)) for row, cells in expected.fields.items()]
    for code, place in expected.samples.items():
        found = result.findings.get(code)
        pairs.append((f"sample of {code}", Sample(*place), found.samples[0] if found else None))
    pairs += [(name, number, getattr(result.counts, name)) for name, number in expected.counts.items()]
    if expected.columns is not None:
        pairs.append(("columns", list(expected.columns), list(result.columns)))
    return [f"{name}: expected {want!r}, found {have!r}" for name, want, have in pairs if want != have]


def _expected_rows(expected: Example) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {code: list(numbers) for code, numbers in expected.noticed.items()}
    for number, codes in expected.refused.items():
        for code in codes.split(";"):
            rows.setdefault(code, []).append(number)
    return {code: rows[code][:10] for code in CODES if code in rows}


def _found_rows(result: ReferenceResult) -> dict[str, list[int]]:
    found = result.findings
    return {code: [sample.row for sample in found[code].samples] for code in CODES if code in found}

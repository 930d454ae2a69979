"""The bytes of a mapping: UTF-8, JSON, each member once."""

import json
from typing import Any

import pytest

from ingest.crm.mapping import MappingError, load_mapping

TRAITS: dict[str, Any] = {
    "version": 1,
    "kind": "traits",
    "mode": "sync",
    "dpid": 478,
    "id": {"column": "crm_id", "type": "customer_id"},
    "columns": [{"column": "city", "action": "signal", "key": "city"}],
}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON at line 1, column 1"),
        (b"{", "not JSON at line 1, column 2"),
        (b'{"version": 1,\n "kind": }', "not JSON at line 2, column 10"),
        ('{"version": "é"}'.encode("latin-1"), "position 13"),
        (json.dumps(TRAITS).encode("utf-16"), "position 0"),
        (b'{"version": NaN}', "`NaN`"),
        (b"[-Infinity]", "`-Infinity`"),
        (b'{"dpid": ' + b"9" * 5000 + b"}", "beyond all bounds"),
        (b"[" * 200_000, "beyond all bounds"),
    ],
)
def test_bytes_that_are_no_json_are_told_with_their_place(raw: bytes, words: str) -> None:
    with pytest.raises(MappingError) as caught:
        load_mapping(raw)
    (problem,) = caught.value.problems
    assert problem.member == "mapping"
    assert words in problem.sentence


def test_a_member_that_stands_twice_is_told_wherever_it_is() -> None:
    raw = json.dumps(TRAITS).replace('"key": "city"', '"key": "city", "key": "town"').replace("{", '{"column": "x",', 1)
    raw = raw.replace('"version": 1', '"version": 1, "version": 1')
    with pytest.raises(MappingError) as caught:
        load_mapping(raw.encode())
    assert [problem.member for problem in caught.value.problems] == ["version", "columns[0].key", "column"]


def test_json_that_nests_deeper_than_python_calls_is_told_and_does_no_harm() -> None:
    deep = '{"version": ' + "[" * 900 + "]" * 900 + "}"
    with pytest.raises(MappingError) as caught:
        load_mapping(deep.encode())
    assert "version" in [problem.member for problem in caught.value.problems]

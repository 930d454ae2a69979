"""The published JSON Schema says the same as the parser, and the parser and the writer are inverses."""

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES
from ingest.aam.identifiers import IdType
from ingest.aam.limits import DEFAULT_MAX_PART_BYTES, MAX_HASHES_PER_ID, MAX_PART_BYTES
from ingest.aam.text import WHITE_SPACE
from ingest.crm.mapping import (
    Action,
    CommasInValues,
    Compression,
    Kind,
    MappingError,
    Mode,
    Otherwise,
    RepeatedIds,
    ShortRows,
    TransformName,
    UnsafeValues,
    load_mapping,
    mapping_to_document,
    parse_mapping,
)

Json = dict[str, Any]

SCHEMA: Json = json.loads((files("ingest.crm") / "mapping.schema.json").read_bytes())
VALIDATOR = Draft202012Validator(SCHEMA)

OWN_DPIDS = st.sampled_from([0, 4, 478, 2**53 - 1])
GLOBAL_DPIDS = st.sampled_from(sorted(GLOBAL_DATA_SOURCES))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)
NAMES = st.sampled_from(["crm_id", "Stadt", " e mail ", "客户"])
TRAITS = st.lists(st.integers(1, 2**53 - 1), max_size=3)


def words(enumeration: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([word.value for word in enumeration])


TRANSFORMS = st.lists(
    st.one_of(
        words(TransformName),
        st.tuples(TEXTS.filter(bool), TEXTS).map(lambda pair: {"replace": list(pair)}),
        TEXTS.map(lambda text: {"prefix": text}),
        st.tuples(st.integers(1, 1000), st.characters(codec="utf-8")).map(lambda pair: {"pad_left": list(pair)}),
    ),
    max_size=3,
)
OPTIONAL_TRANSFORMS = {"transforms": TRANSFORMS}
ID = st.fixed_dictionaries({"column": NAMES, "type": words(IdType)}, optional=OPTIONAL_TRANSFORMS)
TYPED = {"column": NAMES, "dpid": st.one_of(OWN_DPIDS, GLOBAL_DPIDS), "type": words(IdType)}
SYNC_ID = st.fixed_dictionaries(TYPED, optional=OPTIONAL_TRANSFORMS)
DEVICE_ID = st.one_of(
    st.fixed_dictionaries(TYPED | {"dpid": st.just(0), "type": st.just("aam_uuid")}, optional=OPTIONAL_TRANSFORMS),
    st.fixed_dictionaries(TYPED | {"type": st.just("ecid")}, optional=OPTIONAL_TRANSFORMS),
    st.fixed_dictionaries(TYPED | {"dpid": GLOBAL_DPIDS}, optional=OPTIONAL_TRANSFORMS),
)
VALUE_MAP = st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3)
SPLIT = {"split": TEXTS.filter(bool)}
KEYS = st.from_regex(r"[0-9]{0,2}[A-Za-z_][A-Za-z0-9_-]{0,5}", fullmatch=True).filter(lambda key: key != "d_sid")


@st.composite
def columns(draw: st.DrawFn, mode: str) -> Json:
    overwrite = mode == "overwrite"
    action = draw(words(Action).filter(lambda word: not (overwrite and word == "remove_traits")))
    column: Json = {"column": draw(NAMES), "action": action}
    if action == "signal":
        column["key"] = draw(KEYS)
    if action == "trait_if":
        added = draw(TRAITS)
        removed = [] if overwrite else [trait for trait in draw(TRAITS) if trait not in added]
        column["values"] = {draw(TEXTS): {"add": added, "remove": removed}, draw(TEXTS): {}}
    elif draw(st.booleans()):
        column["values"] = draw(VALUE_MAP)
    otherwise = words(Otherwise) if "values" in column else st.just("keep")
    return column | draw(st.fixed_dictionaries({}, optional=OPTIONAL_TRANSFORMS | SPLIT | {"otherwise": otherwise}))


READER = st.fixed_dictionaries(
    {},
    optional={
        "encoding": st.sampled_from(["utf-8", "UTF-16LE", "cp1252", "iso-8859-15", "gb18030"]),
        "delimiter": st.sampled_from([",", ";", "\t", "|", "\x01"]),
        "quote": st.sampled_from(['"', "'", ""]),
        "escape": st.sampled_from(["\\", "^", ""]),
        "sheet": TEXTS.filter(bool),
        "short_rows": words(ShortRows),
    },
)
COMMON = {
    "unsafe_values": words(UnsafeValues),
    "commas_in_values": words(CommasInValues),
    "reader": READER,
    "output": st.fixed_dictionaries(
        {}, optional={"compression": words(Compression), "max_part_bytes": st.integers(1, MAX_PART_BYTES)}
    ),
}
EMAIL = st.fixed_dictionaries({"column": NAMES, "hashed": st.booleans()})


@st.composite
def trait_documents(draw: st.DrawFn) -> Json:
    mode = draw(words(Mode))
    document = {"version": 1, "kind": "traits", "mode": mode, "dpid": draw(st.one_of(OWN_DPIDS, GLOBAL_DPIDS))}
    if document["dpid"] in GLOBAL_DATA_SOURCES or draw(st.booleans()):
        document["target_dpid"] = draw(OWN_DPIDS)
    document["id"] = draw(ID)
    document["columns"] = draw(st.lists(columns(mode), min_size=1, max_size=4))
    return document | draw(st.fixed_dictionaries({}, optional=COMMON | {"repeated_ids": words(RepeatedIds)}))


@st.composite
def id_sync_documents(draw: st.DrawFn) -> Json:
    document: Json = {"version": 1, "kind": "id_sync", "mode": "sync"}
    allowed = draw(st.booleans())
    if allowed or draw(st.booleans()):
        document["allow_customer_id_first"] = allowed
    document["ids"] = [draw(SYNC_ID if allowed else DEVICE_ID), *draw(st.lists(SYNC_ID, min_size=1, max_size=3))]
    return document | draw(st.fixed_dictionaries({}, optional=COMMON | {"repeated_ids": st.just("keep")}))


@st.composite
def email_documents(draw: st.DrawFn) -> Json:
    document = {"version": 1, "kind": "hashed_emails", "mode": "sync", "dpid": draw(OWN_DPIDS), "id": draw(ID)}
    document |= {"email_dpid": draw(OWN_DPIDS), "emails": draw(st.lists(EMAIL, min_size=1, max_size=10))}
    return document | draw(st.fixed_dictionaries({}, optional=COMMON | {"repeated_ids": st.just("keep")}))


documents = st.one_of(trait_documents(), id_sync_documents(), email_documents())

# Values that are wrong almost anywhere, and right where one would not think so; copied, as damage may nest them.
ODD = st.sampled_from(
    json.loads(
        r"""[
    null, true, false, 0, 1, -1, 1.0, 0.5, 9007199254740992, 9007199254740991, 1001, 5000000001, 20914, 478,
    "", " ", "\u200b", "x", "ab", "é", "\n", "a\n", "\"", "d_sid", "d_unsid", "-a", "9", [], {}, [1], [0], [true],
    ["", ""],
    "sync", "overwrite", "traits", "id_sync", "hashed_emails", "merge", "keep", "reject", "skip", "ecid",
    "signal", "trait_if", "remove_traits", ["lower"], {"prefix": "a"}, [{"prefix": "a"}], [{"replace": ["", "b"]}],
    [{"prefix": "a", "replace": ["b", "c"]}], {"a": "b"}, {"a": {"add": [1]}}, {"a": {"remove": [1]}},
    {"a": {"remove": []}}, {"add": [1], "remove": [2]}, {"add": [1], "remove": [1]}, {"column": "c", "action": "ic"},
    {"column": "c", "type": "gaid"}, [{"column": "c", "hashed": true}], {"column": "c", "dpid": 5, "type": "ecid"},
    {"delimiter": "|", "quote": "|"}
        ]"""
    )
).map(copy.deepcopy)
MEMBER_NAMES = sorted(
    {*SCHEMA["properties"], "column", "type", "transforms", "action", "key", "values", "otherwise", "split", "hashed"}
    | {"add", "remove", "replace", "prefix", "pad_left", "encoding", "quote", "compression", "other"}
)


def containers(value: object) -> list[Any]:
    """Every non-empty object and list of a document."""
    found = [value] if isinstance(value, dict | list) and value else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found + [container for item in inner for container in containers(item)]


@st.composite
def damaged_documents(draw: st.DrawFn) -> Json:
    """A right document with one to three members replaced, removed or added; some stay right."""
    document: Json = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(1, 3))):
        places = containers(document)
        if not places:
            break
        place = draw(st.sampled_from(places))
        where = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                place[where] = draw(ODD)
            case "remove":
                del place[where]
            case _ if isinstance(place, dict):
                place[draw(st.sampled_from(MEMBER_NAMES))] = draw(ODD)
            case _:
                place.append(draw(ODD))
    return document


def is_beyond_schemas(document: Json) -> bool:
    """Whether the document breaks one of the rules that docs/mapping.md names as the program's own."""
    reader = document.get("reader", {})
    known_encoding = reader.get("encoding", "utf-8") in ("utf-8", "UTF-16LE", "cp1252", "iso-8859-15", "gb18030")
    used = [reader[name] for name in ("delimiter", "quote", "escape") if reader.get(name)]
    changes = [
        change
        for column in document.get("columns", [])
        for change in column.get("values", {}).values()
        if isinstance(change, dict)
    ]
    contradiction = any(set(change.get("add", [])) & set(change.get("remove", [])) for change in changes)
    return not known_encoding or len(set(used)) < len(used) or contradiction


def parses(document: object) -> bool:
    try:
        parse_mapping(document)
    except MappingError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@settings(deadline=None, max_examples=200)
@given(documents)
def test_parser_and_schema_take_every_right_document(document: Json) -> None:
    parse_mapping(document)
    VALIDATOR.validate(document)


@settings(deadline=None, max_examples=500)
@given(damaged_documents())
def test_parser_and_schema_agree_on_damaged_documents(document: Json) -> None:
    right = VALIDATOR.is_valid(document)
    assert parses(document) == (right and not is_beyond_schemas(document))


@settings(deadline=None, max_examples=200)
@given(documents)
def test_a_mapping_written_and_read_again_is_the_same(document: Json) -> None:
    mapping = parse_mapping(document)
    written = mapping_to_document(mapping)
    assert parse_mapping(written) == mapping
    assert load_mapping(json.dumps(written).encode()) == mapping
    assert mapping_to_document(parse_mapping(written)) == written
    VALIDATOR.validate(written)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("properties/kind/enum", Kind),
        ("properties/mode/enum", Mode),
        ("properties/unsafe_values/enum", UnsafeValues),
        ("properties/commas_in_values/enum", CommasInValues),
        ("properties/repeated_ids/enum", RepeatedIds),
        ("$defs/id_type/enum", IdType),
        ("$defs/column/properties/action/enum", Action),
        ("$defs/column/properties/otherwise/enum", Otherwise),
        ("$defs/transforms/items/anyOf/0/enum", TransformName),
        ("$defs/reader/properties/short_rows/enum", ShortRows),
        ("$defs/output/properties/compression/enum", Compression),
        ("$defs/global_device_dpid/enum", GLOBAL_DATA_SOURCES),
    ],
)
def test_the_schema_lists_what_the_code_knows(path: str, values: Any) -> None:
    place: Any = SCHEMA
    for step in path.split("/"):
        place = place[int(step) if isinstance(place, list) else step]
    assert sorted(place) == sorted(values)


def test_the_limits_of_the_schema_are_those_of_audience_manager() -> None:
    size = SCHEMA["$defs"]["output"]["properties"]["max_part_bytes"]
    assert (size["default"], size["maximum"]) == (DEFAULT_MAX_PART_BYTES, MAX_PART_BYTES)
    assert SCHEMA["properties"]["emails"]["maxItems"] == MAX_HASHES_PER_ID


@pytest.mark.parametrize("character", [*sorted(WHITE_SPACE), "\x1c", "\u180e", "\u2060", "x"])
def test_the_schema_knows_the_same_white_space(character: str) -> None:
    schema = Draft202012Validator(SCHEMA["$defs"]["column_name"])
    assert schema.is_valid(character * 2) == (character not in WHITE_SPACE)


@pytest.mark.parametrize("name", ["delimiter", "quote", "escape"])
@pytest.mark.parametrize("character", [*map(chr, range(0x82)), "", "é", "ab", "\n\n"])
def test_the_schema_takes_the_same_delimiters_and_quotes(name: str, character: str) -> None:
    document: Json = {"version": 1, "kind": "traits", "mode": "sync", "dpid": 1, "reader": {name: character}}
    document |= {"id": {"column": "a", "type": "customer_id"}, "columns": [{"column": "b", "action": "ic"}]}
    assert VALIDATOR.is_valid(document) == parses(document)

"""Mapping documents that are right: what they say, their defaults, and their canonical form."""

import json
import pickle
from typing import Any

import pytest

from ingest.aam.identifiers import IdType
from ingest.aam.limits import DEFAULT_MAX_PART_BYTES, MAX_PART_BYTES
from ingest.crm.mapping import (
    Action,
    ColumnMapping,
    CommasInValues,
    Compression,
    EmailColumn,
    IdColumn,
    Kind,
    MappingDocument,
    Mode,
    Named,
    Otherwise,
    OutputOptions,
    PadLeft,
    Prefix,
    ReaderOptions,
    RepeatedIds,
    Replace,
    ShortRows,
    TraitChange,
    TransformName,
    UnsafeValues,
    load_mapping,
    mapping_to_document,
    parse_mapping,
)

Json = dict[str, Any]

SIGNAL: Json = {"column": "city", "action": "signal", "key": "city"}


def traits(**members: Any) -> Json:
    document = {
        "version": 1,
        "kind": "traits",
        "mode": "sync",
        "dpid": 478,
        "id": {"column": "crm_id", "type": "customer_id"},
        "columns": [SIGNAL],
    }
    return document | members


def id_sync(**members: Any) -> Json:
    first, second = {"column": "a", "dpid": 0, "type": "aam_uuid"}, {"column": "b", "dpid": 9, "type": "customer_id"}
    return {"version": 1, "kind": "id_sync", "mode": "sync", "ids": [first, second]} | members


def hashed_emails(**members: Any) -> Json:
    document = {
        "version": 1,
        "kind": "hashed_emails",
        "mode": "sync",
        "dpid": 478,
        "id": {"column": "crm_id", "type": "customer_id"},
        "email_dpid": 479,
        "emails": [{"column": "mail", "hashed": False}, {"column": "hash", "hashed": True}],
    }
    return document | members


def test_a_mapping_of_traits_says_what_each_column_becomes() -> None:
    columns = [
        {"column": "gender", "action": "signal", "key": "gender", "values": {"F": "female"}, "otherwise": "skip"},
        {"column": "segments", "action": "add_traits", "split": "|"},
        {"column": "left", "action": "remove_traits"},
        {"column": "codes", "action": "ic", "transforms": ["digits"]},
        {"column": "vip", "action": "trait_if", "values": {"yes": {"add": [24]}, "no": {"remove": [24, 25]}, "?": {}}},
    ]
    assert parse_mapping(traits(columns=columns)).columns == (
        ColumnMapping("gender", Action.SIGNAL, key="gender", values={"F": "female"}, otherwise=Otherwise.SKIP),
        ColumnMapping("segments", Action.ADD_TRAITS, split="|"),
        ColumnMapping("left", Action.REMOVE_TRAITS),
        ColumnMapping("codes", Action.IC, transforms=(Named(TransformName.DIGITS),)),
        ColumnMapping(
            "vip",
            Action.TRAIT_IF,
            trait_changes={"yes": TraitChange(add=(24,)), "no": TraitChange(remove=(24, 25)), "?": TraitChange()},
        ),
    )


def test_what_is_left_out_takes_its_default() -> None:
    assert parse_mapping(traits()) == MappingDocument(
        version=1,
        kind=Kind.TRAITS,
        mode=Mode.SYNC,
        dpid=478,
        target_dpid=None,
        ids=(IdColumn("crm_id", IdType.CUSTOMER_ID),),
        columns=(ColumnMapping("city", Action.SIGNAL, key="city"),),
        emails=(),
        email_dpid=None,
        unsafe_values=UnsafeValues.CLEAN,
        commas_in_values=CommasInValues.CLEAN,
        repeated_ids=RepeatedIds.KEEP,
        reader=ReaderOptions(None, None, None, None, None, ShortRows.REFUSE),
        output=OutputOptions(Compression.GZIP, DEFAULT_MAX_PART_BYTES),
        allow_customer_id_first=False,
    )


@pytest.mark.parametrize(
    ("mode", "given", "expected"),
    [
        ("sync", {}, RepeatedIds.KEEP),
        ("overwrite", {}, RepeatedIds.MERGE),
        ("sync", {"repeated_ids": "merge"}, RepeatedIds.MERGE),
        ("overwrite", {"repeated_ids": "keep"}, RepeatedIds.KEEP),
    ],
)
def test_repeated_ids_are_merged_by_default_in_an_overwrite_only(mode: str, given: Json, expected: RepeatedIds) -> None:
    assert parse_mapping(traits(mode=mode, **given)).repeated_ids is expected


def test_an_id_sync_has_a_data_source_for_each_column() -> None:
    assert parse_mapping(id_sync()).ids == (
        IdColumn("a", IdType.AAM_UUID, dpid=0),
        IdColumn("b", IdType.CUSTOMER_ID, dpid=9),
    )


@pytest.mark.parametrize(
    ("first", "allowed"),
    [
        ({"column": "a", "dpid": 0, "type": "aam_uuid"}, {}),
        ({"column": "a", "dpid": 4, "type": "ecid"}, {}),
        ({"column": "a", "dpid": 20914, "type": "gaid"}, {}),
        ({"column": "a", "dpid": 1171489, "type": "vizio_ifa"}, {}),
        ({"column": "a", "dpid": 478, "type": "customer_id"}, {"allow_customer_id_first": True}),
        ({"column": "a", "dpid": 478, "type": "aam_uuid"}, {"allow_customer_id_first": True}),
    ],
)
def test_an_id_sync_may_begin_with_device_ids_or_with_what_was_allowed(first: Json, allowed: Json) -> None:
    second = {"column": "b", "dpid": 479, "type": "customer_id"}
    assert parse_mapping(id_sync(ids=[first, second], **allowed)).ids[0].dpid == first["dpid"]


def test_hashed_emails_name_addresses_and_hashes() -> None:
    mapping = parse_mapping(hashed_emails())
    assert mapping.emails == (EmailColumn("mail", hashed=False), EmailColumn("hash", hashed=True))
    assert (mapping.dpid, mapping.email_dpid) == (478, 479)


def test_every_transform_can_be_written() -> None:
    written = [*TransformName, {"replace": ["-", ""]}, {"prefix": "DE"}, {"pad_left": [38, "0"]}]
    mapping = parse_mapping(traits(id={"column": "crm_id", "type": "aam_uuid", "transforms": written}))
    named = tuple(Named(name) for name in TransformName)
    assert mapping.ids[0].transforms == (*named, Replace("-", ""), Prefix("DE"), PadLeft(38, "0"))


def test_the_columns_that_a_mapping_uses_are_named_once_trimmed_and_in_order() -> None:
    columns = [{**SIGNAL, "column": name} for name in ("b", " a ", "crm_id", "b", "\ufeffc\u00a0")]
    assert parse_mapping(traits(columns=columns)).named_columns == ("crm_id", "b", "a", "c")
    assert parse_mapping(id_sync()).named_columns == ("a", "b")
    assert parse_mapping(hashed_emails()).named_columns == ("crm_id", "mail", "hash")


@pytest.mark.parametrize(
    "reader",
    [
        {"encoding": "utf-8"},
        {"encoding": "UTF-16"},
        {"encoding": "windows-1252", "delimiter": ";", "quote": "'", "escape": "\\"},
        {"encoding": "shift_jis", "delimiter": "\t", "quote": "", "escape": ""},
        {"encoding": "GB18030", "delimiter": "\x1f"},
        {"delimiter": " ", "short_rows": "pad"},
        {"sheet": "Kunden 2024"},
    ],
)
def test_what_was_confirmed_about_the_file_is_kept(reader: Json) -> None:
    confirmed = {"short_rows": ShortRows.REFUSE} | reader
    assert parse_mapping(traits(reader=reader)).reader == ReaderOptions(**confirmed)


@pytest.mark.parametrize("size", [1, 102_400, MAX_PART_BYTES])
def test_a_part_may_be_as_small_as_wanted_and_as_large_as_audience_manager_takes(size: int) -> None:
    mapping = parse_mapping(traits(output={"compression": "pgp", "max_part_bytes": size}))
    assert mapping.output == OutputOptions(Compression.PGP, size)


@pytest.mark.parametrize("key", ["city", "_", "123price", "c_price-1", "D_SID", "9_"])
def test_a_key_is_taken_as_the_trait_rule_has_it(key: str) -> None:
    assert parse_mapping(traits(columns=[{**SIGNAL, "key": key}])).columns[0].key == key


def test_a_whole_number_with_a_fraction_of_zero_is_that_number() -> None:
    mapping = parse_mapping(traits(version=1.0, dpid=478.0))
    assert (mapping.version, mapping.dpid, type(mapping.dpid)) == (1, 478, int)


def test_device_ids_of_a_global_data_source_come_with_the_owner_of_the_traits() -> None:
    mapping = parse_mapping(traits(dpid=20914, target_dpid=478, id={"column": "gaid", "type": "gaid"}))
    assert (mapping.dpid, mapping.target_dpid) == (20914, 478)


def test_a_byte_order_mark_before_the_json_is_no_problem() -> None:
    raw = json.dumps(traits()).encode()
    assert load_mapping(b"\xef\xbb\xbf" + raw) == load_mapping(raw) == parse_mapping(traits())


def test_the_canonical_form_writes_choices_out_and_leaves_empty_members_out() -> None:
    document = traits(reader={}, target_dpid=567, id={"column": " crm_id ", "type": "customer_id", "transforms": []})
    assert mapping_to_document(parse_mapping(document)) == {
        "version": 1,
        "kind": "traits",
        "mode": "sync",
        "dpid": 478,
        "target_dpid": 567,
        "id": {"column": "crm_id", "type": "customer_id"},
        "columns": [SIGNAL],
        "unsafe_values": "clean",
        "commas_in_values": "clean",
        "repeated_ids": "keep",
        "output": {"compression": "gzip", "max_part_bytes": 1_000_000_000},
    }


@pytest.mark.parametrize("document", [traits(), id_sync(), hashed_emails()], ids=["traits", "id_sync", "hashed_emails"])
def test_a_mapping_reaches_another_process_unchanged(document: Json) -> None:
    mapping = parse_mapping(document)
    copy = pickle.loads(pickle.dumps(mapping))  # noqa: S301 - its own pickle
    assert copy == mapping
    assert hash(copy) == hash(mapping)

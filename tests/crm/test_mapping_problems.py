"""Mapping documents that are wrong: every problem is told, each with its member, in sentences for people."""

import json
import pickle
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES
from ingest.crm.mapping import MappingError, MappingProblem, parse_mapping

Json = dict[str, Any]

ID: Json = {"column": "crm_id", "type": "customer_id"}
SIGNAL: Json = {"column": "city", "action": "signal", "key": "city"}
TRAITS: Json = {"version": 1, "kind": "traits", "mode": "sync", "dpid": 478, "id": ID, "columns": [SIGNAL]}
UUIDS: Json = {"column": "a", "dpid": 0, "type": "aam_uuid"}
CUSTOMERS: Json = {"column": "b", "dpid": 9, "type": "customer_id"}
ID_SYNC: Json = {"version": 1, "kind": "id_sync", "mode": "sync", "ids": [UUIDS, CUSTOMERS]}
MAIL: Json = {"column": "mail", "hashed": False}
EMAILS: Json = {
    "version": 1, "kind": "hashed_emails", "mode": "sync", "dpid": 478, "id": ID, "email_dpid": 479, "emails": [MAIL],
}  # fmt: skip
SCHEMA = Draft202012Validator(json.loads((files("ingest.crm") / "mapping.schema.json").read_bytes()))
# The words of the rules that docs/mapping.md names as the program's own.
BEYOND_SCHEMAS = ("that Python knows", "another character than", "in both lists", "whole character")
OVERWRITE: Json = TRAITS | {"mode": "overwrite"}


def problems_of(document: object) -> tuple[MappingProblem, ...]:
    """What is wrong with the document; the JSON Schema refuses it too, wherever it can say such a rule."""
    with pytest.raises(MappingError) as caught:
        parse_mapping(document)
    if not any(words in problem.sentence for words in BEYOND_SCHEMAS for problem in caught.value.problems):
        assert not SCHEMA.is_valid(document)
    return caught.value.problems


def members_of(document: object) -> list[str]:
    return [problem.member for problem in problems_of(document)]


def with_column(**members: Any) -> Json:
    return TRAITS | {"columns": [SIGNAL | members]}


def with_action(action: str, **members: Any) -> Json:
    return TRAITS | {"columns": [{"column": "c", "action": action, **members}]}


def with_reader(**members: Any) -> Json:
    return TRAITS | {"reader": members}


def with_transform(transform: object) -> Json:
    return TRAITS | {"id": ID | {"transforms": [transform]}}


def without(document: Json, name: str) -> Json:
    return {key: value for key, value in document.items() if key != name}


@pytest.mark.parametrize("document", [None, True, 1, "traits", [], [TRAITS]])
def test_a_document_is_an_object(document: object) -> None:
    assert members_of(document) == ["mapping"]


@pytest.mark.parametrize(
    ("document", "member"),
    [
        *((without(TRAITS, name), name) for name in TRAITS),
        *((without(ID_SYNC, name), name) for name in ID_SYNC if name != "kind"),
        *((without(EMAILS, name), name) for name in EMAILS if name != "kind"),
        (TRAITS | {"id": without(ID, "column")}, "id.column"),
        (TRAITS | {"id": without(ID, "type")}, "id.type"),
        (TRAITS | {"columns": [without(SIGNAL, "column")]}, "columns[0].column"),
        (TRAITS | {"columns": [SIGNAL, without(SIGNAL, "action")]}, "columns[1].action"),
        (TRAITS | {"columns": [without(SIGNAL, "key")]}, "columns[0].key"),
        (with_action("trait_if"), "columns[0].values"),
        (ID_SYNC | {"ids": [UUIDS, without(CUSTOMERS, "dpid")]}, "ids[1].dpid"),
        (ID_SYNC | {"ids": [UUIDS, without(CUSTOMERS, "type")]}, "ids[1].type"),
        (EMAILS | {"emails": [{"column": "mail"}]}, "emails[0].hashed"),
        *((TRAITS | {"dpid": dpid}, "target_dpid") for dpid in GLOBAL_DATA_SOURCES),
    ],
)
def test_a_required_member_that_is_missing_is_named(document: Json, member: str) -> None:
    (problem,) = problems_of(document)
    assert problem.member == member
    assert problem.sentence.startswith("Found nothing; expected ")


@pytest.mark.parametrize(
    ("document", "member", "meant"),
    [
        (TRAITS | {"colums": []}, "colums", "`columns`"),
        (TRAITS | {"Output": {}}, "Output", "`output`"),
        (TRAITS | {"id": ID | {"transform": []}}, "id.transform", "`transforms`"),
        (with_column(spilt="|"), "columns[0].spilt", "`split`"),
        (with_reader(delimeter=";"), "reader.delimeter", "`delimiter`"),
        (TRAITS | {"output": {"compresion": "gzip"}}, "output.compresion", "`compression`"),
        (with_action("trait_if", values={"y": {"ad": [1]}}), "columns[0].values.y.ad", "`add`"),
        (with_transform({"prefx": "x"}), "id.transforms[0].prefx", "`prefix`"),
        (ID_SYNC | {"ids": [UUIDS, CUSTOMERS | {"colum": "x"}]}, "ids[1].colum", "`column`"),
        (EMAILS | {"emails": [MAIL | {"hash": True}]}, "emails[0].hash", "`hashed`"),
        (TRAITS | {"kind": "trait"}, "kind", "`traits`"),
        (TRAITS | {"mode": "Sync"}, "mode", "`sync`"),
        (with_action("add_trait"), "columns[0].action", "`add_traits`"),
        (TRAITS | {"id": ID | {"type": "customerid"}}, "id.type", "`customer_id`"),
        (with_transform("lowercase"), "id.transforms[0]", "`lower`"),
        (with_transform("sha-256"), "id.transforms[0]", "`sha256`"),
    ],
)
def test_a_word_that_is_nearly_right_is_answered_with_the_right_one(document: Json, member: str, meant: str) -> None:
    (problem,) = problems_of(document)
    assert problem.member == member
    assert f"Did you mean {meant}?" in problem.sentence


@pytest.mark.parametrize("name", ["zzz", "", "a b", "x\n", "\ud800"])
def test_a_member_that_nobody_knows_is_named_and_printable(name: str) -> None:
    (problem,) = problems_of(TRAITS | {name: 1})
    assert problem.sentence.startswith("Found a member that is not known; expected `version`, `kind`")
    assert "Did you mean" not in problem.sentence
    assert str(problem).encode().isascii()
    assert str(problem).isprintable()


NOTHINGS: tuple[object, ...] = ([], {}, None, "city")
NO_TRANSFORMS: tuple[object, ...] = (None, 1, [], {}, "", "LOWER", "replace", "pad_left")

WRONG_VALUES: list[tuple[Json, str]] = [
    (TRAITS | {"version": 2}, "version"),
    (TRAITS | {"version": True}, "version"),
    (TRAITS | {"version": "1"}, "version"),
    (TRAITS | {"kind": None}, "kind"),
    (TRAITS | {"mode": []}, "mode"),
    *((TRAITS | {"dpid": dpid}, "dpid") for dpid in (True, "478", -1, 1.5, None, 2**53, 10**99, float("inf"))),
    *((TRAITS | {"target_dpid": dpid}, "target_dpid") for dpid in (False, "", -1, None, *GLOBAL_DATA_SOURCES)),
    *((EMAILS | {"email_dpid": dpid}, "email_dpid") for dpid in (True, "479", -1)),
    (EMAILS | {"dpid": 20914}, "dpid"),
    (TRAITS | {"id": "crm_id"}, "id"),
    *((TRAITS | {"id": ID | {"column": name}}, "id.column") for name in ("", " \u200b", 3, None, "\udc00")),
    (TRAITS | {"id": ID | {"transforms": "lower"}}, "id.transforms"),
    *((TRAITS | {"columns": columns}, "columns") for columns in NOTHINGS),
    (TRAITS | {"columns": [SIGNAL, "city"]}, "columns[1]"),
    *((with_column(key=key), "columns[0].key") for key in ("", "123", "-a", "a b", "a.b", "é", "city\n", "٣a", 1)),
    *((with_column(key=key), "columns[0].key") for key in ("d_sid", "d_unsid")),
    *((with_column(split=split), "columns[0].split") for split in ("", None, 1, "\ud800")),
    *((with_column(values=values), "columns[0].values") for values in NOTHINGS),
    (with_column(values={"F": 1}), "columns[0].values.F"),
    (with_column(values={"F": {"add": [1]}}), "columns[0].values.F"),
    (with_column(values={"a b": None}), 'columns[0].values["a b"]'),
    (with_column(values={"\ud800": "x"}), 'columns[0].values["\\ud800"]'),
    (with_column(values={"x": "\ud800"}), "columns[0].values.x"),
    (with_column(values={"F": "f"}, otherwise="drop"), "columns[0].otherwise"),
    (with_action("trait_if", values={}), "columns[0].values"),
    (with_action("trait_if", values={"yes": "24"}), "columns[0].values.yes"),
    (with_action("trait_if", values={"yes": {"add": 24}}), "columns[0].values.yes.add"),
    *(
        (with_action("trait_if", values={"yes": {"remove": [24, trait]}}), "columns[0].values.yes.remove[1]")
        for trait in (0, -1, True, "24", 1.5, None)
    ),
    (with_action("trait_if", values={"yes": {"add": [24, 25], "remove": [25]}}), "columns[0].values.yes"),
    *((TRAITS | {"unsafe_values": value}, "unsafe_values") for value in ("drop", True, None)),
    (TRAITS | {"commas_in_values": "skip"}, "commas_in_values"),
    (TRAITS | {"repeated_ids": "drop"}, "repeated_ids"),
    *((TRAITS | {"output": value}, "output") for value in NOTHINGS if value != {}),
    (TRAITS | {"output": {"compression": "zip"}}, "output.compression"),
    *(
        (TRAITS | {"output": {"max_part_bytes": size}}, "output.max_part_bytes")
        for size in (0, -1, True, "1000", 1.5, 5_000_000_001)
    ),
    (TRAITS | {"reader": []}, "reader"),
    (with_reader(short_rows="keep"), "reader.short_rows"),
    (with_reader(sheet=""), "reader.sheet"),
    (with_reader(sheet=1), "reader.sheet"),
    *(
        (with_reader(encoding=name), "reader.encoding")
        for name in ("", "utf-9", "hex", "rot13", "base64", "undefined", "idna", "unicode_escape", "a\0", "ü", None, 8)
    ),
    *(
        (with_reader(delimiter=character), "reader.delimiter")
        for character in ("", "ab", "a", "Z", "7", '"', "'", "\n", "\r", "§", None, True)
    ),
    *((with_reader(quote=character), "reader.quote") for character in ("ab", "q", " ", "\t", "\n", "“", None)),
    *((with_reader(escape=character), "reader.escape") for character in ("\\\\", "e", "0", "\r", None)),
    (with_reader(delimiter="|", quote="|"), "reader.quote"),
    (with_reader(quote="'", escape="'"), "reader.escape"),
    (with_reader(delimiter="^", escape="^"), "reader.escape"),
    (ID_SYNC | {"ids": [UUIDS]}, "ids"),
    (ID_SYNC | {"ids": []}, "ids"),
    (ID_SYNC | {"ids": UUIDS}, "ids"),
    (ID_SYNC | {"ids": [UUIDS, "b"]}, "ids[1]"),
    (ID_SYNC | {"allow_customer_id_first": "yes"}, "allow_customer_id_first"),
    (EMAILS | {"emails": []}, "emails"),
    (EMAILS | {"emails": [MAIL] * 11}, "emails"),
    (EMAILS | {"emails": ["mail"]}, "emails[0]"),
    (EMAILS | {"emails": [MAIL | {"hashed": 1}]}, "emails[0].hashed"),
    *((with_transform(value), "id.transforms[0]") for value in NO_TRANSFORMS),
    (with_transform({"prefix": "a", "replace": ["a", "b"]}), "id.transforms[0]"),
    (with_transform({"prefix": None}), "id.transforms[0].prefix"),
    (with_transform({"replace": "a"}), "id.transforms[0].replace"),
    (with_transform({"replace": ["a"]}), "id.transforms[0].replace"),
    (with_transform({"replace": ["a", "b", "c"]}), "id.transforms[0].replace"),
    (with_transform({"replace": ["", "b"]}), "id.transforms[0].replace[0]"),
    (with_transform({"replace": ["a", None]}), "id.transforms[0].replace[1]"),
    (with_transform({"pad_left": [38]}), "id.transforms[0].pad_left"),
    *((with_transform({"pad_left": [width, "0"]}), "id.transforms[0].pad_left[0]") for width in (0, True, "38", 1001)),
    *((with_transform({"pad_left": [38, fill]}), "id.transforms[0].pad_left[1]") for fill in ("", "00", 0)),
]


@pytest.mark.parametrize(("document", "member"), WRONG_VALUES)
def test_a_wrong_value_is_told_with_its_member_and_what_was_expected(document: Json, member: str) -> None:
    (problem,) = problems_of(document)
    assert problem.member == member
    assert problem.sentence.startswith("Found ")
    assert "; expected " in problem.sentence
    assert problem.sentence.endswith(".")
    assert problem.sentence.encode()


@pytest.mark.parametrize(
    ("document", "member"),
    [
        *((TRAITS | {name: EMAILS.get(name, 1)}, name) for name in ("ids", "email_dpid", "emails")),
        (TRAITS | {"allow_customer_id_first": True}, "allow_customer_id_first"),
        *((ID_SYNC | {name: TRAITS.get(name, 5)}, name) for name in ("dpid", "target_dpid", "id", "columns")),
        *((ID_SYNC | {name: EMAILS[name]}, name) for name in ("email_dpid", "emails")),
        *((EMAILS | {name: TRAITS.get(name, 5)}, name) for name in ("columns", "target_dpid")),
        *((EMAILS | {name: ID_SYNC.get(name, True)}, name) for name in ("ids", "allow_customer_id_first")),
        (TRAITS | {"id": ID | {"dpid": 478}}, "id.dpid"),
        *((with_action(action, key="k"), "columns[0].key") for action in ("add_traits", "remove_traits", "ic")),
        (with_action("trait_if", key="k", values={"y": {}}), "columns[0].key"),
    ],
)
def test_a_member_of_another_kind_or_action_is_refused(document: Json, member: str) -> None:
    assert members_of(document) == [member]


@pytest.mark.parametrize(
    ("document", "member"),
    [
        (ID_SYNC | {"mode": "overwrite"}, "mode"),
        (EMAILS | {"mode": "overwrite"}, "mode"),
        (ID_SYNC | {"repeated_ids": "merge"}, "repeated_ids"),
        (EMAILS | {"repeated_ids": "merge"}, "repeated_ids"),
        (OVERWRITE | {"columns": [{"column": "c", "action": "remove_traits"}]}, "columns[0].action"),
        (
            OVERWRITE | {"columns": [SIGNAL, *with_action("trait_if", values={"n": {"remove": [7]}})["columns"]]},
            "columns[1].values.n.remove",
        ),
        (with_column(otherwise="skip"), "columns[0].values"),
        (with_action("add_traits", otherwise="reject"), "columns[0].values"),
        (ID_SYNC | {"ids": [CUSTOMERS, UUIDS]}, "ids[0]"),
        (ID_SYNC | {"ids": [UUIDS | {"dpid": 7}, CUSTOMERS]}, "ids[0]"),
        (ID_SYNC | {"ids": [CUSTOMERS, UUIDS], "allow_customer_id_first": False}, "ids[0]"),
        (ID_SYNC | {"ids": [{"column": "a", "dpid": 7, "type": "gaid"}, CUSTOMERS]}, "ids[0]"),
    ],
)
def test_members_that_do_not_go_together_are_told(document: Json, member: str) -> None:
    assert members_of(document) == [member]


def test_a_number_too_long_to_print_is_told_without_printing_it() -> None:
    with pytest.raises(MappingError, match="Found a very large number"):
        parse_mapping(TRAITS | {"dpid": 10**5000})


def test_all_problems_are_told_at_once() -> None:
    columns = [{"column": "", "action": "signal", "key": "1"}, {"column": "b", "action": "sing"}, 7]
    document = {"version": 1, "kind": "traits", "dpid": True, "extra": 0, "id": {"type": "crm"}, "columns": columns}
    expected = [
        "extra", "mode", "dpid", "id.column", "id.type", "columns[0].column", "columns[0].key", "columns[1].action",
        "columns[2]",
    ]  # fmt: skip
    assert sorted(members_of(document)) == sorted(expected)


def test_a_document_of_unknown_kind_is_read_as_what_it_looks_like() -> None:
    assert members_of(EMAILS | {"kind": "mails", "emails": [MAIL | {"hashed": 0}]}) == ["kind", "emails[0].hashed"]
    assert members_of(without(ID_SYNC, "kind") | {"ids": [UUIDS]}) == ["kind", "ids"]


def test_a_sentence_says_found_expected_and_what_to_do() -> None:
    (problem,) = problems_of(with_column(key="price!"))
    assert problem.sentence == (
        'Found the text "price!"; expected letters, digits, - and _ that don\'t begin with -, with a letter or _ '
        "right after the leading digits. Write the key as the trait rule has it."
    )


def test_the_error_prints_one_line_for_each_problem() -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(TRAITS | {"version": 3, "dpid": "478"})
    assert str(caught.value).splitlines() == [f"{found.member}: {found.sentence}" for found in caught.value.problems]
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - its own pickle
    assert copy.problems == caught.value.problems

"""docs/mapping.md lists every member of a mapping, and its examples are right."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES
from ingest.aam.identifiers import IdType
from ingest.crm.dates import DayOrder
from ingest.crm.mapping import Action, Kind, TransformName, parse_mapping
from ingest.crm.transforms import compile_transforms
from tests.reference.contract import read_contract

Json = dict[str, Any]

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
SCHEMA: Json = json.loads((files("ingest.crm") / "mapping.schema.json").read_bytes())
# Which definition of the schema stands at which place of a document.
OBJECTS = {
    "id.": "id",
    "ids[].": "sync_id",
    "columns[].": "column",
    "columns[].values.*.": "trait_change",
    "emails[].": "email",
    "reader.": "reader",
    "output.": "output",
}
TRAITS: Json = {"version": 1, "kind": "traits", "mode": "sync", "dpid": 478}
ID: Json = {"column": "crm_id", "type": "customer_id"}
CODES: Json = {"column": "codes", "action": "ic"}

EXAMPLES: list[Json] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


READER: Json = {"reader": {"encoding": "utf-8", "delimiter": ",", "quote": '"', "escape": ""}}
# "`cell` becomes `items`", with the column that says so in the block below.
EFFECTS: list[tuple[str, str, str]] = [
    (cell, items, column)
    for words, column in re.findall(
        r"^(`[^`]+` becomes `(?:[^\n]+\n)+)\n```json\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL
    )
    for cell, items in re.findall(r"`([^`]+)` becomes `([^`]+)`", words)
]


def rows_of_tables(first_heading: str) -> list[list[str]]:
    """The cells of all rows of the tables whose first column has this heading."""
    tables = re.findall(rf"^\| {first_heading} \|.*\n\| --- .*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for table in tables for row in table.splitlines()]


def members_of_the_schema() -> dict[str, Json]:
    members = dict(SCHEMA["properties"])
    for place, name in OBJECTS.items():
        members |= {place + member: schema for member, schema in SCHEMA["$defs"][name]["properties"].items()}
    return members


def as_document(example: Json) -> Json:
    """The mapping around an example, which may be a whole one, an ID, a column, the reader or the output."""
    if "version" in example:
        return example
    if "action" in example:
        return TRAITS | {"id": ID, "columns": [example]}
    if "type" in example:
        return TRAITS | {"id": example, "columns": [CODES]}
    place = "output" if "compression" in example else "reader"
    return TRAITS | {"id": ID, "columns": [CODES], place: example}


def test_the_page_lists_every_member_and_no_other() -> None:
    listed = {row[0].strip("`") for row in rows_of_tables("member")}
    assert listed == set(members_of_the_schema())


def test_every_object_of_the_schema_has_its_place_on_the_page() -> None:
    objects = {name for name, schema in SCHEMA["$defs"].items() if "properties" in schema}
    assert objects == set(OBJECTS.values())


def test_the_page_tells_the_defaults_of_the_schema() -> None:
    told = {row[0].strip("`"): row[2] for row in rows_of_tables("member")}
    defaults = {name: schema["default"] for name, schema in members_of_the_schema().items() if "default" in schema}
    assert defaults
    assert {name: told[name] for name in defaults} == {
        name: f"`{value if isinstance(value, str) else json.dumps(value)}`" for name, value in defaults.items()
    }


@pytest.mark.parametrize("name", [*SCHEMA["required"], *(f"id.{name}" for name in SCHEMA["$defs"]["id"]["required"])])
def test_the_page_says_which_members_are_required(name: str) -> None:
    assert [row[2] for row in rows_of_tables("member") if row[0] == f"`{name}`"] == ["required"]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_is_a_right_mapping(example: Json) -> None:
    assert parse_mapping(as_document(example)).version == 1


def test_there_is_an_example_of_every_kind_and_action() -> None:
    mappings = [parse_mapping(as_document(example)) for example in EXAMPLES]
    assert {mapping.kind for mapping in mappings} == set(Kind)
    assert {column.action for mapping in mappings for column in mapping.columns} == set(Action)


def test_every_transform_is_listed_with_a_cell_and_what_it_becomes() -> None:
    names: list[str] = []
    for transform, _, cell, becomes in rows_of_tables("transform"):
        written = json.loads(transform.strip("`"))
        mapping = parse_mapping(TRAITS | {"id": ID | {"transforms": [written]}, "columns": [CODES]})
        apply = compile_transforms(mapping.ids[0].transforms, day_order=DayOrder.UNKNOWN)
        assert apply(cell.strip("`")) == becomes.strip("`")
        names += [written] if isinstance(written, str) else written
    written_as_objects = SCHEMA["$defs"]["transforms"]["items"]["anyOf"][1]["properties"]
    assert sorted(names) == sorted([*TransformName, *written_as_objects])


def test_the_first_mapping_makes_the_records_that_the_page_shows() -> None:
    (table,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    (records,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert "".join(read_contract(table.encode(), EXAMPLES[0] | READER).lines) == records


@pytest.mark.parametrize(("cell", "items", "column"), EFFECTS)
def test_a_column_makes_the_items_that_the_page_says(cell: str, items: str, column: str) -> None:
    mapping = as_document(json.loads(column))
    name = mapping["columns"][0]["column"]
    table = f'crm_id,{name}\n1,"{cell}"\n'
    assert read_contract(table.encode(), mapping | READER).lines == (f"1\t{items}\n",)


def test_the_page_says_of_every_action_what_a_cell_becomes() -> None:
    assert {json.loads(column)["action"] for _, _, column in EFFECTS} == set(Action)


def test_the_page_names_every_type_of_ids_and_every_global_data_source() -> None:
    assert [name for name in IdType if f"`{name}`" not in PAGE] == []
    assert [dpid for dpid in GLOBAL_DATA_SOURCES if str(dpid) not in PAGE] == []

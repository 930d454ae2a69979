"""The mapping document: what each column of a customer file means (contract, section 3).

This module is the door: everything that others need of mappings is here by name.
"""

from ingest.crm.mapping_columns import read_column
from ingest.crm.mapping_document import column_to_document, mapping_to_document
from ingest.crm.mapping_json import read_json
from ingest.crm.mapping_members import Place
from ingest.crm.mapping_parser import VERSION, read_document
from ingest.crm.mapping_problems import MappingError, MappingProblem, Problems
from ingest.crm.mapping_types import (
    Action,
    ColumnMapping,
    CommasInValues,
    Compression,
    EmailColumn,
    IdColumn,
    Kind,
    MappingDocument,
    Mode,
    Otherwise,
    OutputOptions,
    ReaderOptions,
    RepeatedIds,
    ShortRows,
    TraitChange,
    UnsafeValues,
)
from ingest.crm.transforms import Named, PadLeft, Prefix, Replace, Transform, TransformName

__all__ = [
    "VERSION",
    "Action",
    "ColumnMapping",
    "CommasInValues",
    "Compression",
    "EmailColumn",
    "IdColumn",
    "Kind",
    "MappingDocument",
    "MappingError",
    "MappingProblem",
    "Mode",
    "Named",
    "Otherwise",
    "OutputOptions",
    "PadLeft",
    "Prefix",
    "ReaderOptions",
    "RepeatedIds",
    "Replace",
    "ShortRows",
    "TraitChange",
    "Transform",
    "TransformName",
    "UnsafeValues",
    "column_to_document",
    "load_mapping",
    "mapping_to_document",
    "parse_column",
    "parse_mapping",
]


def parse_mapping(document: object) -> MappingDocument:
    """The mapping that a decoded JSON document describes; raises MappingError with everything that is wrong."""
    return _parse(document, Problems())


def parse_column(entry: object, mode: Mode = Mode.SYNC) -> ColumnMapping:
    """What one entry of `columns` describes; raises MappingError, whose members are those of a list's first entry."""
    problems = Problems()
    column = read_column(Place(entry, "columns[0]", problems), mode)
    problems.raise_if_any()
    return column


def load_mapping(raw: bytes) -> MappingDocument:
    """The mapping in UTF-8 JSON; raises MappingError, also for a member that an object has twice."""
    problems = Problems()
    return _parse(read_json(raw, problems), problems)


def _parse(document: object, problems: Problems) -> MappingDocument:
    mapping = read_document(Place(document, "", problems))
    problems.raise_if_any()
    return mapping

"""From a mapping back to its JSON document, in one canonical form."""

from ingest.crm.mapping_transforms import transform_to_json
from ingest.crm.mapping_types import (
    ColumnMapping,
    EmailColumn,
    IdColumn,
    Kind,
    MappingDocument,
    Otherwise,
    ReaderOptions,
    ShortRows,
    TraitChange,
)


def mapping_to_document(mapping: MappingDocument) -> dict[str, object]:
    """The JSON document of a mapping: `parse_mapping(mapping_to_document(mapping)) == mapping`.

    Choices with a default are written out; lists without entries and members without a value are left out.
    """
    reader = _reader(mapping.reader)
    return {
        "version": mapping.version,
        "kind": mapping.kind.value,
        "mode": mapping.mode.value,
        **_identity(mapping),
        **({"columns": [column_to_document(column) for column in mapping.columns]} if mapping.columns else {}),
        **({"emails": [_email(email) for email in mapping.emails]} if mapping.emails else {}),
        "unsafe_values": mapping.unsafe_values.value,
        "commas_in_values": mapping.commas_in_values.value,
        "repeated_ids": mapping.repeated_ids.value,
        **({"reader": reader} if reader else {}),
        "output": {
            "compression": mapping.output.compression.value,
            "max_part_bytes": mapping.output.max_part_bytes,
        },
    }


def _identity(mapping: MappingDocument) -> dict[str, object]:
    """Whose data it is: data sources and ID columns."""
    if mapping.kind is Kind.ID_SYNC:
        ids = [_id(column) for column in mapping.ids]
        return {"ids": ids, **({"allow_customer_id_first": True} if mapping.allow_customer_id_first else {})}
    return {
        "dpid": mapping.dpid,
        **_given(target_dpid=mapping.target_dpid),
        "id": _id(mapping.ids[0]),
        **_given(email_dpid=mapping.email_dpid),
    }


def _id(column: IdColumn) -> dict[str, object]:
    return {
        "column": column.column,
        **_given(dpid=column.dpid),
        "type": column.type.value,
        **_given(transforms=[transform_to_json(transform) for transform in column.transforms] or None),
    }


def _email(email: EmailColumn) -> dict[str, object]:
    return {"column": email.column, "hashed": email.hashed}


def column_to_document(column: ColumnMapping) -> dict[str, object]:
    """The JSON of one entry of `columns`."""
    otherwise = None if column.otherwise is Otherwise.KEEP else column.otherwise.value
    return {
        "column": column.column,
        "action": column.action.value,
        **_given(
            key=column.key,
            transforms=[transform_to_json(transform) for transform in column.transforms] or None,
            values=_values(column),
            otherwise=otherwise,
            split=column.split,
        ),
    }


def _values(column: ColumnMapping) -> dict[str, object] | None:
    if column.trait_changes is not None:
        return {value: _change(change) for value, change in column.trait_changes.items()}
    return None if column.values is None else dict(column.values)


def _change(change: TraitChange) -> dict[str, object]:
    return _given(add=list(change.add) or None, remove=list(change.remove) or None)


def _reader(reader: ReaderOptions) -> dict[str, object]:
    return _given(
        encoding=reader.encoding,
        delimiter=reader.delimiter,
        quote=reader.quote,
        escape=reader.escape,
        sheet=reader.sheet,
        short_rows=None if reader.short_rows is ShortRows.REFUSE else reader.short_rows.value,
    )


def _given(**members: object) -> dict[str, object]:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value is not None}

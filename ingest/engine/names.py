"""Final names of the parts of a run, and the files of an earlier run that they replace."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from ingest.aam.data_sources import DataSourceId
from ingest.aam.naming import (
    FileKind,
    FileMode,
    FileNameError,
    FileSuffix,
    InboundFileName,
    format_file_name,
    parse_file_name,
)
from ingest.crm.mapping import Compression, Kind, MappingDocument


def part_names(document: MappingDocument, timestamp: int, parts: int, *, is_sealed: bool) -> list[str]:
    """The names of `parts` parts, in order; no split number when there is one (section 2 of the format)."""
    splits: Sequence[int | None] = [None] if parts == 1 else range(1, parts + 1)
    suffix = FileSuffix.GZ if document.output.compression is Compression.GZIP else None
    suffix = FileSuffix.GPG if is_sealed else suffix
    names = (replace(_name(document, timestamp), split=split, suffix=suffix) for split in splits)
    return [format_file_name(name) for name in names]


def _name(document: MappingDocument, timestamp: int) -> InboundFileName:
    return InboundFileName(
        kind=FileKind(document.kind),
        dpids=_dpids(document),
        timestamp=timestamp,
        target=None if document.target_dpid is None else DataSourceId(document.target_dpid),
        mode=FileMode(document.mode),
    )


def data_sources(document: MappingDocument) -> frozenset[DataSourceId]:
    """Every data source whose IDs or traits the files of a mapping touch."""
    return frozenset((*_dpids(document), *_numbers(document.target_dpid)))


def _dpids(document: MappingDocument) -> tuple[DataSourceId, ...]:
    match document.kind:
        case Kind.TRAITS:
            return _numbers(document.dpid)
        case Kind.ID_SYNC:
            return _numbers(*(column.dpid for column in document.ids))
        case Kind.HASHED_EMAILS:
            return _numbers(document.dpid, document.email_dpid)
    assert_never(document.kind)


def _numbers(*dpids: int | None) -> tuple[DataSourceId, ...]:
    """The mapping's parser has seen to it that none is missing."""
    return tuple(DataSourceId(dpid) for dpid in dpids if dpid is not None)


def same_batch(folder: Path, document: MappingDocument, timestamp: int) -> Iterator[Path]:
    """Files in `folder` that carry the names of this batch, whatever their part number and packing."""
    wanted = _name(document, timestamp)
    for path in sorted(folder.iterdir()):
        try:
            name = parse_file_name(path.name)
        except FileNameError:
            continue
        if (name.kind, name.dpids, name.target, name.timestamp) == (
            wanted.kind, wanted.dpids, wanted.target, wanted.timestamp,
        ):  # fmt: skip
            yield path


def free_timestamp(folder: Path, document: MappingDocument, wanted: int) -> int:
    """The first second from `wanted` on at which `folder` holds no file of the same prefix."""
    while folder.is_dir() and any(same_batch(folder, document, wanted)):
        wanted += 1
    return wanted

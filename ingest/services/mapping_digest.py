"""Checksums of what was checked: of a mapping, and of all parts together."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property

from ingest.crm.mapping import MappingDocument, MappingError, mapping_to_document, parse_mapping
from ingest.models import Batch, Check


class _Parsed:
    """A batch's mapping, parsed; or what is wrong with it."""

    def __init__(self, mapping: object) -> None:
        self.mapping = mapping
        try:
            self._document: MappingDocument | MappingError = parse_mapping(mapping)
        except MappingError as problem:
            self._document = problem

    @property
    def document(self) -> MappingDocument:
        """The mapping; raises MappingError when it is not complete."""
        if isinstance(self._document, MappingError):
            raise self._document
        return self._document

    @cached_property
    def sha256(self) -> str:
        """Its checksum; raises MappingError when it is not complete."""
        return _sha256(self.document)


def document_of(batch: Batch) -> MappingDocument:
    """A batch's mapping as it is now; raises MappingError when it is not complete.

    A page asks several times, and hundreds of columns take their time: it is parsed once for each answer in memory.
    """
    return _parsed(batch).document


def _parsed(batch: Batch) -> _Parsed:
    kept = batch.__dict__.get("_parsed")
    if not isinstance(kept, _Parsed) or kept.mapping is not batch.mapping:
        kept = batch.__dict__["_parsed"] = _Parsed(batch.mapping)
    return kept


def mapping_sha256(document: Mapping[str, object]) -> str:
    """The SHA-256 of a mapping in its one canonical form; raises MappingError when it is not complete."""
    return _sha256(parse_mapping(dict(document)))


def _sha256(document: MappingDocument) -> str:
    canonical = mapping_to_document(document)
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def parts_sha256(digests: Iterable[str]) -> str:
    """The SHA-256 over the checksums of all parts, in order, one a line."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def is_stale(check: Check, batch: Batch) -> bool:
    """Whether a batch's file or mapping is no longer what the check was run with."""
    if check.upload_id != batch.upload_id:
        return True
    try:
        return check.mapping_sha256 != _parsed(batch).sha256
    except MappingError:
        return True

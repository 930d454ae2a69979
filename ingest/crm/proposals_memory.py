"""What was decided about the columns of an earlier file, and how the columns of a new one differ."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz, process

from ingest.aam.text import trim
from ingest.crm.mapping_types import ColumnMapping, MappingDocument
from ingest.crm.proposals_index import may_be_same
from ingest.crm.proposals_tokens import joined, tokens

_RENAMED: Final = 75.0


@dataclass(frozen=True)
class Remembered:
    """Decisions of an earlier mapping: what columns became, and the names of those that were not sent."""

    columns: tuple[ColumnMapping, ...] = ()
    not_sent: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> Mapping[str, ColumnMapping]:
        """The columns by name; the first of several mappings of one column."""
        return {column.column: column for column in reversed(self.columns)}

    @cached_property
    def by_spelling(self) -> Mapping[str, ColumnMapping]:
        """The same by name without case, accents and punctuation."""
        return {key: column for column in reversed(self.columns) if (key := joined(column.column))}


def remembered_from(document: MappingDocument, header: Collection[str] = ()) -> Remembered:
    """What a mapping document decided. `header`: all columns of its file; those that it does not name were not sent."""
    names = {trim(name) for name in header} - {""}
    return Remembered(document.columns, frozenset(names - set(document.named_columns)))


def header_fingerprint(header: Collection[str]) -> str:
    """The same 64 hexadecimal digits for the same column names in any order, else others."""
    names = sorted(trim(name) for name in header)
    return hashlib.sha256(json.dumps(names, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True)
class Renamed:
    """A guess: `old` is gone, `new` wasn't there before, and their names are alike (0..1)."""

    old: str
    new: str
    likeness: float


@dataclass(frozen=True)
class Difference:
    """How the columns of a new file differ from those that a mapping was made for.

    `same`: there before and now, in the order of the new header. `new`: not there before. `gone`: used by the mapping
    and not in the new file. `repeated`: used by the mapping and more than once in the new header, so that nobody knows
    which is meant. `renamed`: guesses about columns of `gone` and `new`, which stand there as well.
    """

    same: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    repeated: tuple[str, ...]
    renamed: tuple[Renamed, ...]

    @property
    def nothing_changed(self) -> bool:
        """Whether the mapping answers everything for the new file too."""
        return not (self.new or self.gone or self.repeated)


def compare_header(
    document: MappingDocument, header: Sequence[str], earlier_header: Collection[str] | None = None
) -> Difference:
    """Compare a new header with the columns of an earlier mapping.

    `earlier_header`: all columns of the earlier file. Without it only those that the mapping uses are known, and any
    other counts as new.
    """
    used = document.named_columns
    before = set(used) | {trim(name) for name in earlier_header or ()}
    counts = Counter(trim(name) for name in header)
    names = [name for name in counts if name]
    new = tuple(name for name in names if name not in before)
    gone = tuple(name for name in used if name not in counts)
    return Difference(
        same=tuple(name for name in names if name in before),
        new=new,
        gone=gone,
        repeated=tuple(name for name in used if counts[name] > 1),
        renamed=_renamed(gone, new),
    )


def rename_columns(document: MappingDocument, names: Mapping[str, str]) -> MappingDocument:
    """The mapping for a file whose columns have other names: old name → new name."""
    return replace(
        document,
        ids=tuple(replace(item, column=names.get(item.column, item.column)) for item in document.ids),
        columns=tuple(replace(item, column=names.get(item.column, item.column)) for item in document.columns),
        emails=tuple(replace(item, column=names.get(item.column, item.column)) for item in document.emails),
    )


def _renamed(gone: Sequence[str], new: Sequence[str]) -> tuple[Renamed, ...]:
    """Pairs of names that are alike, the most alike first; a name is in one pair at most."""
    texts = {name: " ".join(tokens(name)) for name in new}
    pairs = [pair for name in gone for pair in _alike(name, texts)]
    taken: set[str] = set()
    found = []
    for pair in sorted(pairs, key=lambda pair: (-pair.likeness, pair.old, pair.new)):
        if taken.isdisjoint((f"old {pair.old}", f"new {pair.new}")):
            taken |= {f"old {pair.old}", f"new {pair.new}"}
            found.append(pair)
    return tuple(found)


def _alike(old: str, texts: Mapping[str, str]) -> list[Renamed]:
    query = " ".join(tokens(old))
    if not query:
        return []
    close = process.extract(query, texts, scorer=fuzz.token_sort_ratio, score_cutoff=_RENAMED, limit=5)
    return [
        Renamed(old, new, round(likeness / 100, 3))
        for text, likeness, new in close
        if may_be_same("".join(sorted(query)), "".join(sorted(text))) or may_be_same(query, text)
    ]

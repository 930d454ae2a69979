"""What a workspace knows before a file comes: its traits, the keys it has used, and how columns were sent before."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Self

from ingest.aam.traits import TraitType
from ingest.crm.catalogue import Catalogue, KnownKey, TraitEntry
from ingest.crm.mapping import Kind, MappingDocument, MappingError, parse_mapping
from ingest.crm.proposals import Remembered, remembered_from
from ingest.models import Batch, Trait
from ingest.services import earlier
from ingest.services.people import identifying_columns
from ingest.services.recent import Recent

MOST_LOOKED_AT: Final = 30
MOST_TRAITS: Final = 5000
MOST_KEYS: Final = 100


@dataclass(frozen=True)
class Kept:
    """An earlier transfer whose answers are offered again."""

    remembered: Remembered
    batch: Batch | None = None
    document: MappingDocument | None = None
    is_same_header: bool = False

    @property
    def edition(self) -> tuple[int, int] | None:
        """Changes whenever the answers do."""
        return None if self.batch is None else (self.batch.pk, self.batch.version)


NOTHING: Final = Kept(Remembered())
_found: Final = Recent[tuple["_Found", "_Found"]](64)
_used: Final = Recent[tuple[str, ...]](256)
"""The keys of signals of a transfer, by its edition: thirty mappings are not read for each choice on a page."""


@dataclass(frozen=True)
class _Found:
    """What stays in this process of an earlier transfer: its answers and their edition, and no row of the database."""

    kept: Kept
    edition: tuple[int, int] | None

    @classmethod
    def of(cls, kept: Kept) -> Self:
        return cls(replace(kept, batch=None), kept.edition)


@dataclass(frozen=True)
class Known:
    """The workspace's traits and the keys of its latest transfers as the database has them."""

    traits: tuple[tuple[int, str, int, str, str], ...]
    keys: tuple[tuple[str, int], ...]
    dpid: int | None

    @property
    def digest(self) -> str:
        """Changes whenever anything does; a list of traits may be too long to be kept for every file."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def catalogue(self) -> Catalogue:
        """The same for those who propose."""
        traits = (
            TraitEntry(sid, name, dpid, TraitType(kind), rule or None) for sid, name, dpid, kind, rule in self.traits
        )
        return Catalogue(tuple(traits), tuple(KnownKey(key, uses) for key, uses in self.keys), self.dpid)


def known_to(batch: Batch) -> Known:
    """What proposals for this batch may point to."""
    rows = Trait.objects.filter(workspace=batch.workspace_id).order_by("pk")
    traits = rows.values_list("sid", "name", "data_source__dpid", "type", "rule")[:MOST_TRAITS]
    dpid = batch.mapping.get("target_dpid", batch.mapping.get("dpid"))
    return Known(tuple(traits), _keys(batch), dpid)


def _keys(batch: Batch) -> tuple[tuple[str, int], ...]:
    real = Batch.objects.of(batch.workspace).filter(is_practice=False)
    latest = real.exclude(pk=batch.pk).order_by("-created_at", "-pk")
    editions = tuple(latest.values_list("pk", "version", "created_at")[:MOST_LOOKED_AT])
    used = {edition: keys for edition in editions if (keys := _used.get(edition)) is not None}
    unknown = {edition[0]: edition for edition in editions if edition not in used}
    for pk, mapping in real.filter(pk__in=unknown).values_list("pk", "mapping") if unknown else ():
        keys = tuple(entry["key"] for entry in mapping.get("columns", ()) if entry.get("key"))
        used[unknown[pk]] = keys
        _used.keep(unknown[pk], keys)
    # In the order of the transfers, which decides among keys that were used as often.
    counts = Counter(chain.from_iterable(used.get(edition, ()) for edition in editions))
    return tuple(counts.most_common())


def known_keys(batch: Batch) -> list[str]:
    """The keys of signals that the workspace's latest transfers have sent, the most used first."""
    return [key for key, _uses in _keys(batch)[:MOST_KEYS]]


def remembered_for(batch: Batch, header: Collection[str]) -> tuple[Kept, Kept]:
    """The answers of the transfer that fits a file with these columns best: of this maker, and of anybody.

    Which one is meant says `earlier`; of those with other columns the most alike. Only transfers that were begun before
    this one count, with answers that stood then: nothing new is offered because somebody begins another, or goes on
    with an older draft. So once they are found it is enough to see that they still stand.
    """
    names = frozenset(header)
    key = (batch.pk, batch.created_at, batch.upload_id, batch.header_sha256, names)
    found = _standing(batch, _found.get(key)) if batch.upload_id else None
    if found is None:
        found = _looked_for(batch, names)
        _found.keep(key, (_Found.of(found[0]), _Found.of(found[1])))
    return found


def _standing(batch: Batch, found: tuple[_Found, _Found] | None) -> tuple[Kept, Kept] | None:
    """What was found before, as long as nobody has answered anything there since."""
    if found is None:
        return None
    editions = {one.edition for one in found if one.edition}
    rows = {row.pk: row for row in earlier.before(batch).filter(pk__in=[pk for pk, _ in editions])} if editions else {}
    if editions != {(row.pk, row.version) for row in rows.values()}:
        return None
    own, workspace = (replace(one.kept, batch=rows[one.edition[0]]) if one.edition else one.kept for one in found)
    return own, workspace


def _looked_for(batch: Batch, names: frozenset[str]) -> tuple[Kept, Kept]:
    of_workspace = _kept(batch, names)
    is_first, found = of_workspace.is_same_header or not batch.header_sha256, of_workspace.batch
    if is_first and found is not None and found.maker_id == batch.maker_id:
        return of_workspace, of_workspace
    if found is not None and earlier.is_same_file(found):
        meant = _kept(batch, names, own_first=True)
        if meant.batch is not None and meant.batch.maker_id != batch.maker_id:
            return NOTHING, meant
    return _kept(batch, names, maker=batch.maker), of_workspace


def _kept(batch: Batch, names: frozenset[str], *, own_first: bool = False, **narrowed: object) -> Kept:
    same = earlier.with_same_columns(batch, own_first=own_first, **narrowed)
    newest = earlier.before(batch).filter(**narrowed)
    alike = (one for one in newest[:MOST_LOOKED_AT] if 2 * _in_common(one, batch, names) >= len(names))
    # A generator: others are asked for only where none has the same columns.
    for candidate in chain(same, _most_alike(alike, batch, names)):
        try:
            document = parse_mapping(candidate.mapping)
        except MappingError:
            continue
        if document.kind is not Kind.TRAITS:
            continue
        columns = [*document.named_columns, *candidate.not_sent]
        is_same = bool(batch.header_sha256) and candidate.header_sha256 == batch.header_sha256
        return Kept(remembered_from(document, columns), candidate, document, is_same)
    return NOTHING


def _most_alike(few: Iterable[Batch], batch: Batch, names: frozenset[str]) -> Iterator[Batch]:
    """Those with most of these columns, of equals those that had been sent, of these the newest."""
    yield from sorted(
        few, key=lambda one: (_in_common(one, batch, names), earlier.was_sent(one, batch)), reverse=True
    )  # fmt: skip


def _in_common(one: Batch, batch: Batch, names: frozenset[str]) -> int:
    """How many of these columns the file of an earlier transfer had: all of them, or those that were decided about."""
    if batch.header_sha256 and one.header_sha256 == batch.header_sha256:
        return len(names)
    answered = (entry.get("column") for entry in one.mapping.get("columns", ()))
    return len(names & {*answered, *identifying_columns(one.mapping), *one.not_sent})

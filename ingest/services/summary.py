"""What is about to be sent, in the few facts that a person checks before asking for approval."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from ingest.aam.identifiers import IdType
from ingest.crm.mapping import Kind
from ingest.models import Batch
from ingest.services.column_details import TakenAway, taken_away
from ingest.services.destination_settings import Setting, settings_of
from ingest.services.file_names import Names, planned_names
from ingest.services.id_words import ID_WORDS, Text
from ingest.services.people import identifying_columns
from ingest.services.people_guess import Conflict, warning_about_id
from ingest.services.results import sample_lines
from ingest.services.sources import ADOBES, Source, named, own_sources

LINES: Final = 3
USABLE_AFTER: Final = timedelta(hours=48)
"""How long Adobe takes at most until what was sent can be used (Onboarding status: up to 48 hours)."""


@dataclass(frozen=True)
class IdFact:
    """One column of IDs: its kind in words, its data source where it is known."""

    column: str
    kind: Text
    source: Source | None


@dataclass(frozen=True)
class Summary:
    """The facts. Counts are columns but for `people`, `left_out` (rows) and `parts`.

    `taken`: the traits that people lose. `place`: where the destination is, in the words of its settings.
    """

    ids: tuple[IdFact, ...]
    emails: tuple[str, ...]
    email_source: Source | None
    target: Source | None
    columns_sent: int
    columns_left: int
    people: int
    left_out: int
    parts: int
    names: Names | None
    lines: tuple[str, ...]
    warning: Conflict | None
    taken: TakenAway | None
    place: tuple[Setting, ...]

    @property
    def source_name(self) -> Text:
        """The data source whose traits change."""
        source = self.target or (self.ids[0].source if self.ids else None)
        return source.name if source else _("this data source")


def summary_of(batch: Batch) -> Summary:
    """What the batch's answers and its result say now."""
    check, mapping = batch.result, batch.mapping
    sources = (*own_sources(batch.workspace), *ADOBES)
    parts = check.parts.count() if check else 0
    sent = len(mapping.get("columns", ())) or len(identifying_columns(mapping))
    return Summary(
        ids=ids_in(mapping, sources),
        emails=tuple(entry["column"] for entry in mapping.get("emails", ())),
        email_source=named(sources, mapping.get("email_dpid")),
        target=named(sources, mapping.get("target_dpid")),
        columns_sent=sent,
        columns_left=len(batch.not_sent),
        people=check.distinct_ids if check else 0,
        left_out=check.refused if check else 0,
        parts=parts,
        names=planned_names(batch, parts),
        lines=sample_lines(check, LINES) if check else (),
        warning=warning_about_id(batch),
        taken=taken_away(mapping),
        place=settings_of(batch.destination),
    )


def ids_in(mapping: dict[str, Any], sources: tuple[Source, ...]) -> tuple[IdFact, ...]:
    """The columns of IDs that a mapping names."""
    if mapping.get("kind") == Kind.ID_SYNC:
        return tuple(_fact(entry, entry["dpid"], sources) for entry in mapping.get("ids", ()))
    return (_fact(mapping["id"], mapping.get("dpid"), sources),) if "id" in mapping else ()


def _fact(entry: dict[str, Any], dpid: Any, sources: tuple[Source, ...]) -> IdFact:
    return IdFact(entry["column"], ID_WORDS[IdType(entry["type"])].plural, named(sources, dpid))


def usable_by(batch: Batch, now: datetime) -> datetime:
    """When what is sent as planned should be usable, if it is approved by then."""
    return max(now, batch.send_at or now) + USABLE_AFTER

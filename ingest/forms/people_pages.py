"""Which form each page about people has, by what the transfer does, and what it is filled in with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from ingest.aam.identifiers import IdType
from ingest.crm.mapping import Kind
from ingest.forms.people import Choices, PeopleForm, choice_field, found_choices
from ingest.forms.people_emails import EmailsForm, emails_initial
from ingest.forms.people_ids import IdsForm, hashed_initial, ids_initial
from ingest.forms.people_source import EmailSourcesForm, SourceForm, email_sources_initial, source_initial
from ingest.forms.people_sync import SyncForm, sync_initial
from ingest.models import Batch
from ingest.services.people import remembered_batch
from ingest.services.people_guess import Columns
from ingest.services.sources import all_sources, own_sources, sources_for


@dataclass(frozen=True)
class Earlier:
    """Where answers come from that this batch has not given yet: the mapping, and the batch if it is another one."""

    mapping: Mapping[str, Any]
    batch: Batch | None


def earlier_answers(batch: Batch, member: str) -> Earlier:
    """The batch's own answer to `member`, else that of the newest batch with the same columns and the same kind."""
    kind = batch.mapping.get("kind")
    if batch.mapping.get(member):
        return Earlier(batch.mapping, None)
    found = remembered_batch(batch)
    if found is None or (kind and found.mapping["kind"] != kind):
        return Earlier(batch.mapping, None)
    return Earlier(found.mapping, found)


def ids_form(batch: Batch, data: QueryDict | None, *, hashed: str = "") -> PeopleForm:
    """The question which columns identify people. Raises FileProblem and FileGone.

    `hashed`: the place in the file of the column of addresses that somebody wants to send hashed in place of the IDs.
    """
    columns = Columns(batch)
    kind = Kind(batch.mapping["kind"])
    earlier = earlier_answers(batch, "ids" if kind is Kind.ID_SYNC else "id").mapping
    match kind:
        case Kind.TRAITS:
            initial = hashed_initial(columns, hashed) or ids_initial(earlier, columns)
            return IdsForm(data, batch=batch, earlier=earlier, columns=columns, initial=initial)
        case Kind.ID_SYNC:
            sources = all_sources(batch.workspace)
            initial = sync_initial(earlier, columns, sources)
            return SyncForm(data, batch=batch, earlier=earlier, columns=columns, sources=sources, initial=initial)
        case Kind.HASHED_EMAILS:
            initial = emails_initial(earlier, columns)
            return EmailsForm(data, batch=batch, earlier=earlier, columns=columns, initial=initial)


def source_form(batch: Batch, data: QueryDict | None) -> PeopleForm:
    """The question which data sources IDs and traits belong to; the columns of IDs are known by now."""
    own = own_sources(batch.workspace)
    earlier = earlier_answers(batch, "dpid").mapping
    if earlier.get("id", {}).get("type") != batch.mapping["id"]["type"]:
        # the data source of another kind of ID says nothing about these
        earlier = {name: value for name, value in earlier.items() if name == "mode"}
    if batch.mapping["kind"] == Kind.HASHED_EMAILS:
        initial = email_sources_initial(earlier, own)
        return EmailSourcesForm(data, batch=batch, earlier=earlier, own=own, initial=initial)
    sources = sources_for(batch.workspace, IdType(batch.mapping["id"]["type"]))
    initial = source_initial({**earlier, "id": batch.mapping["id"]}, sources, own)
    return SourceForm(data, batch=batch, earlier=earlier, sources=sources, own=own, initial=initial)


def found_sources(batch: Batch, field: str, find: str) -> Choices:
    """The data sources for one field of the page of data sources, those that a search finds."""
    form = source_form(batch, None)
    return found_choices(choice_field(form, field).choices, find) if field in form.fields else []

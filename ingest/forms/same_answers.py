"""In words: what an earlier transfer said about people."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ingest.crm.mapping import Kind, Mode
from ingest.forms.people import KIND_WORDS
from ingest.forms.people_source import MODE_WORDS
from ingest.models import Batch
from ingest.services.sources import all_sources, named
from ingest.services.summary import ids_in

Row = dict[str, str | Promise]


def said_in(batch: Batch) -> list[Row]:
    """Kind, columns, data sources and mode, each a row of a summary list."""
    mapping, sources = batch.mapping, all_sources(batch.workspace)
    kind = Kind(mapping["kind"])
    rows: list[Row] = [{"label": _("What is done"), "value": KIND_WORDS[kind][0]}]
    for fact in ids_in(mapping, sources):
        value = _("%(kind)s, column %(column)s") % {"kind": fact.kind, "column": fact.column}
        rows.append({"label": _("People are identified by"), "value": value, "note": str(fact.source or "")})
    rows += [
        {"label": _("E-mail addresses"), "value": _("column %(column)s") % {"column": entry["column"]}}
        for entry in mapping.get("emails", ())
    ]
    for member, label in (("target_dpid", _("Traits belong to")), ("email_dpid", _("Hashed addresses are kept in"))):
        if source := named(sources, mapping.get(member)):
            rows.append({"label": label, "value": str(source)})
    if kind is Kind.TRAITS:
        rows.append({"label": _("Traits that they have"), "value": MODE_WORDS[Mode(mapping["mode"])][0]})
    return rows

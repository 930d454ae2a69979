"""From a decoded JSON document to a mapping: every rule of the contract's section 3."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES
from ingest.aam.limits import MAX_HASHES_PER_ID
from ingest.crm.mapping_columns import read_columns
from ingest.crm.mapping_ids import (
    FEWEST_SYNC_IDS,
    read_dpid,
    read_emails,
    read_id,
    read_own_dpid,
    read_sync_ids,
    read_target_dpid,
)
from ingest.crm.mapping_members import Members, Place
from ingest.crm.mapping_options import DEFAULT_OUTPUT, read_output, read_reader
from ingest.crm.mapping_types import (
    CommasInValues,
    IdColumn,
    Kind,
    MappingDocument,
    Mode,
    ReaderOptions,
    RepeatedIds,
    UnsafeValues,
    default_repeated_ids,
)
from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _

VERSION = 1

DOCUMENT_MEMBERS: Mapping[str, str] = {
    "version": Filled(_("the version of the mapping format, %(version)s"), version=VERSION),
    "kind": _("what the batch is: `traits`, `id_sync` or `hashed_emails`"),
    "mode": _("`sync` or `overwrite`"),
    "dpid": _("the data source of the user IDs"),
    "target_dpid": _("the data source that owns the traits, since the user IDs are of a global device data source"),
    "id": _("the column of the user IDs"),
    "ids": Filled(_("a list of ID columns, at least %(count)s"), count=FEWEST_SYNC_IDS),
    "allow_customer_id_first": _("true where the first ID column may hold customer IDs"),
    "columns": _("a list of columns, at least one"),
    "email_dpid": _("the data source of the hashed e-mail addresses"),
    "emails": Filled(_("a list of 1 to %(most)s columns of e-mail addresses or hashes"), most=MAX_HASHES_PER_ID),
    "unsafe_values": _("what becomes of values with unsafe characters"),
    "commas_in_values": _("what becomes of commas in values"),
    "repeated_ids": _("what becomes of several rows of one ID"),
    "reader": _("what was confirmed about the customer file"),
    "output": _("how the parts are packed"),
}

_KIND_MEMBERS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TRAITS: ("dpid", "target_dpid", "id", "columns"),
    Kind.ID_SYNC: ("ids", "allow_customer_id_first"),
    Kind.HASHED_EMAILS: ("dpid", "id", "email_dpid", "emails"),
}

_ALL_KIND_MEMBERS = frozenset(name for names in _KIND_MEMBERS.values() for name in names)


def read_document(place: Place) -> MappingDocument:
    """The mapping at the top of a document. It is only to be used when no problem was noted."""
    members = place.members(DOCUMENT_MEMBERS)
    kind = _read_kind(members)
    mode = members.required("mode", lambda item: _read_mode(item, kind), Mode.SYNC)
    mapping = MappingDocument(
        version=members.required("version", _read_version, VERSION),
        kind=kind,
        mode=mode,
        unsafe_values=members.optional("unsafe_values", lambda item: item.word(UnsafeValues), UnsafeValues.CLEAN),
        commas_in_values=members.optional("commas_in_values", _read_commas, CommasInValues.CLEAN),
        repeated_ids=_read_repeated_ids(members, kind, mode),
        reader=members.optional("reader", read_reader, ReaderOptions()),
        output=members.optional("output", read_output, DEFAULT_OUTPUT),
    )
    match kind:
        case Kind.TRAITS:
            return _with_traits(mapping, members)
        case Kind.ID_SYNC:
            return _with_id_sync(mapping, members)
        case Kind.HASHED_EMAILS:
            return _with_hashed_emails(mapping, members)
    assert_never(kind)


def _read_kind(members: Members) -> Kind:
    """The kind; where it is wrong or missing, the one that the other members look like, so as to read on."""
    kind = members.required("kind", lambda place: place.word(Kind), None)
    if kind is None:
        return _look_of(members)
    foreign = [name for name in DOCUMENT_MEMBERS if name in _ALL_KIND_MEMBERS - set(_KIND_MEMBERS[kind])]
    own = ", ".join(f"`{name}`" for name in _KIND_MEMBERS[kind])
    template = _("only %(members)s beside the members of every kind, since `kind` is `%(kind)s`")
    members.refuse(foreign, Filled(template, members=own, kind=kind), _("Remove it."))
    return kind


def _look_of(members: Members) -> Kind:
    if "columns" in members:
        return Kind.TRAITS
    if "emails" in members:
        return Kind.HASHED_EMAILS
    return Kind.ID_SYNC if "ids" in members else Kind.TRAITS


def _read_version(place: Place) -> int | None:
    expected = Filled(_("the number %(number)s"), number=str(VERSION))
    return place.whole_number(VERSION, VERSION, expected, _("This is the only version there is."))


def _read_mode(place: Place, kind: Kind) -> Mode | None:
    mode = place.word(Mode)
    if mode is Mode.OVERWRITE and kind is not Kind.TRAITS:
        place.wrong(Filled(_("`sync`, since `kind` is `%(kind)s`"), kind=kind), _("Only traits can be overwritten."))
        return None
    return mode


def _read_commas(place: Place) -> CommasInValues | None:
    return place.word(CommasInValues)


def _read_repeated_ids(members: Members, kind: Kind, mode: Mode) -> RepeatedIds:
    default = default_repeated_ids(mode)
    choice = members.optional("repeated_ids", lambda place: place.word(RepeatedIds), default)
    if choice is RepeatedIds.MERGE and kind is not Kind.TRAITS:
        expected = Filled(_("`keep`, since `kind` is `%(kind)s`"), kind=kind)
        members.wrong("repeated_ids", expected, _("Only the items of traits can be merged."))
    return choice


def _with_traits(mapping: MappingDocument, members: Members) -> MappingDocument:
    dpid = members.required("dpid", read_dpid, None)
    needs_target = dpid in GLOBAL_DATA_SOURCES
    read_member = members.required if needs_target else members.optional
    return replace(
        mapping,
        dpid=dpid,
        target_dpid=read_member("target_dpid", read_target_dpid, None),
        ids=_read_one_id(members),
        columns=members.required("columns", lambda place: read_columns(place, mapping.mode), ()),
    )


def _with_id_sync(mapping: MappingDocument, members: Members) -> MappingDocument:
    allow = members.optional("allow_customer_id_first", Place.yes_or_no, fallback=False)
    ids: tuple[IdColumn, ...] = members.required(
        "ids", lambda place: read_sync_ids(place, allow_customer_id_first=allow), ()
    )
    return replace(mapping, ids=ids, allow_customer_id_first=allow)


def _with_hashed_emails(mapping: MappingDocument, members: Members) -> MappingDocument:
    return replace(
        mapping,
        dpid=members.required("dpid", read_own_dpid, None),
        ids=_read_one_id(members),
        email_dpid=members.required("email_dpid", read_dpid, None),
        emails=members.required("emails", read_emails, ()),
    )


def _read_one_id(members: Members) -> tuple[IdColumn, ...]:
    column = members.required("id", read_id, None)
    return () if column is None else (column,)

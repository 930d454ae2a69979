"""The user IDs and hashed e-mails of a mapping, and the rules about data sources."""

from collections.abc import Mapping

from ingest.aam.data_sources import AAM_UUID_DPID, GLOBAL_DATA_SOURCES
from ingest.aam.identifiers import IdType
from ingest.aam.limits import MAX_HASHES_PER_ID
from ingest.crm.mapping_columns import COLUMN_NAME, read_column_name
from ingest.crm.mapping_members import LARGEST_NUMBER, Place
from ingest.crm.mapping_transforms import NO_TRANSFORMS, read_transforms
from ingest.crm.mapping_types import EmailColumn, IdColumn
from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _

ID_MEMBERS: Mapping[str, str] = {
    "column": COLUMN_NAME,
    "type": _("the type of the IDs"),
    "transforms": _("a list of transforms"),
}

SYNC_ID_MEMBERS: Mapping[str, str] = {
    "column": COLUMN_NAME,
    "dpid": _("the data source of the IDs in this column"),
    "type": _("the type of the IDs"),
    "transforms": _("a list of transforms"),
}

EMAIL_MEMBERS: Mapping[str, str] = {
    "column": COLUMN_NAME,
    "hashed": _("true where the column holds SHA-256 hashes, false where it holds addresses"),
}

FEWEST_SYNC_IDS = 2


def read_dpid(place: Place) -> int | None:
    """A data source ID. It is a number in a mapping, though it is digits in a file name."""
    expected = Filled(_("a data source ID, a whole number from 0 to %(most)s"), most=LARGEST_NUMBER)
    return place.whole_number(0, LARGEST_NUMBER, expected, _("Write it without quotes, as Audience Manager shows it."))


def read_target_dpid(place: Place) -> int | None:
    """The data source that owns the traits, where the IDs belong to a global device data source."""
    return _read_own_dpid(place, _("A global device data source owns no traits; name the one that does."))


def read_own_dpid(place: Place) -> int | None:
    """The data source of customer IDs. The name of a hashed e-mail file has no room for a target."""
    return _read_own_dpid(place, _("Hashed e-mails are sent for customer IDs; name their data source."))


def _read_own_dpid(place: Place, advice: str) -> int | None:
    dpid = read_dpid(place)
    if dpid in GLOBAL_DATA_SOURCES:
        place.wrong(_("a data source of your own, no global device data source"), advice)
    return dpid


def read_id(place: Place) -> IdColumn | None:
    """The column of user IDs of `traits` and `hashed_emails`."""
    return _read_id(place, ID_MEMBERS)


def read_sync_ids(place: Place, *, allow_customer_id_first: bool) -> tuple[IdColumn, ...] | None:
    """The columns of an ID sync, at least two, device IDs first unless customer IDs were allowed there."""
    expected = Filled(_("a list of ID columns, at least %(count)s"), count=FEWEST_SYNC_IDS)
    items = place.items(expected, at_least=FEWEST_SYNC_IDS)
    if items is None:
        return None
    ids = [_read_id(item, SYNC_ID_MEMBERS) for item in items]
    first = ids[0]
    if first is not None and not (allow_customer_id_first or _holds_device_ids(first)):
        items[0].wrong(
            _("device IDs in the first column: `ecid`, `aam_uuid` with dpid 0, or a global device data source"),
            _("Put a column of device IDs first, or say `allow_customer_id_first`: true after a trial."),
            found=Filled(_("`%(type)s` with dpid %(dpid)s"), type=first.type, dpid=str(first.dpid)),
        )
    return tuple(column for column in ids if column is not None)


def read_emails(place: Place) -> tuple[EmailColumn, ...] | None:
    """The columns of addresses or hashes."""
    expected = Filled(
        _("a list of 1 to %(most)s columns, as many as Audience Manager takes for one ID"), most=MAX_HASHES_PER_ID
    )
    items = place.items(expected, at_least=1, at_most=MAX_HASHES_PER_ID)
    return None if items is None else tuple(_read_email(item) for item in items)


def _read_id(place: Place, known: Mapping[str, str]) -> IdColumn | None:
    members = place.members(known)
    column = members.required("column", read_column_name, None)
    id_type = members.required("type", lambda item: item.word(IdType), None)
    transforms = members.optional("transforms", read_transforms, NO_TRANSFORMS)
    dpid = members.required("dpid", read_dpid, None) if "dpid" in known else None
    if column is None or id_type is None or ("dpid" in known and dpid is None):
        return None
    return IdColumn(column, id_type, transforms, dpid)


def _read_email(place: Place) -> EmailColumn:
    members = place.members(EMAIL_MEMBERS)
    column = members.required("column", read_column_name, "")
    return EmailColumn(column, members.required("hashed", Place.yes_or_no, fallback=False))


def _holds_device_ids(first: IdColumn) -> bool:
    is_uuid = first.type is IdType.AAM_UUID and first.dpid == AAM_UUID_DPID
    return is_uuid or first.type is IdType.ECID or first.dpid in GLOBAL_DATA_SOURCES

"""Linking IDs on a website: the addresses by which a browser tells Audience Manager that two IDs are one person.

Sources: id-sync-http (the pixel), declared-ids and cid (customer IDs in an event call), dcs-error-codes (how many).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ingest.aam.data_sources import DataSourceId
from ingest.aam.percent import encoded

HOST: Final = "dpm.demdex.net"
"""Where the pixel goes."""

DOMAIN: Final = "demdex.net"
"""Where calls of a customer's own go: a name of theirs, then this."""

PIXEL_START: Final = "ibs:dpid="
SEPARATOR: Final = "%01"
"""Between data source, ID and state in one parameter; it stands in the address as these three characters."""

ID_PARAMETER: Final = "dpuuid"
CUSTOMER_ID: Final = "d_cid"
CUSTOMER_ID_BY_CODE: Final = "d_cid_ic"
MAX_IDS: Final = 10
"""The most customer IDs in one call; those above are an error (dcs-error-codes 301, 309)."""

MAX_IDS_OF_A_SOURCE: Final = 3
"""The most of one data source in one call (dcs-error-codes 310)."""


class State(IntEnum):
    """What a site knows of whoever has the ID (visitor-authentication-states)."""

    UNKNOWN = 0
    SIGNED_IN = 1
    SIGNED_OUT = 2


@dataclass(frozen=True)
class Snippets:
    """What a website needs for one ID: whole addresses and parameters, encoded. `by_code`: None without a code."""

    pixel: str
    image: str
    call: str
    by_code: str | None


def pixel(dpid: DataSourceId, user_id: str) -> str:
    """The address of the pixel that links this ID with the browser that asks for it."""
    return f"https://{HOST}/{PIXEL_START}{dpid}&{ID_PARAMETER}={encoded(user_id)}"


def declared(name: DataSourceId | str, user_id: str, state: State | None = None) -> str:
    """The parameter that declares a customer ID in an event call; `name` is a data source, or an integration code.

    Each part is encoded by itself before they are joined, so that the separator stays what it is.
    """
    parameter = CUSTOMER_ID_BY_CODE if isinstance(name, str) else CUSTOMER_ID
    parts = [encoded(str(name)), encoded(user_id), *(() if state is None else (str(int(state)),))]
    return f"{parameter}={SEPARATOR.join(parts)}"


def snippets(dpid: DataSourceId, user_id: str, *, code: str = "", state: State | None = None) -> Snippets:
    """Everything that a website needs for one ID. `code`: the integration code of the data source, where it has one."""
    address = pixel(dpid, user_id)
    image = f'<img src="{address.replace("&", "&amp;")}" width="1" height="1" alt="">'
    by_code = declared(code, user_id, state) if code else None
    return Snippets(address, image, declared(dpid, user_id, state), by_code)

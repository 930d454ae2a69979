"""One row of a file of traits: judged cell by cell, each mistake with its sentence."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from ingest.aam.traits import TraitType, parse_trait_id
from ingest.models import DataSource
from ingest.services.phrases import listed

_LENGTHS: Final = {"name": 255, "rule": 2000, "description": 500}


class Wrong(Exception):
    """The row can't be used; the text is for people."""


def read_row(cells: Mapping[str, str], sources: Mapping[int, DataSource], now: datetime) -> dict[str, Any]:
    """The fields of a trait that the row tells: a column that the file does not have tells nothing. Raises Wrong."""
    readers: dict[str, tuple[str, Callable[[str], Any]]] = {
        "sid": ("sid", _sid),
        "name": ("name", _name),
        "data source": ("data_source", lambda text: _source(text, sources)),
        "rule": ("rule", lambda text: _text("rule", text)),
        "description": ("description", lambda text: _text("description", text)),
        "type": ("type", _type),
        "created": ("aam_created_at", lambda text: _moment(text, now)),
    }
    needed = {"sid": "", "name": "", "data source": ""}
    return {readers[name][0]: readers[name][1](text) for name, text in {**needed, **cells}.items()}


def _sid(text: str) -> int:
    if not text:
        raise Wrong(_("The number (sid) is missing. Audience Manager shows it beside the trait's name."))
    try:
        sid = parse_trait_id(text)
    except ValueError as error:
        raise Wrong(
            _("“%(text)s” is no trait number. Enter its SID: digits only, not beginning with 0.") % {"text": text[:40]}
        ) from error
    if len(text) > 18:
        raise Wrong(_("The trait number has %(count)s digits; at most 18 are possible.") % {"count": len(text)})
    return int(sid)


def _name(text: str) -> str:
    if not text:
        raise Wrong(_("The name is missing. Enter the trait's name."))
    return _text("name", text)


def _text(name: str, text: str) -> str:
    if len(text) > _LENGTHS[name]:
        raise Wrong(
            _("The column %(column)s holds %(found)s characters; at most %(most)s are possible.")
            % {"column": name, "found": len(text), "most": _LENGTHS[name]}
        )
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise Wrong(
            _("The column %(column)s holds a line break or a control character. Take it out.") % {"column": name}
        )
    return text


def _source(text: str, sources: Mapping[int, DataSource]) -> DataSource:
    if not text:
        raise Wrong(_("The data source is missing. Enter its number (DPID)."))
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    if not is_number:
        raise Wrong(_("“%(text)s” is no data source number. Enter its DPID: digits only.") % {"text": text[:40]})
    if int(text) not in sources:
        raise Wrong(
            _("There is no data source %(dpid)s in this workspace. Add it first, or correct its number.")
            % {"dpid": text}
        )
    return sources[int(text)]


def _type(text: str) -> str:
    possible = [kind.value for kind in TraitType]
    if text and text.upper() not in possible:
        raise Wrong(
            _("“%(text)s” is no type of trait. Possible: %(types)s; left empty it is the first.")
            % {"text": text[:40], "types": listed(possible)}
        )
    return text.upper() or TraitType.ONBOARDED.value


def _moment(text: str, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Wrong(_("“%(text)s” is no time. Write it as 2026-01-31 14:00, in UTC.") % {"text": text[:40]}) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > now:
        raise Wrong(_("The trait can't have been created later than now. Found: %(text)s.") % {"text": text[:40]})
    return moment

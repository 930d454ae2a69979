"""An address from a website, taken apart: which IDs it links, and what is wrong with it."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingest.aam.data_sources import DATA_SOURCE_PATTERN
from ingest.aam.findings import FINDINGS, Severity
from ingest.aam.id_kinds import recognise
from ingest.aam.id_sync import (
    CUSTOMER_ID,
    CUSTOMER_ID_BY_CODE,
    DOMAIN,
    ID_PARAMETER,
    PIXEL_START,
    SEPARATOR,
    State,
)
from ingest.aam.id_sync_words import COUNTS, Fault, Found, Labelled, Piece
from ingest.aam.identifiers import IdType, judge_identifier
from ingest.aam.percent import decoded, decoded_bytes, encoded
from ingest.aam.personal_data import is_email
from ingest.aam.text import trim

_IMAGE: Final = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*(["'])(?P<address>.*?)\1""", re.IGNORECASE | re.DOTALL)
_ADDRESS: Final = re.compile(r"(?P<scheme>https?:)?//(?P<host>[A-Za-z0-9.-]+)(?::[0-9]+)?/(?P<rest>.*)", re.DOTALL)
_PLACEHOLDER: Final = re.compile(r"<.+>|\$\{.+\}|\{\{?.+\}\}?|\[.+\]|%%.+%%|\$.+\$")
# What JavaScript's encodeURIComponent leaves as it is, which is a little more than `encoded` does.
_SAFE: Final = re.compile(r"(?:[A-Za-z0-9._~!*'()-]|%[0-9A-Fa-f]{2})*")
_TWICE: Final = re.compile("%25[0-9A-Fa-f]{2}")
_MACRO: Final = "${DD_UUID}"
_OLD: Final = {"d_dpid": "dpid", "d_dpuuid": ID_PARAMETER}


@dataclass(frozen=True)
class Link:
    """One ID that an address links, as it stands there: the parameter, the data source or its code, ID and state."""

    parameter: str
    source: str
    user_id: str | None
    state: str | None = None

    @property
    def is_by_code(self) -> bool:
        """Whether the data source is named by its integration code."""
        return self.parameter == CUSTOMER_ID_BY_CODE


@dataclass(frozen=True)
class Expected:
    """The data source that an address should be for; without a number any will do."""

    dpid: int | None = None
    id_type: IdType | None = None


@dataclass(frozen=True)
class Checked:
    """What an address is made of, in order, and what is wrong with it, the worst first."""

    pieces: tuple[Labelled, ...]
    found: tuple[Found, ...]

    @property
    def is_right(self) -> bool:
        """Whether it works."""
        return bool(self.pieces) and not any(one.is_wrong for one in self.found)


@dataclass(frozen=True)
class _Address:
    """`start` is all up to the parameters; `pairs` are names and values, as they stand."""

    start: str
    is_https: bool
    host: str
    path: str
    is_pixel: bool
    has_question_mark: bool
    pairs: tuple[tuple[str, str], ...]


def check_address(text: str, expected: Expected | None = None) -> Checked:
    """Take an address, or an image tag that holds one, apart and judge it. Any text will do.

    `expected`: the data source whose IDs it should link, and their kind.
    """
    wanted = expected or Expected()
    image = _IMAGE.search(text)
    address = _address(html.unescape(image["address"]) if image else trim(text))
    if address is None:
        return Checked((), (Found(Fault.NO_ADDRESS),))
    links = tuple(_links(address))
    pieces = tuple(_pieces(address, links))
    found = dict.fromkeys((*_faults_of_address(address, links), *_faults_of_links(links, wanted)))
    return Checked(pieces, tuple(sorted(found, key=lambda one: not one.is_wrong)))


def _address(text: str) -> _Address | None:
    matched = _ADDRESS.fullmatch(text)
    if matched is None:
        return None
    rest = matched["rest"]
    # The parameters of the pixel are a part of its path; a question mark there is a slip, and told as one.
    is_pixel = rest.lower().startswith("ibs")
    path, mark, query = ("ibs", "?" in rest, rest[3:].lstrip(":/?")) if is_pixel else rest.partition("?")
    pairs = [pair.partition("=") for pair in re.split("[&?]", query) if pair]
    start = text[: len(text) - len(rest)] + (PIXEL_START.partition("dpid")[0] if is_pixel else path)
    return _Address(
        start, matched["scheme"] == "https:", matched["host"].lower(), path, is_pixel, bool(mark) and is_pixel,
        tuple((name, value) for name, _, value in pairs),
    )  # fmt: skip


def _links(address: _Address) -> Iterator[Link]:
    for name, value in address.pairs:
        if name in {CUSTOMER_ID, CUSTOMER_ID_BY_CODE}:
            source, *others = value.replace("\x01", SEPARATOR).split(SEPARATOR)
            yield Link(name, source, others[0] if others else None, SEPARATOR.join(others[1:]) if others[1:] else None)
    plain = {_OLD.get(name, name): value for name, value in reversed(address.pairs)}
    if address.is_pixel or "dpid" in plain or ID_PARAMETER in plain:
        yield Link(ID_PARAMETER, plain.get("dpid", ""), plain.get(ID_PARAMETER))


def _pieces(address: _Address, links: tuple[Link, ...]) -> Iterator[Labelled]:
    yield Labelled(Piece.PIXEL if address.is_pixel else Piece.CALL, address.start)
    declared = iter(link for link in links if link.parameter != ID_PARAMETER)
    for name, value in address.pairs:
        plain = _OLD.get(name, name)
        if name in {CUSTOMER_ID, CUSTOMER_ID_BY_CODE}:
            yield from _pieces_of(next(declared))
        elif plain == "dpid":
            yield Labelled(Piece.SOURCE, f"{name}={value}", {"dpid": value})
        elif plain == ID_PARAMETER:
            yield Labelled(Piece.ID, f"{name}={value}")
        elif name == "redir":
            yield Labelled(Piece.REDIRECT, f"{name}={value}")
        else:
            is_consent = name in {"gdpr", "gdpr_consent"}
            yield Labelled(Piece.CONSENT if is_consent else Piece.OTHER, f"{name}={value}" if value else name)


def _pieces_of(link: Link) -> Iterator[Labelled]:
    named = f"{link.parameter}={link.source}"
    if link.is_by_code:
        yield Labelled(Piece.CODE, named, {"code": decoded(link.source)})
    else:
        yield Labelled(Piece.SOURCE, named, {"dpid": link.source})
    if link.user_id is not None:
        yield Labelled(Piece.ID, SEPARATOR + link.user_id)
    if link.state is not None:
        yield Labelled(Piece.STATE, SEPARATOR + link.state)


def _faults_of_address(address: _Address, links: tuple[Link, ...]) -> Iterator[Found]:
    if not (address.host == DOMAIN or address.host.endswith(f".{DOMAIN}")):
        yield Found(Fault.OTHER_HOST, address.host)
    if "demoptout" in address.path:
        yield Found(Fault.OPT_OUT, address.path)
    if not address.is_https:
        yield Found(Fault.NOT_HTTPS)
    if address.has_question_mark:
        yield Found(Fault.QUESTION_MARK, "?")
    if not links:
        yield Found(Fault.NOTHING_LINKED)
    if any(name in _OLD for name, _ in address.pairs):
        yield Found(Fault.OLD_FORM)
    yield from _faults_of_the_rest(dict(reversed(address.pairs)))
    if any(is_email(decoded(value)) for name, value in address.pairs if name not in {CUSTOMER_ID, CUSTOMER_ID_BY_CODE}):
        yield Found(Fault.PERSONAL)


def _faults_of_the_rest(values: dict[str, str]) -> Iterator[Found]:
    consent = {"gdpr", "gdpr_consent"} & values.keys()
    if consent and (len(consent) == 1 or values["gdpr"] not in {"0", "1"}):
        yield Found(Fault.CONSENT_ALONE)
    if "redir" in values and _MACRO not in decoded(values["redir"]):
        yield Found(Fault.NO_MACRO)


def _faults_of_links(links: tuple[Link, ...], expected: Expected) -> Iterator[Found]:
    for link in links:
        yield from _faults_of_source(link, expected)
        yield from _faults_of_id(link, expected)
        if link.state is not None and link.state not in {str(int(state)) for state in State}:
            yield Found(Fault.BAD_STATE, link.state)
    of_sources = Counter((link.is_by_code, link.source) for link in links)
    for fault, count in ((Fault.TOO_MANY, len(links)), (Fault.TOO_MANY_OF_ONE, max(of_sources.values(), default=0))):
        if count > COUNTS[fault]:
            yield Found(fault, "", {"count": count, "most": COUNTS[fault]})


def _faults_of_source(link: Link, expected: Expected) -> Iterator[Found]:
    if not link.source:
        yield Found(Fault.NO_SOURCE)
    elif link.is_by_code:
        yield from () if expected.dpid is None else (Found(Fault.OTHER_CODE, link.source),)
    elif link.user_id is None and link.parameter != ID_PARAMETER:
        return  # without a separator it can't be told where the data source ends
    elif not DATA_SOURCE_PATTERN.fullmatch(link.source):
        yield Found(Fault.NOT_A_NUMBER, link.source)
    elif expected.dpid is not None and link.source != str(expected.dpid):
        yield Found(Fault.OTHER_SOURCE, link.source, {"found": link.source, "expected": expected.dpid})


def _faults_of_id(link: Link, expected: Expected) -> Iterator[Found]:
    value = link.user_id
    if value is None and link.parameter != ID_PARAMETER:
        is_twice = SEPARATOR.replace("%", "%25") in link.source
        yield Found(Fault.SEPARATOR_TWICE if is_twice else Fault.NO_SEPARATOR, link.source)
    elif not value:
        yield Found(Fault.NO_ID)
    elif _PLACEHOLDER.fullmatch(value):
        yield Found(Fault.PLACEHOLDER, value)
    else:
        yield from _faults_of_value(value, link, expected)


def _faults_of_value(value: str, link: Link, expected: Expected) -> Iterator[Found]:
    if recognise(decoded(value)).is_personal:
        yield Found(Fault.PERSONAL)
        return
    if not _SAFE.fullmatch(value):
        yield Found(Fault.NOT_ENCODED, value, {"better": encoded(decoded(value))})
    elif not _is_utf8(decoded_bytes(value)):
        yield Found(Fault.NOT_UTF8, value)
    elif _TWICE.search(value):
        yield Found(Fault.ENCODED_TWICE, value)
    is_of_this_source = not link.is_by_code and link.source == str(expected.dpid)
    if expected.id_type is not None and is_of_this_source:
        yield from _faults_of_kind(decoded(value), expected.id_type)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _faults_of_kind(user_id: str, id_type: IdType) -> Iterator[Found]:
    """What a check of a file says about such an ID; here nobody brings it to the right case."""
    for code in judge_identifier(user_id, id_type).codes:
        rule = FINDINGS[code]
        if code == "id.case_changed":
            yield Found(Fault.OTHER_CASE, user_id)
        elif Severity.REFUSED in rule.severities:
            yield Found(Fault.OF_ITS_KIND, user_id, {"meaning": rule.meaning, "what_to_do": rule.what_to_do})

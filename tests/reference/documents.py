"""Mapping documents for generated customer files: every kind, action and option, always valid ones."""

import random
from dataclasses import dataclass
from typing import Any

from tests.reference import cells
from tests.reference.cells import CellMaker
from tests.reference.identifiers import ID_TYPES

DEVICE_SOURCES = {
    "aam_uuid": 0,
    "ecid": 4,
    "gaid": 20914,
    "idfa": 20915,
    "rida": 121963,
    "fire_tv": 488258,
    "lg_udid": 1171485,
    "maid": 389146,
    "tifa": 963906,
    "vizio_ifa": 1171489,
}
KEYS = ("city", "gender", "x_1", "1st", "a-b", "C", "_")
FLAVOURS = (
    "text",
    "text",
    "text",
    "traits",
    "traits",
    "codes",
    "date",
    "date",
    "email",
    "phone",
    "card",
    "noise",
    "long",
)


@dataclass(frozen=True)
class FileColumn:
    """A column of the customer file that is being made: its name, what is in it, and the separator inside its cells."""

    name: str
    flavour: str
    make: CellMaker
    separator: str = "|"


def file_column(rng: random.Random, name: str) -> FileColumn:
    """A column of random flavour."""
    flavour = rng.choice(FLAVOURS)
    separator = rng.choice(("|", "|", ";", " ", "::", ","))
    return FileColumn(name, flavour, _maker(rng, flavour, separator), separator)


def id_column(rng: random.Random, name: str, id_type: str) -> FileColumn:
    """A column of IDs, some of them broken."""
    broken = rng.choice((0.0, 0.05, 0.4))

    def make(rng: random.Random) -> str:
        return (cells.broken_identifier if rng.random() < broken else cells.identifier)(rng, id_type)

    return FileColumn(name, id_type, make)


def _maker(rng: random.Random, flavour: str, separator: str) -> CellMaker:
    match flavour:
        case "text":
            return cells.text_maker(rng)
        case "traits" | "codes":
            return cells.list_maker(separator=separator, numbers=flavour == "traits")
        case "date":
            return cells.date_maker(rng)
        case "email":
            return cells.email
        case "phone":
            return cells.phone
        case "card":
            return cells.card
        case "noise":
            return lambda rng: cells.spoil(rng, "noise", times=rng.randint(0, 4))
        case "long":
            return lambda rng: "wide " * rng.choice((1, 30, 60))
        case _:
            raise ValueError(f"unknown flavour {flavour}")


def traits_document(rng: random.Random, ids: FileColumn, columns: list[FileColumn]) -> dict[str, Any]:
    """A document of kind `traits`."""
    mode = "overwrite" if rng.random() < 0.25 else "sync"
    chosen = rng.choices(columns, k=rng.randint(1, min(len(columns) + 1, 8))) if columns else [ids]
    document: dict[str, Any] = {
        "version": 1,
        "kind": "traits",
        "mode": mode,
        "dpid": 478,
        "id": _id_member(rng, ids),
        "columns": [_column_member(rng, column, mode) for column in chosen],
    }
    if rng.random() < 0.6:
        document["unsafe_values"] = rng.choice(("clean", "clean", "skip", "reject"))
    if rng.random() < 0.2:
        document["commas_in_values"] = rng.choice(("keep", "keep", "clean"))
    if rng.random() < 0.4:
        document["repeated_ids"] = rng.choice(("keep", "merge", "merge"))
    return document


def id_sync_document(rng: random.Random, ids: list[FileColumn]) -> dict[str, Any]:
    """A document of kind `id_sync` over columns whose flavour is their ID type."""
    members = []
    for place, column in enumerate(ids):
        dpid = DEVICE_SOURCES.get(column.flavour, 1000 + place)
        members.append({**_id_member(rng, column), "dpid": dpid})
    document: dict[str, Any] = {"version": 1, "kind": "id_sync", "mode": "sync", "ids": members}
    if ids[0].flavour not in DEVICE_SOURCES:
        document["allow_customer_id_first"] = True
    return document


def hashed_emails_document(rng: random.Random, ids: FileColumn, emails: list[FileColumn]) -> dict[str, Any]:
    """A document of kind `hashed_emails`."""
    return {
        "version": 1,
        "kind": "hashed_emails",
        "mode": "sync",
        "dpid": 478,
        "id": _id_member(rng, ids),
        "email_dpid": 999,
        "emails": [
            {"column": column.name, "hashed": (column.flavour == "hashed_email") == (rng.random() < 0.9)}
            for column in emails
        ],
    }


def _id_member(rng: random.Random, column: FileColumn) -> dict[str, Any]:
    id_type = column.flavour if rng.random() < 0.97 else rng.choice(ID_TYPES)
    member: dict[str, Any] = {"column": column.name, "type": id_type if column.flavour in ID_TYPES else "customer_id"}
    member["type"] = column.flavour if column.flavour in DEVICE_SOURCES else member["type"]
    if rng.random() < 0.12:
        pool: list[Any] = ["lower", "upper", "digits", "strip_leading_zeros", "sha256", "email_sha256"]
        pool += [{"replace": ["-", ""]}, {"replace": ["a", "á,"]}, {"prefix": "x-"}, {"pad_left": [38, "0"]}]
        member["transforms"] = rng.sample(pool, rng.randint(1, 2))
    return member


def _column_member(rng: random.Random, column: FileColumn, mode: str) -> dict[str, Any]:
    action = _action(rng, column)
    if mode == "overwrite" and action == "remove_traits":
        action = "add_traits"
    member: dict[str, Any] = {"column": column.name, "action": action}
    if action == "signal":
        member["key"] = rng.choice(KEYS)
    transforms = _transforms(rng, column)
    if transforms:
        member["transforms"] = transforms
    if column.flavour in ("traits", "codes") or rng.random() < 0.08:
        member["split"] = column.separator
    if action == "trait_if" or rng.random() < 0.25:
        member["values"] = {_from(rng, column): _to(rng, action, mode) for _ in range(rng.randint(1, 4))}
        member["otherwise"] = rng.choice(("keep", "keep", "skip", "reject"))
    return member


def _action(rng: random.Random, column: FileColumn) -> str:
    if rng.random() < 0.06:
        return rng.choice(("signal", "add_traits", "remove_traits", "ic", "trait_if"))
    match column.flavour:
        case "traits":
            return rng.choice(("add_traits", "add_traits", "remove_traits"))
        case "codes":
            return "ic"
        case "text":
            return rng.choice(("signal", "signal", "signal", "trait_if"))
        case _:
            return "signal"


def _transforms(rng: random.Random, column: FileColumn) -> list[Any]:
    if column.flavour == "date":
        return rng.choice(([], ["date_iso"], ["date_iso"], ["upper", "date_iso"], ["date_iso", {"prefix": "on "}]))
    if rng.random() < 0.75:
        return []
    pool: list[Any] = ["lower", "upper", "digits", "strip_leading_zeros", "sha256", "email_sha256", {"prefix": " p,"}]
    pool += [{"replace": ["a", ""]}, {"replace": ["0", "\t"]}, {"pad_left": [6, "0"]}, {"pad_left": [3, "é"]}]
    return rng.sample(pool, rng.randint(1, 3))


def _from(rng: random.Random, column: FileColumn) -> str:
    text = column.make(rng)
    return text.split(column.separator)[0].strip() or "x"


def _to(rng: random.Random, action: str, mode: str) -> Any:
    if action == "trait_if":
        change = {"add": rng.sample((24, 25, 26), rng.randint(1, 2))}
        if mode == "sync" and rng.random() < 0.5:
            change = {"remove": rng.sample((24, 25, 26), 1)} if rng.random() < 0.6 else {**change, "remove": [27]}
        return change
    numbers = ("101", "102", "0103", "", "x")
    words = ("female", "male", "", "a,b", 'q"', "tab\there", "amelie@example.com", "4111111111111111", "FÜR")
    return rng.choice(numbers if action in ("add_traits", "remove_traits") else words)

"""The mapping documents of the benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.wide import CODES, attribute_name

Document = Mapping[str, object]
Column = dict[str, object]

MAPPED_OF_WIDE = 40


def traits(columns: Sequence[Column], **members: object) -> Document:
    """A `traits` mapping in `sync` mode with `crm_id` as customer ID."""
    identifier = {"column": "crm_id", "type": "customer_id"}
    return {
        "version": 1,
        "kind": "traits",
        "mode": "sync",
        "dpid": 478,
        "id": identifier,
        "columns": columns,
        **members,
    }


def signal(column: str, key: str | None = None, **members: object) -> Column:
    """A column sent as signal; its key is its name unless another is given."""
    return {"column": column, "action": "signal", "key": key or column, **members}


def customers() -> Document:
    """Six of the twelve columns of `bench.customers`."""
    plain = [signal(name) for name in ("gender", "age", "city", "newsletter", "plan")]
    return traits([*plain, signal("segments", "segment", split="|")])


def hashed_email() -> Document:
    """The e-mail column of `bench.customers` alone, hashed."""
    return traits([signal("email", "email_hash", transforms=["email_sha256"])])


def wide() -> Document:
    """The first 40 attributes of `bench.wide`: every second one with a value map or transforms."""
    return traits([wide_column(number) for number in range(1, MAPPED_OF_WIDE + 1)])


def wide_column(number: int) -> Column:
    """Value maps on the codes, transforms on words and dates; see `bench.wide` for what is in which column."""
    name = attribute_name(number)
    match number % 8:
        case 0 | 4:
            return signal(name, values={code: f"group {code.lower()}" for code in CODES})
        case 1:
            return signal(name, transforms=["lower", {"replace": [" ", "-"]}])
        case 7:
            return signal(name, transforms=["date_iso"])
        case _:
            return signal(name)


def merged() -> Document:
    """All three attributes of `bench.repeats`, one line per ID."""
    added: Column = {"column": "traits", "action": "add_traits", "split": "|"}
    return traits([added, signal("city"), signal("plan")], repeated_ids="merge")

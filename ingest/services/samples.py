"""Sample files, one of each kind that can be sent: the same invented people, seen through the IDs of each kind."""

import csv
import hashlib
import io
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from ingest.aam.identifiers import ID_RULES, Case, IdType
from ingest.crm.mapping import Kind
from ingest.services.how_tos import Text

PEOPLE: Final = 25
_TIERS: Final = ("gold", "silver", "bronze")
_REGIONS: Final = ("north", "south", "east", "west")


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist. `number` counts from 1; the address is at example.com."""

    number: int

    @property
    def customer_id(self) -> str:
        """The customer number."""
        return f"C-{10_000 + self.number}"

    @property
    def email(self) -> str:
        """The e-mail address, of which only the hash gets into a file."""
        return f"person-{self.number}@example.com"

    @property
    def tier(self) -> str:
        """Loyalty."""
        return _TIERS[self.number % len(_TIERS)]

    @property
    def region(self) -> str:
        """Where they live."""
        return _REGIONS[self.number % len(_REGIONS)]

    @property
    def month(self) -> str:
        """When they bought something last."""
        return f"2026-{1 + self.number % 12:02}"

    def device(self, kind: IdType) -> str:
        """Their advertising ID of a kind, in the case that it needs."""
        made = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{kind}-{self.number}.example.com"))
        return made.upper() if ID_RULES[kind].case is Case.UPPER else made

    def hashed_email(self) -> str:
        """The SHA-256 of the address."""
        return hashlib.sha256(self.email.encode()).hexdigest()


@dataclass(frozen=True)
class Sample:
    """One file: its name in addresses and on disk, what it is a sample of, and what each column holds."""

    topic: str
    title: Text
    text: Text
    kind: Kind
    columns: Mapping[str, Callable[[Person], str]]

    @property
    def file_name(self) -> str:
        """The name under which it is saved."""
        return f"sample-{self.topic}.csv"

    def content(self) -> bytes:
        """The file as a spreadsheet opens it: UTF-8 that says so by its first bytes, names of the columns on top."""
        people = [Person(number) for number in range(1, PEOPLE + 1)]
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow(self.columns)
        rows.writerows([value(person) for value in self.columns.values()] for person in people)
        return text.getvalue().encode("utf-8-sig")


def _customer_id(person: Person) -> str:
    return person.customer_id


def _tier(person: Person) -> str:
    return person.tier


def _device(kind: IdType) -> Callable[[Person], str]:
    return lambda person: person.device(kind)


_ALL: Final = (
    Sample(
        "customers", _("Customers by customer number"),
        _("What a CRM exports: a customer number and what is known of each customer."), Kind.TRAITS,
        {
            "customer_id": _customer_id, "tier": _tier, "region": lambda person: person.region,
            "last_purchase": lambda person: person.month,
        },
    ),
    Sample(
        "apple-ids", _("Users of an app by Apple ID"),
        _("What an app for iPhones exports: the advertising ID in capital letters."), Kind.TRAITS,
        {"idfa": _device(IdType.IDFA), "tier": _tier},
    ),
    Sample(
        "android-ids", _("Users of an app by Android ID"),
        _("What an app for Android exports: the advertising ID in small letters."), Kind.TRAITS,
        {"gaid": _device(IdType.GAID), "tier": _tier},
    ),
    Sample(
        "hashed-emails", _("Hashed e-mail addresses"),
        _("Customer numbers with the SHA-256 of each customer's address."), Kind.HASHED_EMAILS,
        {"customer_id": _customer_id, "email_sha256": Person.hashed_email},
    ),
    Sample(
        "id-sync", _("IDs of the same person"),
        _("Device IDs in the first column, the customer number of the same person beside them."), Kind.ID_SYNC,
        {"gaid": _device(IdType.GAID), "customer_id": _customer_id},
    ),
)  # fmt: skip
SAMPLES: Final[Mapping[str, Sample]] = MappingProxyType({sample.topic: sample for sample in _ALL})
"""By their names in addresses. The one with mistakes, for practice, is in `services.practice`."""

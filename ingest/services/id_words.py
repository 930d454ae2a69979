"""The kinds of IDs in a marketer's words: what each is called, what one looks like, where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ingest.aam.identifiers import IdType

Text = str | Promise


@dataclass(frozen=True)
class IdWords:
    """What people read about one kind of ID. `example` is made up and never translated; `plural` fits into a list."""

    label: Text
    plural: Text
    example: str
    where: Text


_UUID_EXAMPLE: Final = "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41"
_LONG_EXAMPLE: Final = "67079430123456789012345678901234567890"

ID_WORDS: Final[Mapping[IdType, IdWords]] = MappingProxyType(
    {
        IdType.CUSTOMER_ID: IdWords(
            _("Your own customer ID (CRM ID)"), _("customer IDs"), "A-10023",
            _("The number or key by which your CRM knows a person. It must not reveal who the person is."),
        ),
        IdType.GAID: IdWords(
            _("Android advertising ID (GAID)"), _("Android IDs"), _UUID_EXAMPLE,
            _("From apps on Android phones and tablets, in small letters."),
        ),
        IdType.IDFA: IdWords(
            _("Apple advertising ID (IDFA)"), _("Apple IDs"), _UUID_EXAMPLE.upper(),
            _("From apps on iPhones and iPads, in capital letters."),
        ),
        IdType.ECID: IdWords(
            _("Experience Cloud ID (ECID)"), _("Experience Cloud IDs"), _LONG_EXAMPLE,
            _("Adobe's ID of a browser, such as from Adobe Analytics: 38 digits."),
        ),
        IdType.AAM_UUID: IdWords(
            _("Audience Manager ID (UUID)"), _("Audience Manager IDs"), _LONG_EXAMPLE[::-1],
            _("Audience Manager's own ID of a browser or device: 38 digits."),
        ),
        IdType.HASHED_EMAIL: IdWords(
            _("Hashed e-mail address"), _("hashed e-mail addresses"),
            "973dfe463ec85785f5f95af5ba3906ee…",
            _("The SHA-256 of an address, 64 digits and letters. Addresses themselves can be hashed here."),
        ),
        IdType.RIDA: IdWords(
            _("Roku ID (RIDA)"), _("Roku IDs"), _UUID_EXAMPLE, _("From apps on Roku televisions and players."),
        ),
        IdType.FIRE_TV: IdWords(
            _("Amazon Fire TV ID"), _("Amazon Fire TV IDs"), _UUID_EXAMPLE, _("From apps on Amazon Fire TV."),
        ),
        IdType.LG_UDID: IdWords(
            _("LG webOS ID (LGUDID)"), _("LG webOS IDs"), _UUID_EXAMPLE, _("From apps on televisions of LG."),
        ),
        IdType.MAID: IdWords(
            _("Microsoft advertising ID (MAID)"), _("Microsoft IDs"), "5d41402abc4b2a76b9719d911017c592",
            _("From apps on Windows and Xbox."),
        ),
        IdType.TIFA: IdWords(
            _("Samsung ID (TIFA)"), _("Samsung IDs"), "7c211433-f021-45af-8a2d-fd2b1f4d9e07",
            _("From apps on televisions of Samsung."),
        ),
        IdType.VIZIO_IFA: IdWords(
            _("Vizio ID (IFA)"), _("Vizio IDs"), "0f607264-fc63-18a9-2e13-c6d9f5a04b87",
            _("From apps on televisions of Vizio."),
        ),
    }
)  # fmt: skip
"""By kind, in the order in which pages offer them; the last ones are those of televisions and consoles."""

COMMON: Final = (
    IdType.CUSTOMER_ID, IdType.GAID, IdType.IDFA, IdType.ECID, IdType.AAM_UUID, IdType.HASHED_EMAIL,
)  # fmt: skip
"""What nearly every file holds; the others are shown on demand."""

"""The environments of Audience Manager and where each takes files: what a new destination is filled in with.

Names of hosts and buckets are Adobe's (inbound-s3-filenames, inbound-ftp-filenames, batch-data-transfer-explained) and
are never translated. Everything may be changed by an administrator; these are proposals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.registry import METHODS
from ingest.transfer.settings import Value
from ingest.transfer.words import Message


class Environment(StrEnum):
    """Where files go to: real audiences, or a rehearsal that never makes any."""

    PRODUCTION = "production"
    BETA = "beta"


class Standing(StrEnum):
    """What Adobe thinks of a way in."""

    RECOMMENDED = "recommended"
    OFFERED = "offered"
    PHASED_OUT = "phased_out"


@dataclass(frozen=True)
class Preset:
    """A proposal. `settings` are by the names of the method's fields; `notes` stand beside it on the screen."""

    environment: Environment
    method: str
    label: Message
    settings: Mapping[str, Value]
    standing: Standing = Standing.OFFERED
    notes: tuple[Message, ...] = ()


ENVIRONMENT_LABELS: Final[Mapping[Environment, Message]] = MappingProxyType(
    {
        Environment.PRODUCTION: Message(gettext_noop("Production – real audiences")),
        Environment.BETA: Message(gettext_noop("Beta – rehearsal")),
    }
)
ENVIRONMENT_NOTES: Final[Mapping[Environment, Message]] = MappingProxyType(
    {
        Environment.PRODUCTION: Message(
            gettext_noop("Files reach Adobe's production servers, and traits are realised for real people.")
        ),
        Environment.BETA: Message(
            gettext_noop(
                "Beta never realises traits: every record is answered with “No matching AAM ID”. It shows that files "
                "arrive and can be read, nothing more."
            )
        ),
    }
)

_S3: Final = Message(gettext_noop("Amazon S3"))
_SFTP: Final = Message(gettext_noop("SFTP"))
_FTP: Final = Message(gettext_noop("FTP or FTPS"))
_FOLDER: Final = Message(gettext_noop("Local folder"))
_DATED: Final = Message(
    gettext_noop("Files are kept under a folder of your partner name and one a day: date=2026-01-31, in UTC.")
)
_OLD_HOST: Final = Message(
    gettext_noop("Adobe's overview still names ftp-in.demdex.com for SFTP; its newer pages call that host deprecated.")
)
_WITH_KEY: Final = Message(gettext_noop("Signing in takes an SSH key that Adobe knows."))
_ENDING: Final = Message(gettext_noop("Adobe is phasing FTP out. Use Amazon S3 for anything new."))
_PLAIN: Final = Message(
    gettext_noop("Plain FTP sends the password and the file unencrypted; an administrator has to allow it expressly.")
)
_OWN: Final = Message(
    gettext_noop("The portal only puts files into the folder. A program of your own has to send them to Adobe.")
)

PRESETS: Final[tuple[Preset, ...]] = (
    Preset(
        Environment.PRODUCTION,
        "s3",
        _S3,
        MappingProxyType({"bucket": "demdex-s2s-clients"}),
        Standing.RECOMMENDED,
        (_DATED,),
    ),
    Preset(
        Environment.PRODUCTION,
        "sftp",
        _SFTP,
        MappingProxyType({"host": "ftp-in-gtw.demdex.com", "port": 22}),
        notes=(_WITH_KEY, _OLD_HOST),
    ),
    Preset(
        Environment.PRODUCTION,
        "ftp",
        _FTP,
        MappingProxyType({"host": "ftp-in.demdex.com", "port": 21}),
        Standing.PHASED_OUT,
        (_ENDING, _PLAIN),
    ),
    Preset(Environment.PRODUCTION, "local", _FOLDER, MappingProxyType({}), notes=(_OWN,)),
    Preset(
        Environment.BETA,
        "s3",
        _S3,
        MappingProxyType({"bucket": "demdex-s2s-clients-sandbox-us-east-1"}),
        Standing.RECOMMENDED,
        (_DATED,),
    ),
    Preset(
        Environment.BETA,
        "sftp",
        _SFTP,
        MappingProxyType({"host": "sandbox-ftp-in.demdex.com", "port": 22}),
    ),
    Preset(
        Environment.BETA,
        "ftp",
        _FTP,
        MappingProxyType({"host": "sandbox-ftp-in.demdex.com", "port": 21}),
        Standing.PHASED_OUT,
        (_ENDING, _PLAIN),
    ),
    Preset(Environment.BETA, "local", _FOLDER, MappingProxyType({}), notes=(_OWN,)),
)
"""In the order in which a screen offers them, the one to be recommended first."""


def presets_for(environment: Environment) -> Sequence[Preset]:
    """The proposals for an environment, recommended first, whether or not this version can use them."""
    return [preset for preset in PRESETS if preset.environment is environment]


def is_usable(preset: Preset) -> bool:
    """Whether this version has the method; a screen shows the others as what is still to come."""
    return preset.method in METHODS

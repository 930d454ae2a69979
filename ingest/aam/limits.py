"""Every size and number that Audience Manager or amportal sets, with the page that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

MAX_RECORD_BYTES: Final = 102_400
MAX_LINES_PER_ID: Final = 200
DEFAULT_MAX_PART_BYTES: Final = 1_000_000_000
MAX_PART_BYTES: Final = 5_000_000_000
MAX_COMPRESSED_PART_BYTES: Final = 300_000_000
MAX_HASHES_PER_ID: Final = 10
TIMESTAMP_DIGITS: Final = 10
MIN_TRAIT_AGE_SECONDS: Final = 14_400

MIN_TRAIT_AGE: Final = timedelta(seconds=MIN_TRAIT_AGE_SECONDS)


@dataclass(frozen=True)
class Limit:
    """One limit: its name in code, its value in `unit`, what it is for, and the page of Adobe's help it comes from."""

    name: str
    value: int
    unit: str
    meaning: str
    source: str


_ALL: Final = (
    Limit(
        "MAX_RECORD_BYTES",
        MAX_RECORD_BYTES,
        "bytes",
        "the longest record, with its line end; longer ones are dropped",
        "inbound-s3-filenames",
    ),
    Limit(
        "MAX_LINES_PER_ID",
        MAX_LINES_PER_ID,
        "records",
        "the most records of one ID in a batch; later ones are dropped",
        "inbound-file-contents",
    ),
    Limit(
        "DEFAULT_MAX_PART_BYTES",
        DEFAULT_MAX_PART_BYTES,
        "bytes",
        "where a part ends when the mapping does not say: the best size of an uncompressed file",
        "inbound-file-compression",
    ),
    Limit(
        "MAX_PART_BYTES",
        MAX_PART_BYTES,
        "bytes",
        "the largest uncompressed file",
        "inbound-s3-filenames",
    ),
    Limit(
        "MAX_COMPRESSED_PART_BYTES",
        MAX_COMPRESSED_PART_BYTES,
        "bytes",
        "where a part ends by its compressed size: the upper end of the best size of a compressed file",
        "inbound-file-compression",
    ),
    Limit(
        "MAX_HASHES_PER_ID",
        MAX_HASHES_PER_ID,
        "hashes",
        "the most hashed e-mail addresses of one customer ID in a transfer",
        "people-based-destinations-workflow-combined",
    ),
    Limit(
        "TIMESTAMP_DIGITS",
        TIMESTAMP_DIGITS,
        "digits",
        "the length of the time in a file name: whole seconds, UTC",
        "inbound-s3-filenames",
    ),
    Limit(
        "MIN_TRAIT_AGE_SECONDS",
        MIN_TRAIT_AGE_SECONDS,
        "seconds",
        "how old an onboarded trait should be before data for it is sent",
        "trait-qualification-reference",
    ),
)
LIMITS: Final[Mapping[str, Limit]] = MappingProxyType({limit.name: limit for limit in _ALL})

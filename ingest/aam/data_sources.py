"""Data sources: the number that names one, and the global ones that all customers of Adobe share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NewType

from ingest.aam.identifiers import IdType

DataSourceId = NewType("DataSourceId", int)
"""A DPID, made only by `parse_data_source_id` or taken from the constants below."""

AAM_UUID_DPID: Final = DataSourceId(0)
ECID_DPID: Final = DataSourceId(4)

# Real ones have up to 7 digits; 18 digits are the most that always fit into a 64-bit column.
DATA_SOURCE_PATTERN: Final = re.compile("0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class GlobalDataSource:
    """A data source of device advertising IDs that belongs to nobody, so that files for it must name a target."""

    dpid: DataSourceId
    label: str
    id_type: IdType


# Adobe: global-data-sources, ids-in-aam.
_ALL: Final = (
    GlobalDataSource(DataSourceId(20914), "Google Android", IdType.GAID),
    GlobalDataSource(DataSourceId(20915), "Apple iOS", IdType.IDFA),
    GlobalDataSource(DataSourceId(121963), "Roku", IdType.RIDA),
    GlobalDataSource(DataSourceId(389146), "Microsoft", IdType.MAID),
    GlobalDataSource(DataSourceId(963906), "Samsung", IdType.TIFA),
    GlobalDataSource(DataSourceId(488258), "Amazon Fire TV", IdType.FIRE_TV),
    GlobalDataSource(DataSourceId(1171485), "LG webOS", IdType.LG_UDID),
    GlobalDataSource(DataSourceId(1171489), "Vizio", IdType.VIZIO_IFA),
)
GLOBAL_DATA_SOURCES: Final[Mapping[int, GlobalDataSource]] = MappingProxyType({source.dpid: source for source in _ALL})


def parse_data_source_id(text: str) -> DataSourceId:
    """Read a DPID as it stands in a file name: digits without leading zeros. ValueError says what was found."""
    if not DATA_SOURCE_PATTERN.fullmatch(text):
        raise ValueError(f"{text!r} is no data source ID: up to 18 digits without leading zeros are expected")
    return DataSourceId(int(text))

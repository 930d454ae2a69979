"""Data sources: their numbers, and the global ones."""

import pytest

from ingest.aam.data_sources import AAM_UUID_DPID, ECID_DPID, GLOBAL_DATA_SOURCES, parse_data_source_id
from ingest.aam.identifiers import ID_RULES, IdType


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("1171489", 1171489), ("9" * 18, 10**18 - 1)])
def test_a_data_source_is_read_from_its_digits(text: str, number: int) -> None:
    assert parse_data_source_id(text) == number


@pytest.mark.parametrize("text", ["", "00", "0478", "-1", "+1", "4 78", "478\n", "1.0", "٤", "1" + "0" * 18])
def test_other_text_is_no_data_source(text: str) -> None:
    with pytest.raises(ValueError, match="is no data source ID: up to 18 digits without leading zeros") as caught:
        parse_data_source_id(text)
    assert str(caught.value).startswith(repr(text))


def test_the_global_data_sources_are_adobes_eight_each_with_its_id_type() -> None:
    assert {dpid: source.id_type for dpid, source in GLOBAL_DATA_SOURCES.items()} == {
        20914: IdType.GAID,
        20915: IdType.IDFA,
        121963: IdType.RIDA,
        389146: IdType.MAID,
        963906: IdType.TIFA,
        488258: IdType.FIRE_TV,
        1171485: IdType.LG_UDID,
        1171489: IdType.VIZIO_IFA,
    }


def test_every_device_id_type_has_its_own_global_data_source() -> None:
    device_types = {rule.type for rule in ID_RULES.values() if rule.is_device}
    assert {source.id_type for source in GLOBAL_DATA_SOURCES.values()} == device_types
    assert all(source.dpid == dpid for dpid, source in GLOBAL_DATA_SOURCES.items())
    assert len({source.label for source in GLOBAL_DATA_SOURCES.values()}) == len(device_types)


def test_adobes_own_ids_have_data_sources_0_and_4() -> None:
    assert (AAM_UUID_DPID, ECID_DPID) == (0, 4)

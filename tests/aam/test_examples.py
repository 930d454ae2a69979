"""Adobe's matrix of sixteen examples (inbound-file-contents): each ID type with each way of saying something.

Adobe prints blanks that a file must not have and leaves the names of the files to other pages; here each example has
the bytes that we write for it and the names it may be sent under.
"""

import re
from typing import NamedTuple

import pytest

from ingest.aam import records
from ingest.aam.identifiers import IdType, judge_identifier
from ingest.aam.naming import FileKind, FileMode, parse_file_name

UUID = "59767559181262060060278870901087098252"
GAID = "e4fe9bde-caa0-47b6-908d-ffba3fa184f2"
IDFA = "6D92078A-8246-4BA4-AE5B-76104861E7DC"
CRM_ID = "DBwFoc3dhfMNCFBh2M4F9ZkJEXMNnRDh2PXvnI1"

ADDED = "d_sid=24, d_sid=25, d_sid=26"
REMOVED = "d_unsid=24, d_unsid=25, d_unsid=26"
PAIRS = '"product" = "tablet", "product" = "phone"'
CODES = "ic=52,ic=55"
BOTH_MODES = ("sync", "overwrite")
SYNC_ONLY = ("sync",)


class Example(NamedTuple):
    """One cell of the matrix: what it shows, the ID, what Adobe prints behind the TAB, our name without its ending."""

    shows: str
    id_type: IdType
    user_id: str
    printed: str
    stem: str
    modes: tuple[str, ...]


OWN = "ftp_dpm_478_1700000000"
ANDROID = "ftp_dpm_20914_478_1700000000"
IOS = "ftp_dpm_20915_478_1700000000"
ADDED_TO_UUID = "d_sid=24, d_sid=26, d_sid=27"
REMOVED_FROM_UUID = "d_unsid=24, d_unsid=26, d_unsid=27"
EXAMPLES = {
    1: Example("traits added to UUIDs", IdType.AAM_UUID, UUID, ADDED_TO_UUID, OWN, BOTH_MODES),
    2: Example("traits taken from UUIDs", IdType.AAM_UUID, UUID, REMOVED_FROM_UUID, OWN, SYNC_ONLY),
    3: Example("signals of UUIDs", IdType.AAM_UUID, UUID, PAIRS, OWN, BOTH_MODES),
    4: Example("ic codes of UUIDs", IdType.AAM_UUID, UUID, CODES, OWN, BOTH_MODES),
    5: Example("traits added to Android devices", IdType.GAID, GAID, ADDED, ANDROID, BOTH_MODES),
    6: Example("traits taken from Android devices", IdType.GAID, GAID, REMOVED, ANDROID, SYNC_ONLY),
    7: Example("signals of Android devices", IdType.GAID, GAID, PAIRS, ANDROID, BOTH_MODES),
    8: Example("ic codes of Android devices", IdType.GAID, GAID, CODES, ANDROID, BOTH_MODES),
    9: Example("traits added to iOS devices", IdType.IDFA, IDFA, ADDED, IOS, BOTH_MODES),
    10: Example("traits taken from iOS devices", IdType.IDFA, IDFA, REMOVED, IOS, SYNC_ONLY),
    11: Example("signals of iOS devices", IdType.IDFA, IDFA, PAIRS, IOS, BOTH_MODES),
    12: Example("ic codes of iOS devices", IdType.IDFA, IDFA, CODES, IOS, BOTH_MODES),
    13: Example("traits added to customers", IdType.CUSTOMER_ID, CRM_ID, ADDED, OWN, BOTH_MODES),
    14: Example("traits taken from customers", IdType.CUSTOMER_ID, CRM_ID, REMOVED, OWN, SYNC_ONLY),
    15: Example("signals of customers", IdType.CUSTOMER_ID, CRM_ID, PAIRS, OWN, BOTH_MODES),
    16: Example("ic codes of customers", IdType.CUSTOMER_ID, CRM_ID, CODES, OWN, BOTH_MODES),
}
EACH = pytest.mark.parametrize("example", EXAMPLES.values(), ids=[f"{n} {e.shows}" for n, e in EXAMPLES.items()])


def items_of(example: Example) -> list[records.Item]:
    """What the example says, as items."""
    if example.printed in (ADDED, ADDED_TO_UUID):
        return [records.AddedTrait(trait) for trait in re.findall("[0-9]+", example.printed)]
    if example.printed in (REMOVED, REMOVED_FROM_UUID):
        return [records.RemovedTrait(trait) for trait in re.findall("[0-9]+", example.printed)]
    if example.printed == PAIRS:
        return [records.Signal("product", "tablet"), records.Signal("product", "phone")]
    return [records.Code("52"), records.Code("55")]


@EACH
def test_our_line_is_adobes_without_the_blanks(example: Example) -> None:
    items = items_of(example)
    line = records.format_record(example.user_id, map(records.format_item, items))
    assert line == f"{example.user_id} <TAB> {example.printed}\n".replace(" <TAB> ", "\t").replace(" ", "")
    assert records.parse_record(line) == records.Record(example.user_id, tuple(items))


@EACH
def test_the_id_of_the_example_is_one_of_its_type(example: Example) -> None:
    assert judge_identifier(example.user_id, example.id_type).codes == ()


@EACH
def test_the_example_can_be_sent_under_its_names(example: Example) -> None:
    names = [parse_file_name(f"{example.stem}.{mode}") for mode in example.modes]
    assert [name.mode for name in names] == [FileMode(mode) for mode in example.modes]
    assert {name.kind for name in names} == {FileKind.TRAITS}
    assert all(name.target == (None if example.stem is OWN else 478) for name in names)


@pytest.mark.parametrize("user_id", [UUID, GAID, IDFA, CRM_ID])
@pytest.mark.parametrize(
    "loose",
    [
        "d_sid=24, d_sid=26",
        "24:0,26:0,27:0",
        "24:-1,26:-1,27:-1",
        "product=tablet,product=phone",
        "30608,50354,50338,50352,30626",
        "“gender”=”female”,“luxury_shopper”=”yes”",
    ],
)
def test_the_looser_forms_of_adobes_examples_are_never_ours(user_id: str, loose: str) -> None:
    with pytest.raises(records.RecordError):
        records.parse_record(f"{user_id}\t{loose}\n")

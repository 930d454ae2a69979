"""File names: written, read back, and refused with words that help."""

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES, DataSourceId
from ingest.aam.naming import (
    FileKind,
    FileMode,
    FileNameError,
    FileSuffix,
    InboundFileName,
    format_file_name,
    parse_file_name,
)

TRAITS, ID_SYNC, EMAILS = FileKind.TRAITS, FileKind.ID_SYNC, FileKind.HASHED_EMAILS
OVERWRITE = FileMode.OVERWRITE
GZ, GPG, PGP = FileSuffix.GZ, FileSuffix.GPG, FileSuffix.PGP


def ids(*numbers: int) -> tuple[DataSourceId, ...]:
    """Data sources by their numbers."""
    return tuple(map(DataSourceId, numbers))


TARGET = DataSourceId(567)
# Every name on Adobe's pages that follows Adobe's own rules: inbound-s3-filenames, inbound-ftp-filenames,
# id-sync-file-based, people-based-destinations-workflow-combined, inbound-receipt-message, and the sample files.
ADOBES_NAMES = {
    "ftp_dpm_478_1366545717.sync.1.gz": InboundFileName(TRAITS, ids(478), 1366545717, split=1, suffix=GZ),
    "ftp_dpm_478_1366545717.sync.2.gz": InboundFileName(TRAITS, ids(478), 1366545717, split=2, suffix=GZ),
    "ftp_dpm_478_1366545717.sync": InboundFileName(TRAITS, ids(478), 1366545717),
    "ftp_dpm_478_567_1366545717.sync.gz": InboundFileName(TRAITS, ids(478), 1366545717, target=TARGET, suffix=GZ),
    "ftp_dpm_478_1366545717.overwrite": InboundFileName(TRAITS, ids(478), 1366545717, mode=OVERWRITE),
    "ftp_dpm_33_21_1234567890.sync": InboundFileName(TRAITS, ids(33), 1234567890, target=DataSourceId(21)),
    "ftp_dpm_20914_21_1234567890.sync": InboundFileName(TRAITS, ids(20914), 1234567890, target=DataSourceId(21)),
    "ftp_dpm_20915_21_1234567890.sync": InboundFileName(TRAITS, ids(20915), 1234567890, target=DataSourceId(21)),
    "ftp_dpm_1234_1445374061.overwrite": InboundFileName(TRAITS, ids(1234), 1445374061, mode=OVERWRITE),
    "ftp_dpm_7_901_1368806402.sync": InboundFileName(TRAITS, ids(7), 1368806402, target=DataSourceId(901)),
    "adobe_id_111_222_333_444_1454442149.sync": InboundFileName(ID_SYNC, ids(111, 222, 333, 444), 1454442149),
    "adobe_id_123_898_456_1454442149.sync.1.gz": InboundFileName(
        ID_SYNC, ids(123, 898, 456), 1454442149, split=1, suffix=GZ
    ),
    "adobe_id_123_898_456_1454442149.sync.2.gz": InboundFileName(
        ID_SYNC, ids(123, 898, 456), 1454442149, split=2, suffix=GZ
    ),
    "c2c_id_123_898_1454442149.sync.gz": InboundFileName(EMAILS, ids(123, 898), 1454442149, suffix=GZ),
    "adobe_id_0_12345_1476312152.sync": InboundFileName(ID_SYNC, ids(0, 12345), 1476312152),
    "adobe_id_12345_67890_1476312876.sync": InboundFileName(ID_SYNC, ids(12345, 67890), 1476312876),
    "adobe_id_12345_67890_1477846458.sync": InboundFileName(ID_SYNC, ids(12345, 67890), 1477846458),
    "c2c_id_999999_987654_1560431657.sync": InboundFileName(EMAILS, ids(999999, 987654), 1560431657),
}
OTHER_NAMES = {
    "ftp_dpm_100_1234567890.sync.pgp": InboundFileName(TRAITS, ids(100), 1234567890, suffix=PGP),
    "ftp_dpm_100_1234567890.overwrite.gpg": InboundFileName(TRAITS, ids(100), 1234567890, mode=OVERWRITE, suffix=GPG),
    "ftp_dpm_0_1000000000.sync.10.gpg": InboundFileName(TRAITS, ids(0), 1000000000, split=10, suffix=GPG),
    "adobe_id_0_1_9999999999.sync.999999999": InboundFileName(ID_SYNC, ids(0, 1), 9999999999, split=999999999),
    "ftp_dpm_999999999999999999_1700000000.sync": InboundFileName(TRAITS, ids(10**18 - 1), 1700000000),
    "adobe_id_20914_478_1700000000.sync": InboundFileName(ID_SYNC, ids(20914, 478), 1700000000),
    "c2c_id_1_2_1700000000.sync.3.pgp": InboundFileName(EMAILS, ids(1, 2), 1700000000, split=3, suffix=PGP),
}


@pytest.mark.parametrize(("text", "name"), [*ADOBES_NAMES.items(), *OTHER_NAMES.items()])
def test_a_valid_name_is_read_and_written_again(text: str, name: InboundFileName) -> None:
    assert parse_file_name(text) == name
    assert format_file_name(name) == text


OWN_SOURCES = st.integers(0, 10**18 - 1).filter(lambda number: number not in GLOBAL_DATA_SOURCES).map(DataSourceId)
ANY_SOURCES = OWN_SOURCES | st.sampled_from([source.dpid for source in GLOBAL_DATA_SOURCES.values()])
TIMES = st.integers(10**9, 10**10 - 1)
SPLITS = st.none() | st.integers(1, 999_999_999)
SUFFIXES = st.none() | st.sampled_from(FileSuffix)
TRAIT_NAMES = st.builds(
    InboundFileName,
    st.just(TRAITS),
    st.tuples(ANY_SOURCES),
    TIMES,
    target=OWN_SOURCES,
    mode=st.sampled_from(FileMode),
    split=SPLITS,
    suffix=SUFFIXES,
) | st.builds(
    InboundFileName,
    st.just(TRAITS),
    st.tuples(OWN_SOURCES),
    TIMES,
    mode=st.sampled_from(FileMode),
    split=SPLITS,
    suffix=SUFFIXES,
)
ID_NAMES = st.builds(
    InboundFileName,
    st.just(ID_SYNC),
    st.lists(ANY_SOURCES, min_size=2, max_size=6).map(tuple),
    TIMES,
    split=SPLITS,
    suffix=SUFFIXES,
) | st.builds(
    InboundFileName, st.just(EMAILS), st.tuples(ANY_SOURCES, ANY_SOURCES), TIMES, split=SPLITS, suffix=SUFFIXES
)


@settings(deadline=None)
@given(TRAIT_NAMES | ID_NAMES)
def test_reading_a_name_gives_what_was_written(name: InboundFileName) -> None:
    assert parse_file_name(format_file_name(name)) == name


NAME_LIKE = st.from_regex(r"(ftp_dpm|adobe_id|c2c_id)(_[0-9]{1,11}){1,4}\.(sync|overwrite)(\.[0-9])?(\.gz|\.zip)?\Z")


@settings(deadline=None)
@given(NAME_LIKE)
def test_a_name_is_either_read_and_written_the_same_or_refused_with_a_sentence(text: str) -> None:
    try:
        outcome = format_file_name(parse_file_name(text))
    except FileNameError as error:
        outcome = str(error).split(" ", 1)[0]
    assert outcome in {text, "Found"}


EXAMPLE = "a name such as ftp_dpm_478_1700000000.sync.gz"
TIME = "10 digits: the seconds since 1970, UTC"
PART = "a part number from 1"
BEGINNING = "ftp_dpm_ for traits, adobe_id_ for an ID sync or c2c_id_ for hashed e-mail addresses"
TWO = "two data sources: the customer IDs' and the hashed addresses'"
REFUSED = [
    ("", "an empty name", EXAMPLE),
    ("date=2016-05-09/ftp_dpm_478_1366545717.sync", "a folder in the name", "the name alone"),
    ("in\\ftp_dpm_478_1366545717.sync", "a folder in the name", "the name alone"),
    ("ftp_dpm_478\n/in", "a folder in the name", "the name alone"),
    (" ftp_dpm_478_1366545717.sync", "white space in the name", EXAMPLE),
    ("ftp_dpm_478_1366545717.sync\n", "white space in the name", EXAMPLE),
    ("ftp_dpm_odc_12345_1556223815.sync", "the old form ftp_dpm_odc_ with three columns", EXAMPLE),
    ("FTP_DPM_478_1366545717.SYNC", "capital letters", "lower case throughout"),
    ("ftp_dpm_478_1366545717.sync.GZ", "capital letters", "lower case throughout"),
    ("ftp_dpm_478_1366545717.sync.zip", "zip compression", "the ending .gz"),
    ("ftp_dpm_478_1366545717.sync.gzip", "the ending .gzip", "the ending .gz"),
    (
        "ftp_dpm_478_1366545717.sync.gz.1",
        "the part number behind the compression ending",
        "the part number before it, as in .sync.1.gz",
    ),
    ("ftp_dpm_478_1366545717.sync.pgp.gz", "two compression endings", "one of .gz, .gpg and .pgp"),
    ("ftp_dpm_478_1366545717.sync.gz.gpg", "two compression endings", "one of .gz, .gpg and .pgp"),
    (
        "ftp_dpm_478_1366545717.1.sync",
        "the part number before the mode",
        "the part number behind it, as in .sync.1.gz",
    ),
    ("s3_dpm_478_1366545717.sync", "an unknown beginning", BEGINNING),
    ("=HYPERLINK(A1)", "an unknown beginning", BEGINNING),
    ("Customers.csv", "an unknown beginning", BEGINNING),
    ("ftp_dpm_478_1366545717.sync (1).gz", "the number of a copy", "a name such as ftp_dpm_478_1700000000.sync.gz"),
    ("ftp_dpm_478_1366545717(2).sync", "the number of a copy", "a name such as ftp_dpm_478_1700000000.sync.gz"),
    ("ftp_dpm478_1366545717.sync", "an unknown beginning", BEGINNING),
    ("xftp_dpm_478_1366545717.sync", "an unknown beginning", BEGINNING),
    ("ftp_dpm_478_1366545717", "no mode", ".sync or .overwrite after the time"),
    ("ftp_dpm_478_1366545717.full", "no mode", ".sync or .overwrite after the time"),
    ("ftp_dpm_478_1366545717.synced", "no mode", ".sync or .overwrite after the time"),
    ("ftp_dpm_478_1366545717.sync.0.gz", "a part number that begins with 0", PART),
    ("ftp_dpm_478_1366545717.overwrite.01", "a part number that begins with 0", PART),
    ("ftp_dpm_478_1366545717000.sync", "a time of 13 digits: milliseconds", TIME),
    ("ftp_dpm_21_123456789.sync", "a time of 9 digits, as some examples of Adobe's have it", TIME),
    ("ftp_dpm_20914_123456789.sync", "a time of 9 digits, as some examples of Adobe's have it", TIME),
    ("ftp_dpm_100_123456789.sync.pgp", "a time of 9 digits, as some examples of Adobe's have it", TIME),
    ("ftp_dpm_100_123456789.overwrite.gpg", "a time of 9 digits, as some examples of Adobe's have it", TIME),
    ("ftp_dpm_478_0366545717.sync", "a time that begins with 0", TIME),
    ("ftp_dpm_478_TIMESTAMP.sync".lower(), "no time of 10 digits", TIME),
    ("ftp_dpm_478.sync", "no time of 10 digits", TIME),
    ("ftp_dpm_478_13665457170.sync", "a time of 11 digits", TIME),
    ("ftp_dpm_478_20240131.sync", "a time of 8 digits", TIME),
    ("ftp_dpm_478_13665457.sync.gz", "a time of 8 digits", TIME),
    ("ftp_dpm_1366545717.sync", "no data source", "the number of the data source before the time"),
    ("c2c_id_1366545717.sync", "no data source", "the number of the data source before the time"),
    ("ftp_dpm_abc_1366545717.sync", "a data source that is no number", "numbers between the prefix and the time"),
    ("ftp_dpm_4.8_1366545717.sync", "a data source that is no number", "numbers between the prefix and the time"),
    ("ftp_dpm_0478_1366545717.sync", "a data source that begins with 0", "its number without leading zeros"),
    ("adobe_id_0_00_1366545717.sync", "a data source that begins with 0", "its number without leading zeros"),
    ("ftp_dpm_478__1366545717.sync", "the name 'ftp_dpm_478__1366545717.sync'", EXAMPLE),
    ("ftp_dpm_478_1366545717.sync.rar", "the name 'ftp_dpm_478_1366545717.sync.rar'", EXAMPLE),
    ("ftp_dpm_1000000000000000000_1366545717.sync", "the name 'ftp_dpm_1000000000000000000_1366545717.sync'", EXAMPLE),
    ("ftp_dpm_1_1366545717.sync.1000000000", "the name 'ftp_dpm_1_1366545717.sync.1000000000'", EXAMPLE),
    ("ftp_dpm_1_2_3_1366545717.sync", "3 data sources", "one data source, and after it the target at most"),
    ("adobe_id_1_1366545717.sync", "1 data source", "two or more data sources, one for each column"),
    ("c2c_id_1_1366545717.sync", "1 data source", TWO),
    ("c2c_id_1_2_3_1366545717.sync", "3 data sources", TWO),
    ("adobe_id_0_1_1366545717.overwrite", "the mode overwrite in an ID file", "sync, the only mode for IDs"),
    ("c2c_id_1_2_1366545717.overwrite", "the mode overwrite in an ID file", "sync, the only mode for IDs"),
    (
        "ftp_dpm_20914_1366545717.sync",
        "the global data source 20914 (Google Android) without a target",
        "the data source that owns the traits after it",
    ),
    ("ftp_dpm_20914_20915_1366545717.sync", "the global data source 20915 as target", "a data source of your own"),
    ("ftp_dpm_478_20914_1366545717.sync", "the global data source 20914 as target", "a data source of your own"),
]


@pytest.mark.parametrize(("text", "found", "expected"), REFUSED)
def test_an_invalid_name_is_refused_with_what_was_found_expected_and_to_do(
    text: str, found: str, expected: str
) -> None:
    with pytest.raises(FileNameError) as caught:
        parse_file_name(text)
    assert (caught.value.found, caught.value.expected) == (found, expected)
    assert str(caught.value) == f"Found {found}; expected {expected}. {caught.value.what_to_do}"
    assert caught.value.what_to_do.endswith(".")


@pytest.mark.parametrize("dpid", GLOBAL_DATA_SOURCES)
def test_no_global_data_source_goes_without_a_target_or_is_one(dpid: int) -> None:
    with pytest.raises(FileNameError, match="without a target"):
        InboundFileName(TRAITS, ids(dpid), 1700000000)
    with pytest.raises(FileNameError, match="as target"):
        InboundFileName(TRAITS, ids(dpid), 1700000000, target=DataSourceId(dpid))


@pytest.mark.parametrize("timestamp", [999_999_999, 10_000_000_000, -1])
def test_a_time_has_ten_digits_whoever_makes_the_name(timestamp: int) -> None:
    with pytest.raises(FileNameError) as caught:
        InboundFileName(TRAITS, ids(478), timestamp)
    assert caught.value.args == (
        f"Found the time {timestamp}; expected {TIME}. Use the time of sending in whole seconds.",
    )


@pytest.mark.parametrize("split", [0, -1, 1_000_000_000])
def test_parts_are_counted_from_one(split: int) -> None:
    with pytest.raises(FileNameError) as caught:
        InboundFileName(TRAITS, ids(478), 1700000000, split=split)
    assert caught.value.args == (
        f"Found the part number {split}; expected {PART}. Number the parts 1, 2, 3 and so on.",
    )


@pytest.mark.parametrize("kind", [ID_SYNC, EMAILS])
def test_only_trait_data_has_a_target(kind: FileKind) -> None:
    with pytest.raises(FileNameError) as caught:
        InboundFileName(kind, ids(0, 478), 1700000000, target=TARGET)
    assert caught.value.args == (
        "Found a target in an ID file; expected no target. Only trait data goes to another data source.",
    )


def test_a_trait_file_has_a_data_source() -> None:
    with pytest.raises(FileNameError, match="Found 0 data sources"):
        InboundFileName(TRAITS, (), 1700000000)


def test_a_kind_that_nobody_knows_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="got: 'other'"):
        InboundFileName(cast("FileKind", "other"), ids(478), 1700000000)

"""What is wrong with a name: where it is, and in which words it is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam.naming import FileNameError, parse_file_name

NAME_LIKE = st.from_regex(r"(ftp_dpm|adobe_id|c2c_id)(_[0-9]{1,11}){1,4}\.(sync|overwrite)(\.[0-9])?(\.gz|\.zip)?\Z")

# Where the mistake is: the name with it in brackets.
MARKED = [
    "[]",
    "[date=2016-05-09/]ftp_dpm_478_1366545717.sync",
    "ftp_dpm_478_1366545717[ ].sync",
    "ftp_dpm_[odc]_12345_1556223815.sync",
    "[FTP]_DPM_478_1366545717.SYNC",
    "ftp_dpm_478_1366545717.sync.[GZ]",
    "ftp_dpm_478_1366545717.sync[.zip]",
    "ftp_dpm_478_1366545717.sync[.gz.1]",
    "ftp_dpm_478_1366545717[.1].sync",
    "[s3_dpm]_478_1366545717.sync",
    "ftp_dpm_478_1366545717[]",
    "ftp_dpm_478_1366545717[.full]",
    "ftp_dpm_478_1366545717.sync[.0].gz",
    "ftp_dpm_478_[1366545717000].sync",
    "ftp_dpm_478_[136654571].sync.gz",
    "ftp_dpm_[478].sync",
    "ftp_dpm_[]1366545717.sync",
    "ftp_dpm_[abc]_1366545717.sync",
    "ftp_dpm_[0478]_1366545717.sync",
    "[ftp_dpm_478_1366545717.sync.rar]",
    "ftp_dpm_[1_2_3]_1366545717.sync.1.gz",
    "ftp_dpm_[20914]_1366545717.sync",
    "adobe_id_0_1_1366545717.[overwrite]",
]


@pytest.mark.parametrize("marked", MARKED)
def test_a_mistake_is_pointed_at(marked: str) -> None:
    text = marked.replace("[", "").replace("]", "")
    with pytest.raises(FileNameError) as caught:
        parse_file_name(text)
    start, end = caught.value.span
    assert f"{text[:start]}[{text[start:end]}]{text[end:]}" == marked


@settings(deadline=None)
@given(st.text() | NAME_LIKE)
def test_whatever_is_read_as_a_name_the_mistake_is_inside_it(text: str) -> None:
    error = _refusal(text)
    if error is not None:
        start, end = error.span
        assert 0 <= start <= end <= len(text)
        assert all(error.say())


def _refusal(text: str) -> FileNameError | None:
    try:
        parse_file_name(text)
    except FileNameError as error:
        return error
    return None


def test_what_is_wrong_is_said_in_another_language_with_its_numbers() -> None:
    error = _refusal("ftp_dpm_20914_1366545717.sync")
    assert error is not None
    assert (
        error.say(lambda words: f"«{words}»")[0] == "«the global data source 20914 (Google Android) without a target»"
    )

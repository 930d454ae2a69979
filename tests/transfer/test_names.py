"""Names that no receiver is given, and what unfinished files are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.transfer.base import Target
from ingest.transfer.errors import Permanent
from ingest.transfer.names import LONGEST_NAME, check_remote_name, is_temporary, temporary_name
from tests.transfer.receivers import DAY

HOSTILE = [
    "", ".", "..", ".hidden", "../up", "a/b", "/etc/passwd", "a\\b", "..\\up", "a\x00b", "a\nb", "a\r\nDELE b", "a\tb",
    "a\x7fb", "a\x85b", "a\u202egpj.exe", "a\u200bb", "a\u2028b", "a\ufeffb", "a\ud800b", " a", "a ",
    "a\u3000", "a\xa0b", "x" * 256, "é" * 128, ".amportal-7-1-0123456789abcdef.part",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_is_refused_before_anything_is_sent(name: str) -> None:
    with pytest.raises(Permanent) as caught:
        Target(name, DAY)
    assert caught.value.code == "name.unusable"
    assert str(caught.value).isprintable(), "the sentence is no second carrier"
    assert len(str(caught.value)) < 500
    assert caught.value.what_to_do


@pytest.mark.parametrize(
    "name", ["ftp_dpm_478_1700000000.sync.gz", "a", "x" * 255, "é" * 127, "两个 字.csv", "-rf", "a..b"]
)
def test_other_names_are_left_to_the_receiver(name: str) -> None:
    assert Target(name, DAY).name == name


TAGS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)


@given(st.text(min_size=1, max_size=300), TAGS)
def test_whatever_the_name_its_temporary_is_hidden_ours_and_short_enough(name: str, tag: str) -> None:
    try:
        check_remote_name(name)
    except Permanent:
        return
    temporary = temporary_name(name, tag)
    assert temporary.startswith(".")
    assert is_temporary(temporary)
    assert not is_temporary(name)
    assert len(temporary) <= LONGEST_NAME
    assert tag in temporary


def test_attempts_and_names_do_not_share_temporaries() -> None:
    assert len({temporary_name(name, tag) for name in ("a", "b") for tag in ("7-1", "7-2")}) == 4

"""The number checks give the same answers compiled for arrays of bytes as they do read as they stand."""

from collections.abc import Callable
from typing import cast

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aam import personal_data
from tests.aam.personal_data_cases import CARDS, NO_CARDS, NO_PHONES, PHONES

Check = Callable[..., bool]
CHECKS = [personal_data.looks_like_phone, personal_data.is_card_number]
COMPILED: dict[Check, Check] = {check: cast("Check", numba.njit(check)) for check in CHECKS}
AROUND = b"0+4"


def both(check: Check, cell: bytes) -> tuple[bool, bool]:
    """The interpreted and the compiled answer for a cell in the middle of a larger array."""
    array = np.frombuffer(AROUND + cell + AROUND, np.uint8)
    start, end = len(AROUND), len(AROUND) + len(cell)
    return check(cell, 0, len(cell)), bool(COMPILED[check](array, start, end))


@pytest.mark.parametrize("check", CHECKS)
def test_the_table_is_judged_alike_compiled(check: Check) -> None:
    yes, no = (PHONES, NO_PHONES) if check is personal_data.looks_like_phone else (CARDS, NO_CARDS)
    assert [both(check, text.encode()) for text in yes] == [(True, True)] * len(yes)
    assert [both(check, text.encode()) for text in no] == [(False, False)] * len(no)


@pytest.mark.parametrize("check", CHECKS)
@settings(deadline=None)
@given(cell=st.binary(max_size=24) | st.text("0123456789+-./() ", max_size=24).map(str.encode))
def test_any_bytes_are_judged_alike_compiled(check: Check, cell: bytes) -> None:
    interpreted, compiled = both(check, cell)
    assert interpreted == compiled


@pytest.mark.parametrize("check", CHECKS)
def test_the_checks_also_read_an_array_as_it_stands(check: Check) -> None:
    for text in [*PHONES, *CARDS, *NO_PHONES, *NO_CARDS]:
        cell = text.encode()
        assert check(np.frombuffer(cell, np.uint8), 0, len(cell)) == check(cell, 0, len(cell))

"""How many lines of the parts give and take each trait: whatever stands around it, as a reader of records counts."""

import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.aam.records import AddedTrait, RemovedTrait, format_record, parse_record
from ingest.engine import populations
from ingest.engine.errors import Cancelled
from ingest.engine.populations import trait_lines

_ITEMS = st.sampled_from(
    [
        "d_sid=7", "d_sid=77", "d_unsid=7", "d_sid=1234567890123", '"note"="g"', '"note"="x,d_sid=7,y"', '"d_sid"="7"',
        '"a_d_sid"="=,d_unsid=7"', "ic=d_sid=7", '"p"="d_sid=7"', "d_sid=123456789012345678901234567890",
    ]
)  # fmt: skip
_IDS = st.sampled_from(["A-1", "d_sid=7", "a,d_sid=7", 'b"', '"x,d_sid=7,y', "ü=,d_unsid=7"])
_LINES = st.lists(st.builds(format_record, _IDS, st.lists(_ITEMS, min_size=1, max_size=5, unique=True)))
WANTED = {7, 77, 1234567890123}


def _read(text: str) -> dict[tuple[int, bool], int]:
    """What the reader of records says."""
    found: Counter[tuple[int, bool]] = Counter()
    for line in text.splitlines(keepends=True):
        for item in parse_record(line).items:
            if isinstance(item, AddedTrait | RemovedTrait) and int(item.trait) in WANTED:
                found[int(item.trait), isinstance(item, RemovedTrait)] += 1
    return dict(found)


@given(lines=_LINES, chunk=st.integers(1, 200))
def test_traits_are_counted_as_the_reader_of_records_counts_them(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], chunk: int
) -> None:
    text = "".join(lines)
    path = tmp_path_factory.mktemp("parts") / "part"
    path.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(populations, "_CHUNK", chunk)
        assert trait_lines([path], WANTED) == _read(text)


def test_parts_are_counted_together_packed_or_not(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(b"A-1\td_sid=7\nA-2\td_unsid=7\n")
    packed.write_bytes(gzip.compress(b"A-3\td_sid=7,d_sid=8\n"))
    assert trait_lines([plain, packed], {7, 9}) == {(7, False): 2, (7, True): 1}


def test_nothing_is_read_when_no_trait_is_looked_for(tmp_path: Path) -> None:
    assert trait_lines([tmp_path / "not there"], ()) == {}


def test_counting_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "part"
    path.write_bytes(b"A-1\td_sid=7\n")
    with pytest.raises(Cancelled):
        trait_lines([path], {7}, stop=lambda: True)

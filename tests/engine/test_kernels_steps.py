"""Transforms over bytes against the same ones over text: equal wherever the compiled ones dare to decide."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.crm.dates import DayOrder
from ingest.crm.dialect import Dialect
from ingest.crm.mapping import Named, PadLeft, Prefix, Replace, Transform, parse_mapping
from ingest.crm.transforms import TransformName, compile_transforms
from ingest.engine.header import Header
from ingest.engine.kernels.steps import UNDECIDED, longest_result, transformed
from ingest.engine.kernels.tables import SPARE
from ingest.engine.plan import make_plan
from tests.reference.example import signal, traits

THOROUGH = settings(deadline=None, max_examples=600)
DOCUMENT = parse_mapping(traits(signal("a")))
NAMES = [name for name in TransformName if name is not TransformName.DATE_ISO]
SHORT = st.text(alphabet="aAbB01 .@+-\u00e9\u0130\u212a\u00df\u03a3\U0001f600", max_size=6)
STEPS = st.one_of(
    st.sampled_from(NAMES).map(Named),
    st.builds(Replace, SHORT.filter(bool), SHORT),
    st.builds(Prefix, SHORT),
    st.builds(PadLeft, st.integers(1, 30), st.sampled_from("0x *")),
)
CELLS = st.one_of(SHORT, st.text(alphabet="aAzZ019 -_.@", max_size=30), st.text(max_size=12))


def _compiled(steps: tuple[Transform, ...], cell: str) -> str | None:
    """What the compiled steps make of a cell; None where they leave it to the rules."""
    document = replace(DOCUMENT, ids=(replace(DOCUMENT.ids[0], transforms=steps),))
    header, dialect = Header(("id", "a"), {"id": 0, "a": 1}), Dialect(",", '"', None, skip_blanks_before_quote=False)
    slots = make_plan(document, header, dialect, day_orders={}).slots
    if not slots.direct[0]:
        return None
    raw = cell.encode()
    room = int(longest_result(slots, 0, len(raw)))
    target = np.zeros(5 + room + SPARE, np.uint8)
    source = np.frombuffer(bytearray(raw + bytes(SPARE)), np.uint8)
    stop = transformed(source, 0, len(raw), target, 5, slots, 0, np.zeros(72, np.uint32))
    if stop == UNDECIDED:
        return None
    assert stop - 5 <= room, "more than there was room for"
    assert not target[:5].any(), "written before the value"
    return target[5:stop].tobytes().decode()


def _plainly(steps: tuple[Transform, ...], cell: str) -> str:
    return compile_transforms(steps, day_order=DayOrder.UNKNOWN)(cell)


@given(st.lists(STEPS, max_size=4).map(tuple), CELLS)
@THOROUGH
@example((Replace("aa", "a"),), "aaaaa")
@example((Prefix("0"), Named(TransformName.STRIP_LEADING_ZEROS)), "000")
@example((Named(TransformName.DIGITS), Named(TransformName.STRIP_LEADING_ZEROS)), "no digit")
@example((Named(TransformName.SHA256), Named(TransformName.SHA256)), "")
@example((Prefix("\u00e9"), PadLeft(9, "0")), "a")
@example((Prefix("x" * 6), Named(TransformName.EMAIL_SHA256), Prefix("y" * 6)), " A@b ")
def test_compiled_transforms_decide_as_the_rules_or_not_at_all(steps: tuple[Transform, ...], cell: str) -> None:
    found = _compiled(steps, cell)
    assert found is None or found == _plainly(steps, cell)


ASCII_STEPS: list[tuple[Transform, ...]] = [
    *((Named(name),) for name in NAMES),
    (Replace("a", ""),), (Replace("-", "."),), (Prefix("id_"),), (PadLeft(38, "0"),),
    (Named(TransformName.DIGITS), PadLeft(20, "0")), (Named(TransformName.LOWER), Named(TransformName.SHA256)),
]  # fmt: skip


@pytest.mark.parametrize("steps", ASCII_STEPS, ids=str)
@given(cell=st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30))
@settings(deadline=None, max_examples=60)
def test_compiled_transforms_decide_every_plain_cell(steps: tuple[Transform, ...], cell: str) -> None:
    assert _compiled(steps, cell) == _plainly(steps, cell)


@pytest.mark.parametrize("name", [TransformName.LOWER, TransformName.UPPER, TransformName.EMAIL_SHA256])
def test_case_beyond_ascii_is_left_to_the_rules(name: TransformName) -> None:
    assert _compiled((Named(name),), "\u00c9mile") is None
    assert _compiled((Named(name),), "10\u212a") is None


@pytest.mark.parametrize(
    "steps", [(Replace("a", "bb"),), (PadLeft(5, "\u00e9"),), (Named(TransformName.DATE_ISO),)], ids=str
)
def test_what_no_kernel_knows_is_left_to_the_rules(steps: tuple[Transform, ...]) -> None:
    assert _compiled(steps, "a") is None

"""The exact slots as arrays for the kernels. Whatever a kernel cannot be sure about stays with the exact rules."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from ingest.aam.identifiers import ID_RULES, Case
from ingest.aam.records import added_trait_item, ic_item, removed_trait_item, signal_item
from ingest.aam.text import CONTROL, unsafe_characters
from ingest.crm.mapping import Action, Named, PadLeft, Prefix, Replace, Transform
from ingest.crm.transforms import TransformName
from ingest.engine.exact import ADDED, CODE, REMOVED, SIGNAL, ExactSlot, IdSlot, ItemSlot
from ingest.engine.kernels import tables
from ingest.engine.kernels.tables import NOT_PLAIN, PLAIN, PLAIN_LEAD, Slots

_CODES = {
    TransformName.LOWER: tables.OP_LOWER,
    TransformName.UPPER: tables.OP_UPPER,
    TransformName.DIGITS: tables.OP_DIGITS,
    TransformName.STRIP_LEADING_ZEROS: tables.OP_STRIP_ZEROS,
    TransformName.SHA256: tables.OP_SHA256,
    TransformName.EMAIL_SHA256: tables.OP_EMAIL_SHA256,
}
_CASES = {Case.KEEP: tables.CASE_KEPT, Case.UPPER: tables.CASE_UPPER, Case.LOWER: tables.CASE_LOWER}
# Lead bytes behind which a C1 control or U+2028/U+2029 may hide.
_LEADS = (0xC2, 0xE2)
# Characters of a customer ID about which the exact rules have something to say.
_ASKED_IN_IDS = ":%@"


class _Text:
    """Constants in one byte array."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def add(self, text: str) -> tuple[int, int]:
        """The range of a text in the array."""
        start = len(self.bytes)
        self.bytes += text.encode()
        return start, len(self.bytes)


def compile_slots(
    exact: Sequence[ExactSlot],
    transforms: Sequence[tuple[Transform, ...]],
    places: Mapping[str, int],
    *,
    asks_about_traits: bool,
) -> Slots:
    """The slots as arrays; `places`: the number of each column in the file."""
    text = _Text()
    rows = [_slot_row(slot, text, asks_about_traits=asks_about_traits) for slot in exact]
    steps = [[_step_row(transform, text) for transform in chain] for chain in transforms]
    known_steps = [[step for step in chain if step is not None] for chain in steps]
    for row, chain, compiled in zip(rows, steps, known_steps, strict=True):
        row["direct"] = int(bool(row["direct"]) and len(chain) == len(compiled))
    flat = [step for chain in known_steps for step in chain]
    lengths = [0, *(len(chain) for chain in known_steps)]
    repeats = _may_repeat(exact)
    return Slots(
        column=np.array([places[slot.column] for slot in exact], np.int32),
        plain=np.array([row.pop("plain") for row in rows], np.uint8),
        may_repeat=np.array(repeats, np.uint8),
        first_step=np.cumsum(lengths).astype(np.int32),
        step=np.array([step[0] for step in flat], np.uint8),
        step_number=np.array([step[1] for step in flat], np.int32),
        step_from=np.array([step[2] for step in flat], np.int32).reshape(-1, 2),
        step_to=np.array([step[3] for step in flat], np.int32).reshape(-1, 2),
        text=np.frombuffer(text.bytes + bytes(tables.SPARE), np.uint8),
        **_row_arrays(rows),
    )


def _row_arrays(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    small = {"role", "direct", "closing", "case"}
    return {name: np.array([row[name] for row in rows], np.uint8 if name in small else np.int32) for name in rows[0]}


def _slot_row(slot: ExactSlot, text: _Text, *, asks_about_traits: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "role": 0, "direct": 1, "separator": -1, "item": -1, "prefix_start": 0, "prefix_end": 0,
        "closing": 0, "template_start": 0, "template_end": 0, "case": 0,
    }  # fmt: skip
    match slot:
        case IdSlot():
            row |= _id_row(slot, text)
        case ItemSlot():
            row |= _item_row(slot, text, asks_about_traits=asks_about_traits)
        case _:
            raise TypeError(type(slot).__name__)
    return row


def _id_row(slot: IdSlot, text: _Text) -> dict[str, Any]:
    rule = ID_RULES[slot.type]
    start, end = text.add(rule.template or "")
    allowed = rule.alphabet or "".join(map(chr, range(0x20, 0x7F)))
    return {
        "role": tables.ROLE_HASH if slot.optional else tables.ROLE_ID,
        "plain": _plain_table(set(allowed) - set(_ASKED_IN_IDS)),
        "template_start": start,
        "template_end": end,
        "case": _CASES[rule.case],
        "item": SIGNAL if slot.optional else -1,
    }


def _item_row(slot: ItemSlot, text: _Text, *, asks_about_traits: bool) -> dict[str, Any]:
    separator = slot.mapping.split
    direct = slot.mapping.values is None and slot.mapping.trait_changes is None
    if separator is not None:
        direct &= len(separator) == 1 and separator.isascii() and separator not in CONTROL
    row: dict[str, Any] = {"separator": ord(separator) if separator and direct else -1, "closing": 0}
    match slot.mapping.action:
        case Action.SIGNAL:
            row |= {"role": tables.ROLE_SIGNAL, "item": SIGNAL, "closing": 1}
            row["plain"] = _value_table(unsafe_characters(keep_commas=slot.keep_commas) | {"@"})
            prefix = signal_item(slot.mapping.key or "", "")[:-1]
        case Action.IC:
            row |= {"role": tables.ROLE_IC, "item": CODE, "plain": _value_table(unsafe_characters(keep_commas=False))}
            prefix = ic_item("")
        case Action.ADD_TRAITS | Action.TRAIT_IF:
            row |= {"role": tables.ROLE_TRAIT, "item": ADDED, "plain": _plain_table(set("0123456789"))}
            prefix = added_trait_item("")
            direct &= not asks_about_traits
        case Action.REMOVE_TRAITS:
            row |= {"role": tables.ROLE_TRAIT, "item": REMOVED, "plain": _plain_table(set("0123456789"))}
            prefix = removed_trait_item("")
            direct &= not asks_about_traits
        case _:
            assert_never(slot.mapping.action)
    start, end = text.add(prefix)
    return row | {"prefix_start": start, "prefix_end": end, "direct": int(direct)}


def _plain_table(allowed: set[str]) -> npt.NDArray[np.uint8]:
    table = np.full(256, NOT_PLAIN, np.uint8)
    table[[ord(character) for character in allowed]] = PLAIN
    return table


@lru_cache(maxsize=8)
def _value_table(asked: frozenset[str]) -> npt.NDArray[np.uint8]:
    """A mark per value byte: ASCII that nothing is to be said about, and UTF-8 beyond it with its two risky leads.

    Hundreds of columns share one, so nobody may write into it.
    """
    table = _plain_table({chr(byte) for byte in range(0x80)} - asked)
    table[0x80:] = PLAIN
    table[list(_LEADS)] = PLAIN_LEAD
    table.flags.writeable = False
    return table


def _step_row(transform: Transform, text: _Text) -> tuple[int, int, tuple[int, int], tuple[int, int]] | None:
    """A transform for the kernels: (code, number, from, to), or None where only the exact rules can do it."""
    nothing = (0, 0)
    match transform:
        case Named(name):
            code = _CODES.get(name)
            return None if code is None else (code, 0, nothing, nothing)
        case Prefix(prefix):
            return tables.OP_PREFIX, 0, text.add(prefix), nothing
        case PadLeft(width, fill):
            return (tables.OP_PAD_LEFT, width, text.add(fill), nothing) if fill.isascii() else None
        case Replace(old, new):
            shorter = len(new.encode()) <= len(old.encode())
            return (tables.OP_REPLACE, 0, text.add(old), text.add(new)) if shorter else None
        case _:
            assert_never(transform)


def _may_repeat(exact: Sequence[ExactSlot]) -> list[int]:
    """Where an item of each slot may stand a second time in the same record."""
    families = [_item_family(slot) for slot in exact]
    return [_repeats(slot, families.count(family)) for slot, family in zip(exact, families, strict=True)]


def _repeats(slot: ExactSlot, slots_of_family: int) -> int:
    match slot:
        case IdSlot():
            return tables.REPEATS_ANYWHERE if slot.optional else tables.REPEATS_NEVER
        case ItemSlot(mapping=mapping) if slots_of_family > 1 or mapping.trait_changes is not None:
            return tables.REPEATS_ANYWHERE
        case ItemSlot(mapping=mapping) if mapping.split is not None:
            return tables.REPEATS_IN_CELL
        case _:
            return tables.REPEATS_NEVER


def _item_family(slot: ExactSlot) -> str:
    match slot:
        case ItemSlot(mapping=mapping) if mapping.action is Action.SIGNAL:
            return signal_item(mapping.key or "", "")
        case ItemSlot(mapping=mapping) if mapping.action is Action.IC:
            return "ic"
        case ItemSlot():
            return "trait"
        case _:
            return "id"

"""The answers of the exact rules, remembered per distinct cell, in arrays that the kernels can search."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ingest.engine.exact import Answer
from ingest.engine.findings import bits_of
from ingest.engine.kernels.answers import place_entry, slot_hash
from ingest.engine.kernels.assemble import FOLDED_SEED
from ingest.engine.kernels.hashing import folded_hash, hash_of
from ingest.engine.kernels.judge import CELL_SEED
from ingest.engine.kernels.tables import KINDS_OF_ITEMS, SPARE, Known

MOST_ANSWERS = 65_536
MOST_BYTES = 32 * 1024 * 1024
Scalar = TypeVar("Scalar", bound=np.generic)


class KnownAnswers:
    """Grows while a block is judged; forgets all between blocks once it is large, so that memory stays bounded."""

    def __init__(self, between_items: str, *, folds_ids: bool) -> None:
        self._between = between_items
        self._folds = folds_ids
        self._clear()

    def _clear(self) -> None:
        self._count = 0
        self._key_bytes = 0
        self._text_bytes = 0
        self.arrays = Known(
            slots=np.zeros(1024, np.int32),
            hash=np.zeros(256, np.uint64),
            slot=np.zeros(256, np.int32),
            key_start=np.zeros(256, np.int64),
            key_end=np.zeros(256, np.int64),
            keys=np.zeros(4096, np.uint8),
            bits=np.zeros(256, np.uint64),
            text_start=np.zeros(256, np.int64),
            text_end=np.zeros(256, np.int64),
            texts=np.zeros(4096, np.uint8),
            items=np.zeros((256, KINDS_OF_ITEMS), np.int32),
            folded=np.zeros(256, np.uint64),
        )

    def forget_if_large(self) -> None:
        """Start anew when there is more than a bounded number of answers; to be called between blocks."""
        if self._count > MOST_ANSWERS or self._key_bytes + self._text_bytes > MOST_BYTES:
            self._clear()

    def add(self, slot: int, cell: bytes, answer: Answer, bits: int) -> int:
        """Remember the answer for a trimmed cell of a slot; the number of its entry."""
        text = (answer.identifier or self._between.join(item.text for item in answer.items)).encode()
        self._make_room(len(cell), len(text))
        entry, known = self._count, self.arrays
        raw = _writable(cell)
        known.slot[entry] = slot
        known.hash[entry] = slot_hash(slot, np.uint64(hash_of(raw, 0, len(cell), CELL_SEED)))
        known.key_start[entry], known.key_end[entry] = self._key_bytes, self._key_bytes + len(cell)
        known.keys[self._key_bytes : self._key_bytes + len(cell)] = raw[: len(cell)]
        known.text_start[entry], known.text_end[entry] = self._text_bytes, self._text_bytes + len(text)
        known.texts[self._text_bytes : self._text_bytes + len(text)] = np.frombuffer(text, np.uint8)
        known.bits[entry] = bits
        known.folded[entry] = self._folded(answer.identifier)
        known.items[entry, 0] = bool(answer.identifier)
        for item in answer.items:
            known.items[entry, item.kind] += 1
        place_entry(known.slots, entry, known.hash[entry])
        self._count += 1
        self._key_bytes += len(cell)
        self._text_bytes += len(text)
        return entry

    def _folded(self, identifier: str) -> int:
        folded = identifier.lower() if self._folds else identifier
        text = folded.encode()
        if not identifier:
            return 0
        raw = _writable(text)
        return int(
            folded_hash(raw, 0, len(text), FOLDED_SEED) if self._folds else hash_of(raw, 0, len(text), FOLDED_SEED)
        )

    def _make_room(self, key_bytes: int, text_bytes: int) -> None:
        known = self.arrays
        if self._count == known.hash.size:
            self._grow_entries(2 * known.hash.size)
        if self._key_bytes + key_bytes > known.keys.size:
            self.arrays = self.arrays._replace(keys=_grown(known.keys, self._key_bytes + key_bytes))
        if self._text_bytes + text_bytes + SPARE > known.texts.size:
            self.arrays = self.arrays._replace(texts=_grown(known.texts, self._text_bytes + text_bytes + SPARE))

    def _grow_entries(self, size: int) -> None:
        known = self.arrays
        columns = ("hash", "slot", "key_start", "key_end", "bits", "text_start", "text_end", "items", "folded")
        grown: dict[str, Any] = {name: _grown(getattr(known, name), size) for name in columns}
        slots = np.zeros(4 * size, np.int32)
        for entry in range(self._count):
            place_entry(slots, entry, known.hash[entry])
        self.arrays = known._replace(slots=slots, **grown)


def _writable(text: bytes) -> npt.NDArray[np.uint8]:
    """Bytes as an array of the very type that the kernels were compiled for, with bytes to spare behind them."""
    return np.frombuffer(bytearray(text) + bytes(SPARE), np.uint8)


def remark_bits(answer: Answer) -> int:
    """The findings of an answer as bits."""
    return bits_of(remark.code for remark in answer.remarks)


def _grown(array: npt.NDArray[Scalar], needed: int) -> npt.NDArray[Scalar]:
    """A copy with room for `needed` rows or twice what there was."""
    grown = np.zeros((max(needed, 2 * array.shape[0]), *array.shape[1:]), array.dtype)
    grown[: array.shape[0]] = array
    return grown

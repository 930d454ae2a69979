"""Dirty customer files, each with a mapping, made from a seed: the same seed always makes the same pair."""

import random
from dataclasses import dataclass
from typing import Any

from tests.reference import cells, documents
from tests.reference.documents import FileColumn
from tests.reference.identifiers import ID_TYPES
from tests.reference.writing import FileStyle, file_bytes, random_style

NAMES = (
    "id", "city", "gender", "segments", "left", "codes", "vip", "when", "mail", "Name", "name", "Größe", "a,b", "x y",
    'say "hi"', "=sum", "名前", "line\nbreak", "e-mail", "№", *[f"n{number}" for number in range(1, 14)],
)  # fmt: skip
REFUSED_NAMES = ("row", "codes", "what to do")


@dataclass(frozen=True)
class GeneratedCase:
    """A customer file, its mapping, and how many rows to read (None: all)."""

    seed: int
    data: bytes
    mapping: dict[str, Any]
    limit: int | None


def generate(seed: int) -> GeneratedCase:
    """The case of this seed."""
    rng = random.Random(seed)
    style = random_style(rng)
    columns, mapping = _columns_and_mapping(rng, style)
    mapping["reader"] = style.reader_member(rng)
    mapping["output"] = {"compression": "none"}
    header = [column.name for column in columns]
    rows = _rows(rng, columns)
    if rng.random() < 0.05:
        header = [*REFUSED_NAMES, *header]
        rows = [[str(number), "id.missing", "Fill in the ID.", *row] for number, row in enumerate(rows, start=2)]
    header = _header(rng, header)
    data = file_bytes(rng, [header, *rows], style) if rng.random() > 0.005 else _nothing(rng, style)
    return GeneratedCase(seed, data, mapping, rng.randint(1, 12) if rng.random() < 0.1 else None)


def _columns_and_mapping(rng: random.Random, style: FileStyle) -> tuple[list[FileColumn], dict[str, Any]]:
    names = [name for name in NAMES if style.can_write(name)]
    rng.shuffle(names)
    kind = rng.choices(("traits", "id_sync", "hashed_emails"), (76, 12, 12))[0]
    others = [documents.file_column(rng, _spare(names)) for _ in range(rng.choice((0, 1, 2, 3, 4, 6, 9, 20)))]
    if kind == "id_sync":
        types = [rng.choice(ID_TYPES) for _ in range(rng.choice((2, 2, 3)))]
        types[0] = rng.choice((*documents.DEVICE_SOURCES, "customer_id"))
        ids = [documents.id_column(rng, _spare(names), id_type) for id_type in types]
        return _shuffled(rng, [*ids, *others[:5]]), documents.id_sync_document(rng, ids)
    user = documents.id_column(rng, _spare(names), rng.choice(("customer_id",) * 9 + ID_TYPES))
    if kind == "hashed_emails":
        emails = [_email_column(rng, _spare(names)) for _ in range(rng.choice((1, 1, 2, 3)))]
        return _shuffled(rng, [user, *emails, *others[:5]]), documents.hashed_emails_document(rng, user, emails)
    return _shuffled(rng, [user, *others]), documents.traits_document(rng, user, others)


def _spare(names: list[str]) -> str:
    return names.pop() if names else "another"


def _email_column(rng: random.Random, name: str) -> FileColumn:
    if rng.random() < 0.5:
        return documents.id_column(rng, name, "hashed_email")
    return FileColumn(name, "email", cells.email)


def _shuffled(rng: random.Random, columns: list[FileColumn]) -> list[FileColumn]:
    rng.shuffle(columns)
    return columns


def _rows(rng: random.Random, columns: list[FileColumn]) -> list[list[str]]:
    rows = [
        [_cell(rng, column) for column in columns]
        for _ in range(rng.choices((0, 1, 2, 5, 8, 15, 25, 60), (3, 12, 14, 14, 14, 14, 14, 15))[0])
    ]
    if not rows:
        return rows
    dice = rng.random()
    if dice < 0.04:  # more than 200 records of one ID
        rows += [list(rng.choice(rows[:3])) for _ in range(rng.choice((205, 420)))]
    elif dice < 0.07:  # records about as long as a record may be
        place = rng.randrange(len(columns))
        for row in rng.choices(rows, k=2):
            row[place] = rng.choice(("ab", "é", "😀")) * rng.randint(51_150, 51_210)
    elif dice < 0.08:  # one profile that fills many lines when it is merged
        place = rng.randrange(len(columns))
        for number, row in enumerate(rows):
            row[place] = f"{number} " + "w" * 30_000
    return rows


def _cell(rng: random.Random, column: FileColumn) -> str:
    text = column.make(rng)
    dice = rng.random()
    if dice < 0.05:
        return ""
    if dice < 0.10:
        return cells.padded(rng, text)
    if dice < 0.14:
        return cells.spoil(rng, text, times=rng.randint(1, 3))
    return text


def _header(rng: random.Random, names: list[str]) -> list[str]:
    names = [f" {name}\t" if rng.random() < 0.05 else name for name in names]
    dice = rng.random()
    if dice < 0.04:
        names = [*names, rng.choice(names)]
    elif dice < 0.06:
        names = [*names, "", " "]
    elif dice < 0.08:
        names = names[:-1]
    elif dice < 0.085:
        names = ["17", "amelie@example.com", "2024-05-01"]
    elif dice < 0.09:
        names = ["" for _ in names]
    return names


def _nothing(rng: random.Random, style: FileStyle) -> bytes:
    return rng.choice(("", " \r\n\t", "\n\n", "\u2003\u200b")).encode(style.codec, "ignore")

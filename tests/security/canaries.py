"""Planted secrets and people, and every place and spelling in which they may have ended up."""

import base64
import html
import io
import json
import logging
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from amportal.logging import UtcFormatter
from tests.transfer.sshd import Key, private_text

PEOPLE = 50


def secret() -> str:
    """A random password with signs that every way of quoting writes differently."""
    return f"Zq{secrets.token_hex(8)}&'{secrets.token_hex(4)}"


def spellings(text: str) -> set[bytes]:
    """A text as it stands, quoted, escaped, encoded; and the longest plain pieces of it, which no quoting changes."""
    raw = text.encode()
    shifted = {base64.b64encode(b"x" * pad + raw)[4 if pad else 0 : -4] for pad in range(3)}  # inside something else
    found = {
        raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode(), repr(text)[1:-1].encode(),
        html.escape(text).encode(),
        quote(text, safe="").encode(), json.dumps(text)[1:-1].encode(), raw[::-1].hex().encode(), *shifted,
        base64.b64encode(raw).rstrip(b"="), base64.urlsafe_b64encode(raw).rstrip(b"="),
    }  # fmt: skip
    return found | set(re.findall(rb"[A-Za-z0-9]{16,}", raw))


@dataclass(frozen=True)
class Planted:
    """What must not be found, by a name that may be told."""

    texts: Mapping[str, str]
    _needles: dict[bytes, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, text in self.texts.items():
            self._needles.update(dict.fromkeys(spellings(text), name))

    def found_in(self, content: bytes) -> list[str]:
        """The names of what is in there, in whatever spelling."""
        return sorted({name for needle, name in self._needles.items() if needle in content})


def people() -> Mapping[str, str]:
    """Addresses, numbers, names and IDs of fifty people whom nobody has heard of."""
    made: dict[str, str] = {}
    for number in range(PEOPLE):
        mark = secrets.token_hex(6)
        made[f"name {number}"] = f"Quilla{mark} O'Bramble"
        made[f"address {number}"] = f"q.{mark}@mail.example.com"
        made[f"telephone {number}"] = f"+1202555{secrets.randbelow(10**9):09}"
        made[f"ID {number}"] = f"CRM-{secrets.token_hex(7)}"
    return made


def customers(planted: Mapping[str, str]) -> bytes:
    """A customer file with these people; five of them twice, and five without an ID, whom a check refuses."""
    rows = []
    for number in range(PEOPLE):
        who = [planted[f"{kind} {number}"] for kind in ("ID", "name", "address", "telephone")]
        rows.append(",".join(["", *who[1:]] if number % 10 == 0 else who))
    return "\n".join(["crm_id,name,email,phone", *rows, *rows[1:6], ""]).encode()


MAPPING_COLUMNS = [
    {"column": "name", "action": "signal", "key": "name"},
    {"column": "phone", "action": "signal", "key": "phone"},
]


def key_texts(key: Key, passphrase: str = "") -> tuple[str, Mapping[str, str]]:
    """A private key to be planted, and what of it must not be found: each line of its body."""
    text = private_text(key, passphrase.encode() or None)
    lines = [line for line in text.splitlines() if not line.startswith("-") and len(line) > 40]
    # the first line says only what kind of key it is, alike for all
    return text, {f"line {number} of the private key": line for number, line in enumerate(lines[1:], start=2)}


def database() -> bytes:
    """Every cell of every table, as text and as bytes."""
    out = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names from the database
            for row in cursor.fetchall():
                for cell in row:
                    out.write(cell if isinstance(cell, bytes) else str(cell).encode())
                    out.write(b"\n")
    return out.getvalue()


def files_below(folder: Path, *, but: tuple[str, ...] = ()) -> bytes:
    """The names and contents of all files below a folder, except below these of its folders."""
    out = io.BytesIO()
    for path in sorted(folder.rglob("*")):
        if path.relative_to(folder).parts[0] in but or not path.is_file():
            continue
        out.write(str(path).encode() + b"\n" + path.read_bytes() + b"\n")
    return out.getvalue()


@contextmanager
def logged(level: int = logging.DEBUG) -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, of every library, as the portal writes it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(UtcFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield out
    finally:
        root.setLevel(before)
        root.removeHandler(handler)

"""Cells as customers write them: IDs, traits, dates, places, personal data, and dirt in all of it."""

import random
import string
from collections.abc import Callable

from tests.reference.identifiers import EMPTY_HASH, UPPER_TYPES

CellMaker = Callable[[random.Random], str]

DIRT = (
    '"', '""', ",", ";", "|", "'", "\\", "\t", "\r", "\n", "\r\n", "\n\n", "\0", "\x0b", "\x0c", "\x1b", "\x1c",
    "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029", "\u200b", "\ufeff", "\xa0", "\u3000", "\u2003",
    "\u202f", "\u1680", "\u180e", "\u2060", "\u202e", "\ufffd", "\ufffe", "é", "ß", "İ", "\u017f", "\u212a", "e\u0301",
    "😀", "👩\u200d👩\u200d👧", "שלום", "مرحبا", "中文", "ｶﾞ",
    "=", "+", "-", "@", "%3A", "%3a", ":", "%41", "%", "  ", " , ", ' " ', "'=", "''@",
)  # fmt: skip
BLANKS = (" ", "  ", "\t", "\xa0", "\u3000", "\u200b", "\ufeff", " \n", "\r\n", "\x0b", "\x85", "\u2028")
HOUSE_PEOPLE = ("amelie", "bob", "chen.wei", "dana", "o'neil")


def spoil(rng: random.Random, text: str, *, times: int = 1) -> str:
    """The text with pieces of dirt at random places."""
    for _ in range(times):
        place = rng.randint(0, len(text))
        text = text[:place] + rng.choice(DIRT) + text[place:]
    return text


def padded(rng: random.Random, text: str) -> str:
    """The text with white space of many kinds around it."""
    return rng.choice(BLANKS) * rng.randint(0, 2) + text + rng.choice(BLANKS) * rng.randint(0, 2)


def identifier(rng: random.Random, id_type: str) -> str:
    """A sound ID of the type, sometimes in the other case."""
    if id_type in ("aam_uuid", "ecid"):
        return "".join(rng.choices(string.digits, k=38))
    if id_type == "hashed_email":
        text = "".join(rng.choices("0123456789abcdef", k=64))
    elif id_type in ("maid", "tifa", "vizio_ifa"):
        return "".join(rng.choices(string.ascii_letters + string.digits + "-", k=rng.randint(1, 40)))
    elif id_type == "customer_id":
        return rng.choice(("A", "a", "crm-", "K 0", "0", "é")) + str(rng.randint(0, 30))
    else:
        text = "-".join("".join(rng.choices("0123456789abcdef", k=size)) for size in (8, 4, 4, 4, 12))
    upper = (id_type in UPPER_TYPES) == (rng.random() < 0.8)
    return text.upper() if upper else text


def broken_identifier(rng: random.Random, id_type: str) -> str:
    """An ID with something wrong, or something that is no ID at all."""
    sound = identifier(rng, id_type)
    return rng.choice(
        (
            "",
            " ",
            sound[:-1],
            sound[1:],
            sound + "0",
            spoil(rng, sound),
            spoil(rng, sound, times=3),
            sound.replace("-", "") or "-",
            "00000000-0000-0000-0000-000000000000",
            "0" * rng.choice((1, 36, 38, 64)),
            EMPTY_HASH,
            EMPTY_HASH.upper(),
            email(rng),
            "7.9554E+37",
            "4,5e+12",
            "1E+3",
            "1E3",
            "a:b",
            "a%3Ab",
            "a%3ab",
            "a%20b",
            sound.swapcase(),
            "\0",
            "a\u2028b",
            "N/A",
        )
    )


def email(rng: random.Random) -> str:
    """An address, mostly a whole one."""
    name, host = (
        rng.choice(HOUSE_PEOPLE),
        rng.choice(("example.com", "sub.example.com", "example", ".com", "a.", "x..y")),
    )
    return rng.choice(
        (f"{name}@{host}", f"{name}@{host}", f"{name.upper()}@{host}", f"{name}@@{host}", f"{name} @{host}")
    )


def phone(rng: random.Random) -> str:
    """A telephone number, or what is nearly one."""
    return rng.choice(
        (
            "+49 30 1234567", "030/1234567", "(030) 1234567", "0049 30 1234567", "+1-202-555-0143", "+4930123456789012",
            "0123456789", "012345678", "12345678", "+1234567", "+123456789012345", "0.12345678", "01.02.2024",
            "030  1234567", "+49 30 12345x7", "00123456", "0301234567+", "1+2345678901",
        )
    )  # fmt: skip


def card(rng: random.Random) -> str:
    """A test card number, or what is nearly one."""
    return rng.choice(
        (
            "4111111111111111", "4111 1111 1111 1111", "5500-0055-5555-5559", "378282246310005", "4111111111111112",
            "2223003122003222", "6011000990139424", "4222222222222", "x4111111111111111", "41111111111111110000",
        )
    )  # fmt: skip


def date_maker(rng: random.Random) -> CellMaker:
    """Dates of one column: mostly one spelling, now and then another one."""
    styles = (
        "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}.{m:02}.{d:02}", "{y}{m:02}{d:02}", "{d:02}.{m:02}.{y}", "{d}/{m}/{y}",
        "{m}/{d}/{y}", "{m:02}-{d:02}-{y}", "{d} {name} {y}", "{name} {d}, {y}", "{d:02}-{short}-{y}",
    )  # fmt: skip
    times = ("", "", "", "T10:15:00Z", " 9:05", " 23:59:59", " 10:15:30.123", "T10:15:00+02:00", " 9:05 PM", " 25:00")
    habit = rng.choice(styles)
    days = rng.choice((12, 28, 31))

    def make(rng: random.Random) -> str:
        style = habit if rng.random() < 0.9 else rng.choice(styles)
        name = rng.choice(("May", "january", "Sep", "September", "DEC", "Mai"))
        text = style.format(
            y=rng.randint(1890, 2030), m=rng.randint(1, 12), d=rng.randint(1, days), name=name, short=name[:3]
        )
        named = "name" in style or "short" in style
        broken = rng.choice(
            ("31.02.2024", "2024-13-01", "5.5.24", "45321", "soon", "0.0.2024", "05/05/2024", "29.02.2023")
        )
        return broken if rng.random() < 0.08 else text + ("" if named else rng.choice(times))

    return make


def text_maker(rng: random.Random) -> CellMaker:
    """Free text from a small stock of words, so that values repeat."""
    stock = (
        "Paris", "New York", "Zürich", "東京", "القاهرة", "N/A", "NULL", "F", "M", "yes", "no", "0", "007", "1.5",
        "gold", "GOLD", '5" pipe', "a,b", "x=y", "-", "=1+1", "@home", "'=q", "long " * 9,
    )  # fmt: skip
    words = rng.sample(stock, 6)
    return lambda rng: rng.choice(words)


def list_maker(*, separator: str, numbers: bool) -> CellMaker:
    """Several values in one cell: trait numbers or codes, mostly clean."""
    stock = ["24", "25", "101", "9999999"] if numbers else ["red", "blue", "x1", "a b"]
    dirty = (
        ["007", "0", "-3", "1.0", "x", "24 ", "", " ", "٣", "12\u200b"]
        if numbers
        else ["a,b", 'q"q', "\t", "", "z\x85z"]
    )

    def make(rng: random.Random) -> str:
        pool = stock + (dirty if rng.random() < 0.1 else [])
        glue = rng.choice((separator, separator, f" {separator} "))
        return glue.join(rng.choice(pool) for _ in range(rng.choice((0, 1, 1, 2, 3, 5))))

    return make

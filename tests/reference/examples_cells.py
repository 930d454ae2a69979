"""Examples for section 4 of the contract: cells, IDs, signals and dates."""

import hashlib

from tests.reference.example import Example, example, signal, traits

UNSAFE = "value.unsafe_characters"

HASH = hashlib.sha256(b"amelie@example.com").hexdigest()

UUID = "0" * 37 + "1"

GAID = "0a0b0c0d-1111-2222-3333-444455556666"

V = traits(signal("v"))

ONE = 'A1\t"v"="x"'

CELLS = (
    example(
        "every cell loses the white space around it", "id,v\n\u2003A1\x85,\ufeff\u200b x y\xa0\n", V, 'A1\t"v"="x y"'
    ),
    example("U+001C is a control character and no white space", "id,v\nA1,\x1cx\n", V, ONE, noticed={UNSAFE: [2]}),
    example("an empty cell makes no item", "id,v,w\nA1, ,x\n", traits(signal("v"), signal("w")), 'A1\t"w"="x"'),
    example(
        "NULL and N/A are values", "id,v,w\nA1,NULL,N/A\n", traits(signal("v"), signal("w")), 'A1\t"v"="NULL","w"="N/A"'
    ),
    example("columns that the mapping doesn't name are not sent", "id,v,w\nA1,x,y\n", V, ONE),
    example(
        "an ID goes through its transforms",
        "id,v\n00a1,x\n",
        traits(signal("v"), id={"transforms": ["strip_leading_zeros", "upper"]}),
        ONE,
    ),
    example(
        "an ID that lost its zeros can be padded",
        "id,v\n1,x\n",
        traits(signal("v"), id_type="aam_uuid", id={"transforms": [{"pad_left": [38, "0"]}]}),
        f'{UUID}\t"v"="x"',
    ),
    example(
        "a device ID is brought to its canonical case",
        f"id,v\n{GAID.upper()},x\n",
        traits(signal("v"), id_type="gaid"),
        f'{GAID}\t"v"="x"',
        noticed={"id.case_changed": [2]},
        samples={"id.case_changed": (2, "id", GAID.upper())},
        counts={"changed": 1},
    ),
    example(
        "IDFA is upper case",
        f"id,v\n{GAID},x\n",
        traits(signal("v"), id_type="idfa"),
        f'{GAID.upper()}\t"v"="x"',
        noticed={"id.case_changed": [2]},
    ),
    example("a customer ID is never altered otherwise", "id,v\na b;Ç,x\n", V, 'a b;Ç\t"v"="x"'),
)

SIGNALS = (
    example(
        "transforms come before the value map",
        "id,v\nA1, F \n",
        traits(signal("v", transforms=["lower"], values={"f": "female"})),
        'A1\t"v"="female"',
    ),
    example(
        "the value map matches exactly",
        "id,v\nA1,f\nA2,F\n",
        traits(signal("v", values={"F": "female"})),
        'A1\t"v"="f"',
        'A2\t"v"="female"',
    ),
    example(
        "otherwise skip makes no item",
        "id,v,w\nA1,f,x\n",
        traits(signal("v", values={"F": "female"}, otherwise="skip"), signal("w")),
        'A1\t"w"="x"',
    ),
    example(
        "a mapped value is used as written",
        "id,v\nA1,F\n",
        traits(signal("v", transforms=["lower"], values={"f": "FRAU"})),
        'A1\t"v"="FRAU"',
    ),
    example(
        "an empty mapped value makes no item",
        "id,v,w\nA1,F,x\n",
        traits(signal("v", values={"F": ""}), signal("w")),
        'A1\t"w"="x"',
    ),
    example(
        "unsafe characters are cleaned after the value map",
        "id,v\nA1,F\n",
        traits(signal("v", values={"F": 'a",b'})),
        'A1\t"v"="a b"',
        noticed={UNSAFE: [2]},
        samples={UNSAFE: (2, "v", 'a",b')},
    ),
    example(
        "a run of unsafe characters and white space becomes one space",
        'id,v\nA1,"a \t,""\u3000 b  c"\n',
        V,
        'A1\t"v"="a b  c"',
        noticed={UNSAFE: [2]},
    ),
    example(
        "the ends are trimmed after cleaning",
        'id,v\nA1,", a ,"\n',
        V,
        'A1\t"v"="a"',
        noticed={UNSAFE: [2]},
        counts={"changed": 1},
    ),
    example("C1 and U+2028 are unsafe", "id,v\nA1,a\x9fb\u2028c\x7fd\n", V, 'A1\t"v"="a b c d"', noticed={UNSAFE: [2]}),
    example(
        "nothing left after cleaning makes no item",
        'id,v,w\nA1,"\0,",x\n',
        traits(signal("v"), signal("w")),
        'A1\t"w"="x"',
        noticed={UNSAFE: [2]},
    ),
    example(
        "skip makes no item of an unsafe value",
        'id,v,w\nA1,"a,b",x\n',
        traits(signal("v"), signal("w"), unsafe_values="skip"),
        'A1\t"w"="x"',
        noticed={UNSAFE: [2]},
        counts={"changed": 1},
    ),
    example(
        "reject refuses the row",
        'id,v,w\nA1,"a,b",x\n',
        traits(signal("v"), signal("w"), unsafe_values="reject"),
        refused={2: UNSAFE},
        counts={"changed": 0},
    ),
    example(
        "a comma can be kept", 'id,v\nA1,"a,b ,c"\n', traits(signal("v"), commas_in_values="keep"), 'A1\t"v"="a,b ,c"'
    ),
    example(
        "a quote beside a kept comma is cleaned",
        'id,v\nA1,"a,""b"\n',
        traits(signal("v"), commas_in_values="keep"),
        'A1\t"v"="a, b"',
        noticed={UNSAFE: [2]},
    ),
    example("digits", "id,v\nA1,+49 (30) ٣\n", traits(signal("v", transforms=["digits"])), 'A1\t"v"="4930"'),
    example(
        "transforms in order",
        "id,v\nA1,ab\n",
        traits(signal("v", transforms=[{"replace": ["a", "x"]}, "upper", {"prefix": "p"}])),
        'A1\t"v"="pXB"',
    ),
    example(
        "e-mail hash",
        "id,v\nA1, Amelie@Example.com\n",
        traits(signal("v", transforms=["email_sha256"])),
        f'A1\t"v"="{HASH}"',
    ),
    example(
        "a transform may leave blanks at the ends",
        "id,v\nA1,-x-\n",
        traits(signal("v", transforms=[{"replace": ["-", " "]}])),
        ONE,
    ),
    example(
        "a value that transforms empty makes no item",
        "id,v,w\nA1,abc,x\n",
        traits(signal("v", transforms=["digits"]), signal("w")),
        'A1\t"w"="x"',
    ),
    example(
        "a signal's cell can be split", "id,v\nA1,x| y ||x\n", traits(signal("v", split="|")), 'A1\t"v"="x","v"="y"'
    ),
    example(
        "every piece goes through the steps as a cell",
        'id,v\nA1,"F;a,b;?"\n',
        traits(signal("v", split=";", transforms=["lower"], values={"f": "female"})),
        'A1\t"v"="female","v"="a b","v"="?"',
        noticed={UNSAFE: [2]},
        samples={UNSAFE: (2, "v", "a,b")},
    ),
)

DATES = (
    example(
        "dates with the year first",
        "id,v\nA1,2024-05-01\nA2,2024/5/1\nA3,2024.05.1\nA4,20240501\n",
        traits(signal("v", transforms=["date_iso"])),
        *[f'A{n}\t"v"="2024-05-01"' for n in (1, 2, 3, 4)],
    ),
    example(
        "a date that can only be read one way is evidence",
        "id,v\nA1,25/12/2024\nA2,1.2.2024\n",
        traits(signal("v", transforms=["date_iso"])),
        'A1\t"v"="2024-12-25"',
        'A2\t"v"="2024-02-01"',
    ),
    example(
        "evidence may come later",
        "id,v\nA1,01-02-2024\nA2,12-25-2024\n",
        traits(signal("v", transforms=["date_iso"])),
        'A1\t"v"="2024-01-02"',
        'A2\t"v"="2024-12-25"',
    ),
    example(
        "without evidence a date with two readings is refused",
        "id,v\nA1,01/02/2024\nA2,05/05/2024\n",
        traits(signal("v", transforms=["date_iso"])),
        'A2\t"v"="2024-05-05"',
        refused={2: "value.not_a_date;record.nothing_to_send"},
        samples={"value.not_a_date": (2, "v", "01/02/2024")},
    ),
    example(
        "evidence for both orders is none",
        "id,v,w\nA1,25/12/2024,x\nA2,12/25/2024,x\nA3,01/02/2024,x\n",
        traits(signal("v", transforms=["date_iso"]), signal("w")),
        'A1\t"v"="2024-12-25","w"="x"',
        'A2\t"v"="2024-12-25","w"="x"',
        refused={4: "value.not_a_date"},
    ),
    example(
        "a time after the date is dropped",
        "id,v\nA1,2024-05-01T10:15:00Z\nA2,1.5.2024 9:05 PM\nA3,31/5/2024  23:59:59.5+02:00\n",
        traits(signal("v", transforms=["date_iso"])),
        'A1\t"v"="2024-05-01"',
        'A2\t"v"="2024-05-01"',
        'A3\t"v"="2024-05-31"',
    ),
    example(
        "an impossible time makes no date",
        "id,v,w\nA1,2024-05-01 24:00,x\nA2,2024-05-01 9:60,x\nA3,2024-05-01T9:05:60,x\nA4,2024-05-01 at 9,x\n",
        traits(signal("v", transforms=["date_iso"]), signal("w")),
        refused=dict.fromkeys((2, 3, 4, 5), "value.not_a_date"),
    ),
    example(
        "English month names",
        'id,v\nA1,5 May 2024\nA2,"May 5, 2024"\nA3,05-May-2024\n',
        traits(signal("v", transforms=["date_iso"])),
        *[f'A{n}\t"v"="2024-05-05"' for n in (1, 2, 3)],
    ),
    example(
        "two-digit years, serial numbers and impossible days are no dates",
        "id,v,w\nA1,5.5.24,x\nA2,45321,x\nA3,31.02.2024,x\n",
        traits(signal("v", transforms=["date_iso"]), signal("w")),
        refused=dict.fromkeys((2, 3, 4), "value.not_a_date"),
    ),
    example(
        "evidence comes only from rows that are read",
        "id,v\nA1,05/05/2024\nA2,01/02/2024\nA3,25/12/2024\n",
        traits(signal("v", transforms=["date_iso"])),
        'A1\t"v"="2024-05-05"',
        refused={3: "value.not_a_date;record.nothing_to_send"},
        limit=2,
    ),
)

SECTION_4_CELLS: tuple[Example, ...] = (*CELLS, *SIGNALS, *DATES)

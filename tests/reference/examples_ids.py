"""Examples for section 5 of the contract: what can be wrong with an ID."""

import hashlib

from tests.reference.example import Example, example, signal, traits

V = traits(signal("v"))

GAID = "0a0b0c0d-1111-2222-3333-444455556666"

UUID = "9" * 38

NO_HASH = hashlib.sha256(b"").hexdigest()

ONE = 'A1\t"v"="x"'


def _of(id_type: str) -> dict[str, object]:
    return traits(signal("v"), id_type=id_type)


IDS = (
    example(
        "an empty ID is missing and stands alone",
        "id,v\n ,x\n",
        V,
        refused={2: "id.missing"},
        samples={"id.missing": (2, "id", "")},
    ),
    example(
        "an ID that a transform leaves empty is missing",
        "id,v\nabc,x\n",
        traits(signal("v"), id={"transforms": ["digits"]}),
        refused={2: "id.missing"},
        samples={"id.missing": (2, "id", "abc")},
    ),
    example(
        "a missing ID doesn't hide what the other cells have",
        "id,v\n,a@example.com\n",
        V,
        refused={2: "id.missing;value.email"},
    ),
    example(
        "a control character in any ID",
        "id,v\na\x01b,x\nc\u2028d,x\ne\tf,x\n",
        V,
        refused=dict.fromkeys((2, 3, 4), "id.unsafe_characters"),
    ),
    example(
        "white space in a device ID is unsafe",
        f"id,v\n{GAID[:8]} {GAID[9:]},x\n",
        _of("gaid"),
        refused={2: "id.unsafe_characters;id.format"},
    ),
    example("white space in a customer ID is not", "id,v\na\xa0b c,x\n", V, 'a\xa0b c\t"v"="x"'),
    example(
        "a colon in a customer ID, plain or encoded",
        "id,v\na:b,x\na%3ab,x\na%3Ab,x\n",
        V,
        refused=dict.fromkeys((2, 3, 4), "id.colon"),
        noticed={"id.percent_encoded": [3, 4], "id.case_variant": [3, 4]},
    ),
    example(
        "an e-mail address as ID instead of id.format",
        "id,v\namelie@example.com,x\n",
        _of("gaid"),
        refused={2: "id.email"},
    ),
    example(
        "an e-mail address as customer ID",
        "id,v\nAmelie@Example.com,x\namelie@example,x\n",
        V,
        'amelie@example\t"v"="x"',
        refused={2: "id.email"},
        samples={"id.email": (2, "id", "Amelie@Example.com")},
    ),
    example(
        "38 digits make a UUID or ECID",
        f"id,v\n{UUID},x\n{UUID}1,x\n{UUID[1:]}x,x\n",
        _of("ecid"),
        f'{UUID}\t"v"="x"',
        refused={3: "id.format", 4: "id.format"},
    ),
    example(
        "8-4-4-4-12 hex digits",
        f"id,v\n{GAID},x\n{GAID.replace('-', '')},x\n{GAID[:-1]}g,x\n",
        _of("rida"),
        f'{GAID}\t"v"="x"',
        refused={3: "id.format", 4: "id.format"},
    ),
    example(
        "letters, digits and dashes",
        "id,v\n7XCB-q,x\n7X_B,x\n",
        _of("vizio_ifa"),
        '7XCB-q\t"v"="x"',
        refused={3: "id.format"},
    ),
    example(
        "64 hex digits",
        f"id,v\n{'a' * 64},x\n{'a' * 63},x\n",
        _of("hashed_email"),
        f'{"a" * 64}\t"v"="x"',
        refused={3: "id.format"},
    ),
    example(
        "scientific notation in any type",
        "id,v\n7.9554E+37,x\n1e+3,x\n4,5\n1E3,x\n",
        V,
        '4\t"v"="5"',
        '1E3\t"v"="x"',
        refused={2: "id.spreadsheet_damage", 3: "id.spreadsheet_damage"},
    ),
    example(
        "a short UUID of digits only was eaten by a spreadsheet",
        f"id,v\n{UUID[1:]},x\n",
        _of("aam_uuid"),
        refused={2: "id.spreadsheet_damage"},
    ),
    example(
        "a device ID of zeros",
        "id,v\n00000000-0000-0000-0000-000000000000,x\n",
        _of("idfa"),
        refused={2: "id.all_zeros"},
    ),
    example(
        "zeros of the wrong shape are of the wrong shape", "id,v\n00000000,x\n", _of("gaid"), refused={2: "id.format"}
    ),
    example("a customer ID may be zeros", "id,v\n000,x\n", V, '000\t"v"="x"'),
    example("the SHA-256 of nothing", f"id,v\n{NO_HASH.upper()},x\n", V, refused={2: "id.empty_hash"}),
    example(
        "the SHA-256 of nothing as hash", f"id,v\n{NO_HASH},x\n", _of("hashed_email"), refused={2: "id.empty_hash"}
    ),
    example(
        "a percent-encoded customer ID",
        "id,v\na%20b,x\na%2,x\n",
        V,
        'a%20b\t"v"="x"',
        'a%2\t"v"="x"',
        noticed={"id.percent_encoded": [2]},
        counts={"changed": 0},
    ),
    example(
        "the case is changed on an ID that is then refused",
        "id,v\nXYZ,x\n",
        _of("gaid"),
        refused={2: "id.format"},
        noticed={"id.case_changed": [2]},
        counts={"changed": 0},
    ),
    example(
        "the same customer ID in other case",
        "id,v\nab,x\nAB,\ncd,x\n",
        V,
        'ab\t"v"="x"',
        'cd\t"v"="x"',
        refused={3: "record.nothing_to_send"},
        noticed={"id.case_variant": [2, 3]},
        samples={"id.case_variant": (2, "id", "ab")},
    ),
    example(
        "a row that the reader refused makes no variant",
        "id,v\nab,x\nAB\n",
        V,
        'ab\t"v"="x"',
        refused={3: "row.too_few_fields"},
    ),
)

SECTION_5_IDS: tuple[Example, ...] = IDS

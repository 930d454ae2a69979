"""Examples for section 5 of the contract: values and records."""

import hashlib

from tests.reference.example import Example, add_traits, example, ic, remove_traits, signal, traits

V = traits(signal("v"))

ONE = 'A1\t"v"="x"'

VALUES = (
    example(
        "an e-mail address as value",
        "id,v\nA1,bob@example.com\nA2,see bob@example.com\n",
        V,
        'A2\t"v"="see bob@example.com"',
        refused={2: "value.email"},
        samples={"value.email": (2, "v", "bob@example.com")},
    ),
    example(
        "an e-mail address behind a value map",
        "id,v\nA1,b\n",
        traits(signal("v", values={"b": "bob@example.com"})),
        refused={2: "value.email"},
    ),
    example(
        "a hashed e-mail address is none",
        "id,v\nA1,bob@example.com\n",
        traits(signal("v", transforms=["sha256"])),
        f'A1\t"v"="{hashlib.sha256(b"bob@example.com").hexdigest()}"',
    ),
    example(
        "a phone number is noticed and sent",
        "id,v\nA1,+49 (30) 123-4567\nA2,00493012345\nA3,0301234567\n",
        V,
        'A1\t"v"="+49 (30) 123-4567"',
        'A2\t"v"="00493012345"',
        'A3\t"v"="0301234567"',
        noticed={"value.phone": [2, 3, 4]},
    ),
    example(
        "dates, decimals, short and long digits are no phone numbers",
        "id,v\nA1,01.02.2024\nA2,0.12345678\nA3,012345678\nA4,12345678\n"
        "A5,+1234567\nA6,+1234567890123456\nA7,030  1234567\n",
        V,
        'A1\t"v"="01.02.2024"',
        'A2\t"v"="0.12345678"',
        'A3\t"v"="012345678"',
        'A4\t"v"="12345678"',
        'A5\t"v"="+1234567"',
        'A6\t"v"="+1234567890123456"',
        'A7\t"v"="030  1234567"',
    ),
    example(
        "8 to 15 digits and nothing but blanks and signs between them make a phone number",
        "id,v\nA1,+1234 5678\nA2,+123456789012345\nA3,+49 30 x1234567\nA4,030/1234567-\nA5,00123456\n",
        V,
        'A1\t"v"="+1234 5678"',
        'A2\t"v"="+123456789012345"',
        'A3\t"v"="+49 30 x1234567"',
        'A4\t"v"="030/1234567-"',
        'A5\t"v"="00123456"',
        noticed={"value.phone": [2, 3, 6]},
    ),
    example(
        "13 to 19 digits and nothing but blanks and dashes between them make a card number",
        "id,v\nA1,4222222222222\nA2,6304000000000000000\nA3,41111111111111110000\nA4,4111x111111111111\n",
        V,
        'A3\t"v"="41111111111111110000"',
        'A4\t"v"="4111x111111111111"',
        refused={2: "value.card", 3: "value.card"},
    ),
    example(
        "a payment card number is refused",
        "id,v\nA1,4111 1111-1111 1111\nA2,4111111111111112\nA3,2223003122003222\n",
        V,
        'A2\t"v"="4111111111111112"',
        'A3\t"v"="2223003122003222"',
        refused={2: "value.card"},
    ),
    example(
        "codes are not searched for personal data",
        "id,v\nA1,bob@example.com\n",
        traits(ic("v")),
        "A1\tic=bob@example.com",
    ),
    example(
        "otherwise reject",
        "id,v\nA1,M\nA2,x\n",
        traits(signal("v", values={"M": "male"}, otherwise="reject")),
        'A1\t"v"="male"',
        refused={3: "value.not_mapped;record.nothing_to_send"},
    ),
    example(
        "a row has every finding that applies, each once",
        'id,v,w\na:b,bob@example.com,"x,y"\n',
        traits(signal("v"), signal("w"), signal("v", key="u")),
        refused={2: "id.colon;value.email"},
        noticed={"value.unsafe_characters": [2]},
        counts={"rows": 1, "refused": 1},
    ),
    example(
        "a long value is shown to 200 characters",
        f"id,v\nA1,{'x' * 300}@example.com\n",
        V,
        refused={2: "value.email"},
        samples={"value.email": (2, "v", "x" * 200)},
    ),
    example(
        "samples are the first ten rows", "id,v\n" + ",x\n" * 12, V, refused=dict.fromkeys(range(2, 14), "id.missing")
    ),
)

FULL = "x" * (102_400 - len('A1\t"v"=""\n'))

RECORDS = (
    example(
        "the same trait added and removed in one record",
        "id,a,b\nA1,24,24\nA2,24,25\n",
        traits(add_traits("a"), remove_traits("b")),
        "A2\td_sid=24,d_unsid=25",
        refused={2: "trait.conflict"},
        samples={"trait.conflict": (2, "b", "24")},
    ),
    example(
        "an ID and no item",
        "id,v\nA1,\n",
        V,
        refused={2: "record.nothing_to_send"},
        samples={"record.nothing_to_send": (2, None, "A1")},
    ),
    example(
        "a row that its ID refuses has nothing to send all the same",
        "id,v\na:b,\n",
        V,
        refused={2: "id.colon;record.nothing_to_send"},
        samples={"record.nothing_to_send": (2, None, "a:b")},
    ),
    example(
        "a row that its ID refuses has its conflict too",
        "id,a,b\na:b,24,24\n",
        traits(add_traits("a"), remove_traits("b")),
        refused={2: "id.colon;trait.conflict"},
    ),
    example(
        "a row that something else refuses is not too long as well",
        f"id,v\na:b,{FULL}\n",
        V,
        refused={2: "id.colon"},
    ),
    example(
        "a record may have 102,400 bytes with its LF",
        f"id,v\nA1,{FULL}\nA1,{FULL}x\n",
        V,
        f'A1\t"v"="{FULL}"',
        refused={3: "record.too_long"},
        samples={"record.too_long": (3, None, "A1")},
    ),
    example(
        "bytes count, not characters",
        f"id,v\nA1,é{FULL[2:]}\nA1,é{FULL[1:]}\n",
        V,
        f'A1\t"v"="é{FULL[2:]}"',
        refused={3: "record.too_long"},
    ),
    example(
        "the 201st record of an ID is refused",
        "id,v\n" + "A1,x\n" * 202 + "A2,x\n",
        V,
        *[ONE] * 200,
        'A2\t"v"="x"',
        refused=dict.fromkeys((202, 203), "id.too_many_lines"),
        samples={"id.too_many_lines": (202, "id", "A1")},
        counts={"records": 201, "distinct_ids": 2},
    ),
    example(
        "refused rows don't count towards the 200",
        "id,v\n" + "A1,x\n" * 199 + "A1,\n" + "A1,x\n" * 2,
        V,
        *[ONE] * 200,
        refused={201: "record.nothing_to_send", 203: "id.too_many_lines"},
    ),
)

SECTION_5_VALUES: tuple[Example, ...] = (*VALUES, *RECORDS)

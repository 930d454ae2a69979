"""Examples for section 4 of the contract: traits, codes, records and the other kinds of file."""

import hashlib

from tests.reference.example import (
    Example,
    add_traits,
    example,
    hashed_emails,
    ic,
    id_sync,
    remove_traits,
    signal,
    trait_if,
    traits,
)

UNSAFE = "value.unsafe_characters"

HASH = hashlib.sha256(b"amelie@example.com").hexdigest()

OTHER_HASH = "b" * 64

UUID = "0" * 37 + "1"

V = traits(signal("v"))

ADD_REMOVE = traits(add_traits("add", split="|"), remove_traits("del", split="|"))

ONE = 'A1\t"v"="x"'

TRAITS = (
    example(
        "added and removed traits",
        "id,add,del\nA1,24|25,26\n",
        ADD_REMOVE,
        "A1\td_sid=24,d_sid=25,d_unsid=26",
        counts={"d_sid": 2, "d_unsid": 1, "signal": 0},
    ),
    example(
        "pieces are trimmed and empty ones dropped",
        "id,add,del\nA1,| 24 ||\xa025|,\n",
        ADD_REMOVE,
        "A1\td_sid=24,d_sid=25",
    ),
    example(
        "a trait is a number without leading zeros",
        "id,add,del\nA1,24|007,\nA2,0,\nA3,x,1\nA4,٣,1\n",
        ADD_REMOVE,
        refused={
            2: "trait.not_a_number",
            3: "trait.not_a_number;record.nothing_to_send",
            4: "trait.not_a_number",
            5: "trait.not_a_number",
        },
        samples={"trait.not_a_number": (2, "add", "007")},
    ),
    example(
        "without split a list is no number",
        "id,add\nA1,24|25\n",
        traits(add_traits("add")),
        refused={2: "trait.not_a_number;record.nothing_to_send"},
    ),
    example(
        "codes are split and cleaned",
        'id,c\nA1,"a;b""c; ;d"\n',
        traits(ic("c", split=";")),
        "A1\tic=a,ic=b c,ic=d",
        noticed={UNSAFE: [2]},
        counts={"ic": 3},
    ),
    example(
        "a value map on traits",
        "id,t\nA1,gold\nA2,lead\n",
        traits(add_traits("t", values={"gold": "24"})),
        "A1\td_sid=24",
        refused={3: "trait.not_a_number;record.nothing_to_send"},
    ),
    example(
        "trait_if looks the value up",
        "id,v\nA1,yes\nA2,no\nA3,maybe\n",
        traits(trait_if("v", values={"yes": {"add": [24, 25]}, "no": {"remove": [24]}})),
        "A1\td_sid=24,d_sid=25",
        "A2\td_unsid=24",
        refused={4: "record.nothing_to_send"},
    ),
    example(
        "trait_if after transforms and split",
        "id,v\nA1,Yes|no\n",
        traits(trait_if("v", split="|", transforms=["lower"], values={"yes": {"add": [24]}, "no": {"remove": [25]}})),
        "A1\td_sid=24,d_unsid=25",
    ),
    example(
        "trait_if can reject",
        "id,v,w\nA1,maybe,x\n",
        traits(trait_if("v", values={"yes": {"add": [24]}}, otherwise="reject"), signal("w")),
        refused={2: "value.not_mapped"},
        samples={"value.not_mapped": (2, "v", "maybe")},
    ),
)

RECORDS = (
    example(
        "items keep the order of the columns of the mapping",
        "id,a,b\nA1,x,24\n",
        traits(add_traits("b"), signal("a")),
        'A1\td_sid=24,"a"="x"',
    ),
    example(
        "an item equal to an earlier one is dropped",
        "id,a,b\nA1,24|24,24\n",
        traits(add_traits("a", split="|"), add_traits("b")),
        "A1\td_sid=24",
        counts={"d_sid": 1},
    ),
    example(
        "the same value under another key is another item",
        "id,a,b\nA1,x,x\n",
        traits(signal("a"), signal("b", key="A")),
        'A1\t"a"="x","A"="x"',
    ),
    example(
        "records keep the order of the rows",
        "id,v\nB,x\nA,x\nB,x\n",
        V,
        'B\t"v"="x"',
        'A\t"v"="x"',
        'B\t"v"="x"',
        counts={"rows": 3, "records": 3, "distinct_ids": 2, "signal": 3},
    ),
    example(
        "a limit reads so many rows and no more",
        "id,v\n\nA1,x\nA2\nA3,x\n",
        V,
        ONE,
        refused={4: "row.too_few_fields"},
        limit=2,
        counts={"rows": 2},
    ),
)

DEVICE_AND_CUSTOMER = (
    {"column": "uuid", "dpid": 0, "type": "aam_uuid"},
    {"column": "crm", "dpid": 1234, "type": "customer_id"},
)

KINDS = (
    example(
        "an ID sync record is its IDs joined by TAB",
        f"crm,uuid\nC1,{UUID}\n",
        id_sync(*DEVICE_AND_CUSTOMER),
        f"{UUID}\tC1",
        counts={"records": 1, "signal": 0, "distinct_ids": 1},
    ),
    example(
        "a row with any of its IDs missing is refused",
        f"uuid,crm\n{UUID},\n,C1\n{UUID},C1\n",
        id_sync(*DEVICE_AND_CUSTOMER),
        f"{UUID}\tC1",
        refused={2: "id.missing", 3: "id.missing"},
        samples={"id.missing": (2, "crm", "")},
    ),
    example(
        "the checks apply to each ID",
        f"uuid,crm\n123,a:b\n{UUID},a@example.com\n",
        id_sync(*DEVICE_AND_CUSTOMER),
        refused={2: "id.colon;id.spreadsheet_damage", 3: "id.email"},
        samples={"id.colon": (2, "crm", "a:b")},
    ),
    example(
        "hashed e-mails follow their ID",
        f"id,a,b\nC1,{HASH}, Amelie@EXAMPLE.com\nC2,{OTHER_HASH},bob\n",
        hashed_emails({"column": "a", "hashed": True}, {"column": "b", "hashed": False}),
        f"C1\t{HASH}",
        f"C2\t{OTHER_HASH}\t{hashlib.sha256(b'bob').hexdigest()}",
    ),
    example(
        "a hash is sent once",
        f"id,a,b\nC1,amelie@example.com,{HASH}\n",
        hashed_emails({"column": "a", "hashed": False}, {"column": "b", "hashed": True}),
        f"C1\t{HASH}",
        counts={"records": 1, "signal": 0, "d_sid": 0, "d_unsid": 0, "ic": 0},
    ),
    example(
        "a hash column is judged as hashed_email",
        f"id,a\nC1,{HASH.upper()}\nC2,xyz\nC3,a@example.com\n",
        hashed_emails({"column": "a", "hashed": True}),
        f"C1\t{HASH}",
        refused={3: "id.format", 4: "id.email"},
        noticed={"id.case_changed": [2]},
        samples={"id.format": (3, "a", "xyz")},
    ),
    example(
        "an empty hash cell is skipped, no hash at all is refused",
        f"id,a,b\nC1,,{HASH}\nC2,,\n",
        hashed_emails({"column": "a", "hashed": True}, {"column": "b", "hashed": True}),
        f"C1\t{HASH}",
        refused={3: "record.nothing_to_send"},
        samples={"record.nothing_to_send": (3, None, "C2")},
    ),
)

SECTION_4_RECORDS: tuple[Example, ...] = (*TRAITS, *RECORDS, *KINDS)

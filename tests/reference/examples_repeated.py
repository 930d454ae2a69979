"""Examples for section 5 of the contract: repeated IDs in one record, and refused rows."""

from tests.reference.example import Example, add_traits, example, remove_traits, signal, traits
from tests.reference.result import Column

V = traits(signal("v"))
ONE = 'A1\t"v"="x"'

MERGED = traits(signal("v"), add_traits("t", split="|"), remove_traits("r"), repeated_ids="merge")

WIDE = "w" * 60_000

LONGEST = "x" * (102_400 - len('A\t"v"=""\n'))

MERGE = (
    example(
        "merge gathers the items of an ID on one line",
        "id,v,t,r\nB,x,1,\nA,y,,\nB,z,1|2,\n",
        MERGED,
        'B\t"v"="x",d_sid=1,"v"="z",d_sid=2',
        'A\t"v"="y"',
        counts={"rows": 3, "accepted": 3, "records": 2, "d_sid": 2, "signal": 3, "distinct_ids": 2},
    ),
    example(
        "merge is the default in overwrite",
        "id,v\nA,x\nA,y\n",
        traits(signal("v"), mode="overwrite"),
        'A\t"v"="x","v"="y"',
    ),
    example(
        "keep can be chosen in overwrite",
        "id,v\nA,x\nA,y\n",
        traits(signal("v"), mode="overwrite", repeated_ids="keep"),
        'A\t"v"="x"',
        'A\t"v"="y"',
    ),
    example(
        "a row that contradicts an earlier row is refused whole",
        "id,v,t,r\nA,x,1,\nA,y,2,1\nA,z,,2\n",
        MERGED,
        'A\t"v"="x",d_sid=1,"v"="z",d_unsid=2',
        refused={3: "trait.conflict"},
        samples={"trait.conflict": (3, "r", "1")},
    ),
    example(
        "a merged record is wrapped at 102,400 bytes",
        f"id,v,t,r\nA,{WIDE}1,,\nA,{WIDE}2,,\nA,s,,\n",
        MERGED,
        f'A\t"v"="{WIDE}1"',
        f'A\t"v"="{WIDE}2","v"="s"',
        counts={"records": 2, "signal": 3},
    ),
    example(
        "an item that fits on no line",
        f"id,v,t,r\nA,{LONGEST},1,\nA,{LONGEST}x,2,\n",
        MERGED,
        f'A\t"v"="{LONGEST}"',
        "A\td_sid=1",
        refused={3: "record.too_long"},
    ),
    example(
        "an ID's 201st line is refused in merge too",
        "id,v,t,r\n" + "".join(f"A,{WIDE}{n},,\n" for n in range(202)) + "A,s,,\n",
        MERGED,
        *[f'A\t"v"="{WIDE}{n}"' for n in range(199)],
        f'A\t"v"="{WIDE}199","v"="s"',
        refused=dict.fromkeys((202, 203), "id.too_many_lines"),
    ),
    example(
        "a row that says nothing new is accepted",
        "id,v,t,r\nA,x,,\nA,x,,\n",
        MERGED,
        'A\t"v"="x"',
        counts={"accepted": 2, "records": 1, "signal": 1},
    ),
)

REFUSED = (
    example(
        "refused rows are complete, with their own white space",
        "id,v,w\n , x ,\ty\n",
        V,
        refused={2: "id.missing"},
        fields={2: (" ", " x ", "'\ty")},
    ),
    example(
        "cells that a spreadsheet would run are guarded",
        "id,v,w,u\n,=1,+1,-1\n,@a,'=x,''-\n,a=b,'x,''\n",
        V,
        refused=dict.fromkeys((2, 3, 4), "id.missing"),
        fields={2: ("", "'=1", "'+1", "'-1"), 3: ("", "'@a", "''=x", "'''-"), 4: ("", "a=b", "'x", "''")},
    ),
    example(
        "codes stand in the order of the table",
        "id,v,t\na:b@example.com,bob@example.com,x\n",
        traits(signal("v"), add_traits("t")),
        refused={2: "id.colon;id.email;value.email;trait.not_a_number"},
    ),
    example(
        "a refused file can be uploaded again",
        "\ufeffrow,codes,what to do,id,v\r\n3,id.missing,Fill it in.,A1,'=x\r\n9,,,,y\r\n",
        V,
        'A1\t"v"="=x"',
        refused={3: "id.missing"},
        fields={3: ("", "y")},
        columns=[Column("id", 1, 1, ("A1",)), Column("v", 2, 2, ("=x", "y"))],
    ),
    example(
        "a guarded name is found again",
        "row,codes,what to do,id,'=v\n3,,,A1,x\n4,,,A2,\n",
        traits(signal("=v", key="v")),
        ONE,
        refused={3: "record.nothing_to_send"},
        fields={3: ("A2", "")},
        columns=[Column("id", 2, 2, ("A1", "A2")), Column("=v", 1, 1, ("x",))],
    ),
    example(
        "a broken row of such a file is broken again",
        'row,codes,what to do,id,v\n3,,,"A9"x,y\n4,,,A1,x\n"\n',
        V,
        ONE,
        refused={2: "row.unreadable", 4: "row.unreadable"},
        fields={2: ('3,,,"A9"x,y',), 4: ('"',)},
    ),
    example(
        "an unreadable row of such a file is one row",
        b'row,codes,what to do,id,v\n3,,,"A9\n\xff",y\n4,,,A1,x\n',
        V,
        ONE,
        refused={2: "row.unreadable"},
        fields={2: ('3,,,"A9\n\ufffd",y',)},
        counts={"rows": 2},
    ),
    example(
        "a ragged row of such a file counts its own fields",
        "row,codes,what to do,id,v\n3,,,A1\n4,,,A1,x\n",
        V,
        ONE,
        refused={2: "row.too_few_fields"},
        fields={2: ("A1",)},
        samples={"row.too_few_fields": (2, None, "1 fields")},
    ),
    example(
        "columns count what is filled and different",
        "id,v\nA,x\nA, x \nB,\n",
        V,
        'A\t"v"="x"',
        'A\t"v"="x"',
        refused={4: "record.nothing_to_send"},
        columns=[Column("id", 3, 2, ("A", "B")), Column("v", 2, 1, ("x",))],
    ),
)

SECTION_5_REPEATED: tuple[Example, ...] = (*MERGE, *REFUSED)

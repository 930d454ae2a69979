"""Examples for reading: encodings, records, quotes, ragged rows (contract 1 and 4.1, decisions 1 to 8)."""

from tests.reference.example import Example, example, signal, traits
from tests.reference.result import Column

PLAIN = traits(signal("v"))
ONE = 'A1\t"v"="x"'
TWO = 'A2\t"v"="y"'


def _read(**reader: str) -> dict[str, object]:
    return traits(signal("v"), reader=reader)


ENCODINGS = (
    example("UTF-8 text is taken as it is", "id,v\nÉ1,東京 😀\n", PLAIN, 'É1\t"v"="東京 😀"'),
    example("a UTF-8 BOM is dropped", b"\xef\xbb\xbfid,v\nA1,x\n", PLAIN, ONE),
    example("a BOM before a quoted header is dropped", b'\xef\xbb\xbf"id",v\nA1,x\n', PLAIN, ONE),
    example(
        "UTF-16 with its BOM is decoded",
        b"\xff\xfe" + "id,v\nA1,x\n".encode("utf-16-le"),
        _read(encoding="utf-16-le"),
        ONE,
    ),
    example(
        "big-endian UTF-16 too", b"\xfe\xff" + "id,v\nA1,x\n".encode("utf-16-be"), _read(encoding="utf-16-be"), ONE
    ),
    example("a confirmed encoding is used", b"id,v\nA1,Z\xfcrich\n", _read(encoding="cp1252"), 'A1\t"v"="Zürich"'),
    example(
        "output of a GB 18030 file is UTF-8",
        "id,v\nA1,名前\n".encode("gb18030"),
        _read(encoding="gb18030"),
        'A1\t"v"="名前"',
    ),
    example(
        "bytes that the encoding does not allow refuse their row",
        b"id,v\nA1,x\nA2,\xff\xfe\nA3,x\n",
        PLAIN,
        ONE,
        'A3\t"v"="x"',
        refused={3: "row.unreadable"},
        samples={"row.unreadable": (3, None, "A2,\ufffd\ufffd")},
        fields={3: ("A2,\ufffd\ufffd",)},
    ),
    example(
        "also in a column that is not mapped",
        b"id,v,w\nA1,x,\xff\nA2,y,z\n",
        PLAIN,
        TWO,
        refused={2: "row.unreadable"},
        fields={2: ("A1,x,\ufffd",)},
    ),
    example(
        "such a row is shown whole, also when it has several lines",
        b'id,v\nA9,"a\n\xff"\nA1,x\n',
        PLAIN,
        ONE,
        refused={2: "row.unreadable"},
        fields={2: ('A9,"a\n\ufffd"',)},
        samples={"row.unreadable": (2, None, 'A9,"a\n\ufffd"')},
        counts={"rows": 2},
    ),
    example(
        "undecodable bytes in a header are shown as U+FFFD",
        b"id,v,\xff\nA1,x,1\n",
        PLAIN,
        ONE,
        columns=[Column("id", 1, 1, ("A1",)), Column("v", 1, 1, ("x",)), Column("\ufffd", 1, 1, ("1",))],
    ),
    example(
        "a U+FFFD of the file itself is text",
        "id,v\nA1,x\ufffd\n",
        PLAIN,
        'A1\t"v"="x\ufffd"',
    ),
)

RECORDS = (
    example("CR, LF and CRLF each end a record, mixed", "id,v\rA1,x\nA2,y\r\nA3,z", PLAIN, ONE, TWO, 'A3\t"v"="z"'),
    example("CR LF is one line end", "id,v\r\n\r\nA1,\r\n", PLAIN, refused={3: "record.nothing_to_send"}),
    example(
        "VT, FF, U+0085, U+2028 and U+2029 end no record",
        "id,v\nA1,a\x0bb\x0cc\x85d\u2028e\u2029f\n",
        PLAIN,
        'A1\t"v"="a b c d e f"',
        noticed={"value.unsafe_characters": [2]},
    ),
    example(
        "an empty line counts as a row and holds no data",
        "id,v\n\nA1,\n",
        PLAIN,
        refused={3: "record.nothing_to_send"},
        counts={"rows": 1},
    ),
    example(
        "a line of blanks is a record with one field",
        "id,v\n  \nA1,x\n",
        PLAIN,
        ONE,
        refused={2: "row.too_few_fields"},
        samples={"row.too_few_fields": (2, None, "1 fields")},
    ),
    example(
        'a line holding only "" is a record with one empty field',
        'id\nA1\n""\n',
        traits(signal("id")),
        'A1\t"id"="A1"',
        refused={3: "id.missing"},
    ),
    example(
        "the header is the first non-empty record", "\n\nid,v\nA1,\n", PLAIN, refused={4: "record.nothing_to_send"}
    ),
    example("names are trimmed", " id ,\ufeffv\u200b\nA1,x\n", PLAIN, ONE),
    example("names are case-sensitive", "id,V\nA1,x\n", PLAIN, problem="file.columns_missing"),
    example(
        "a quoted line break stays in its row",
        'id,v\n"A1","x\r\ny"\nA2,\n',
        PLAIN,
        'A1\t"v"="x y"',
        refused={3: "record.nothing_to_send"},
        noticed={"value.unsafe_characters": [2]},
    ),
    example("the last line needs no end", "id,v\nA1,x", PLAIN, ONE),
    example(
        "NUL is an ordinary character for the reader",
        "id,v\nA1,x\0y\n",
        PLAIN,
        'A1\t"v"="x y"',
        noticed={"value.unsafe_characters": [2]},
    ),
)

QUOTES = (
    example(
        "a quote inside an unquoted field is text",
        'id,v\nA1,5" pipe\n',
        PLAIN,
        'A1\t"v"="5 pipe"',
        noticed={"value.unsafe_characters": [2]},
        samples={"value.unsafe_characters": (2, "v", '5" pipe')},
    ),
    example(
        "a doubled quote is one quote",
        'id,v\nA1,"a""b"\n',
        PLAIN,
        'A1\t"v"="a b"',
        noticed={"value.unsafe_characters": [2]},
        samples={"value.unsafe_characters": (2, "v", 'a"b')},
    ),
    example("blanks may stand after a closing quote", 'id,v\n"A1" ,"x"\t \n', PLAIN, ONE),
    example(
        "nothing else may", 'id,v\n"A1"x,y\nA2,y\n', PLAIN, TWO, refused={2: "row.unreadable"}, fields={2: ('"A1"x,y',)}
    ),
    example(
        "a no-break space after a closing quote is no blank",
        'id,v\n"A1"\xa0,y\nA2,y\n',
        PLAIN,
        TWO,
        refused={2: "row.unreadable"},
    ),
    example(
        "a quote that nothing closes costs one row, not the rest of the file",
        'id,v\nA1,x\nA9,"open\nA2,y\n',
        PLAIN,
        ONE,
        TWO,
        refused={3: "row.unreadable"},
        samples={"row.unreadable": (3, None, 'A9,"open')},
    ),
    example(
        "reading resumes at the next physical line",
        'id,v\nA9,"two\nA2,y"z\nA1,x\n',
        PLAIN,
        'A2\t"v"="y z"',
        ONE,
        refused={2: "row.unreadable"},
        noticed={"value.unsafe_characters": [3]},
    ),
    example(
        "a blank before a quote makes it text",
        'id,v\nA1, "x"\nA2,"y"\nA3,"z"\n',
        PLAIN,
        'A1\t"v"="x"',
        'A2\t"v"="y"',
        'A3\t"v"="z"',
        noticed={"value.unsafe_characters": [2]},
        samples={"value.unsafe_characters": (2, "v", '"x"')},
    ),
    example(
        "an escape makes the next character literal inside quotes",
        'id,v\nA1,"a\\"b\\\\"\n',
        _read(escape="\\"),
        'A1\t"v"="a b\\"',
        noticed={"value.unsafe_characters": [2]},
    ),
    example(
        "and outside quotes",
        "id,v\nA1,a\\,b\n",
        _read(escape="\\"),
        'A1\t"v"="a b"',
        noticed={"value.unsafe_characters": [2]},
        samples={"value.unsafe_characters": (2, "v", "a,b")},
    ),
    example("without an escape character a backslash is text", 'id,v\nA1,"a\\"\n', PLAIN, 'A1\t"v"="a\\"'),
    example("another quote character", "id,v\n'A1','x'\n", _read(quote="'"), ONE),
    example("no quote character at all", 'id;v\n"A1;x\n', _read(quote="", delimiter=";"), '"A1\t"v"="x"'),
    example(
        "a tab behind a closing quote is a blank unless it separates",
        'id\tv\tw\n"A1"\t"x"\t"y"\n"A2" \ty\t\n',
        _read(delimiter="\t"),
        ONE,
        TWO,
    ),
    example("a tab separates", "id\tv\nA1\tx\n", _read(delimiter="\t"), ONE),
)

RAGGED = (
    example(
        "a row with too few fields is refused and has only that finding",
        "id,v,w\nA1,x\nA2,y,\n",
        PLAIN,
        TWO,
        refused={2: "row.too_few_fields"},
        samples={"row.too_few_fields": (2, None, "2 fields")},
        fields={2: ("A1", "x")},
        counts={"rows": 2, "accepted": 1, "refused": 1},
    ),
    example(
        "a row with too many fields too",
        "id,v\n,x,y,z\nA2,y\n",
        PLAIN,
        TWO,
        refused={2: "row.too_many_fields"},
        samples={"row.too_many_fields": (2, None, "4 fields")},
        fields={2: ("", "x", "y", "z")},
    ),
    example(
        "short rows may be padded",
        "id,v,w\nA1,x\nA2\n",
        _read(short_rows="pad"),
        ONE,
        refused={3: "record.nothing_to_send"},
    ),
    example(
        "long rows are refused all the same",
        "id,v\nA1,x,\n",
        _read(short_rows="pad"),
        refused={2: "row.too_many_fields"},
    ),
    example(
        "a row that the reader refused does not fill a column",
        "id,v\nA1,x\nA2,y,z\n",
        PLAIN,
        ONE,
        refused={3: "row.too_many_fields"},
        columns=[Column("id", 1, 1, ("A1",)), Column("v", 1, 1, ("x",))],
    ),
)

PROBLEMS = (
    example("a file of nothing is empty", "", PLAIN, problem="file.empty"),
    example("a file of white space is empty", "\ufeff \r\n\t\u3000\n", PLAIN, problem="file.empty"),
    example("a header alone has no rows", "id,v\n\n\n", PLAIN, problem="file.no_rows"),
    example("a header without any name is missing", ",\nA1,x\n", PLAIN, problem="file.header_missing"),
    example(
        "a first record that looks like data is no header",
        "17,amelie@example.com\n18,x\n",
        PLAIN,
        problem="file.header_missing",
    ),
    example("a date is data", "2024-05-01,x,5.5.2024\nA1,x,y\n", PLAIN, problem="file.header_missing"),
    example("half of the names may look like data", "17,user\nA1,x\n", PLAIN, problem="file.columns_missing"),
    example("other names are missing columns", "user,city\nA1,x\n", PLAIN, problem="file.columns_missing"),
    example("a mapped name that stands twice", "id,v,v\nA1,x,y\n", PLAIN, problem="file.header_duplicate"),
    example("an unmapped name may stand twice", "id,v,w,w\nA1,x,y,z\n", PLAIN, ONE),
    example("a missing column comes before a duplicate", "id,id\nA1,x\n", PLAIN, problem="file.columns_missing"),
)

READING: tuple[Example, ...] = (*ENCODINGS, *RECORDS, *QUOTES, *RAGGED, *PROBLEMS)

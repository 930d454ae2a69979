"""Find tags and attributes in the bytes of an XML part; nothing is ever expanded, so there is nothing to explode."""

from ingest.engine.kernels.compiled import compiled

LESS, GREATER, SLASH, BANG, QUESTION = ord("<"), ord(">"), ord("/"), ord("!"), ord("?")
EQUALS, COLON, HYPHEN, BRACKET = ord("="), ord(":"), ord("-"), ord("]")
DOUBLE, SINGLE, SPACE = ord('"'), ord("'"), ord(" ")


@compiled
def find_byte(buffer, at, end, byte):
    """The first place of `byte` in the range, else `end`."""
    while at < end and buffer[at] != byte:
        at += 1
    return at


@compiled
def end_of_markup(buffer, at, end, first, second):
    """The `>` after `first` and `second`, which ends a comment, a CDATA section or an instruction; -1 if absent."""
    while at + 2 < end:
        if buffer[at + 2] == GREATER and buffer[at + 1] == second and (buffer[at] == first or first < 0):
            return at + 2
        at += 1
    return -1


@compiled
def is_cdata(buffer, at, end):
    """Whether `<![` stands at `at`: inside a part of a workbook that can only be a CDATA section."""
    return at + 8 < end and buffer[at + 1] == BANG and buffer[at + 2] == ord("[")


@compiled
def tag_end(buffer, at, end):
    """The `>` of the tag, comment, CDATA section or instruction whose `<` is at `at`; -1 when it is not there yet."""
    if at + 3 >= end:
        return find_tag_close(buffer, at + 1, end)
    if buffer[at + 1] == QUESTION:
        return end_of_markup(buffer, at + 1, end, -1, QUESTION)
    if buffer[at + 1] == BANG and buffer[at + 2] == HYPHEN:
        return end_of_markup(buffer, at + 4, end, HYPHEN, HYPHEN)
    if buffer[at + 1] == BANG and buffer[at + 2] == ord("["):
        return end_of_markup(buffer, at + 3, end, BRACKET, BRACKET)
    return find_tag_close(buffer, at + 1, end)


@compiled
def find_tag_close(buffer, at, end):
    """The next `>` that is not inside an attribute's quotes; -1 when it is not there yet."""
    while at < end:
        byte = buffer[at]
        if byte == GREATER:
            return at
        if byte == DOUBLE or byte == SINGLE:
            at = find_byte(buffer, at + 1, end, byte)
        at += 1
    return -1


@compiled
def is_forbidden(buffer, at, close):
    """Whether the tag is a document type declaration: no workbook has one, and entities live there."""
    return buffer[at + 1] == BANG and at + 2 < close and buffer[at + 2] == ord("D")


@compiled
def is_closing(buffer, at):
    """Whether the tag at `at` is `</...>`."""
    return buffer[at + 1] == SLASH


@compiled
def is_self_closed(buffer, close):
    """Whether the tag that ends at `close` is `<.../>`."""
    return buffer[close - 1] == SLASH


@compiled
def name_end(buffer, at, close):
    """Where the name that begins at `at` stops."""
    while at < close and buffer[at] > SPACE and buffer[at] != SLASH and buffer[at] != EQUALS:
        at += 1
    return at


@compiled
def is_named(buffer, tag, close, name):
    """Whether the tag at `tag` has the local name `name` (bytes), whatever its namespace prefix."""
    start = tag + 2 if buffer[tag + 1] == SLASH else tag + 1
    stop = name_end(buffer, start, close)
    length = len(name)
    start_of_name = stop - length
    if start_of_name < start or buffer[start] == BANG or buffer[start] == QUESTION:
        return False
    if start_of_name > start and buffer[start_of_name - 1] != COLON:
        return False
    for index in range(length):
        if buffer[start_of_name + index] != name[index]:
            return False
    return True


@compiled
def next_attribute(buffer, at, close):
    """The next attribute from `at` on: its one-letter name (0 for a longer one), its value's range, where to go on.

    The name is -1 when there is none left.
    """
    while at < close and buffer[at] <= SPACE:
        at += 1
    name = at
    at = name_end(buffer, at, close)
    letter = buffer[name] if at == name + 1 else 0
    while at < close and buffer[at] != DOUBLE and buffer[at] != SINGLE:
        at += 1
    if at >= close:
        return -1, at, at, at
    stop = find_byte(buffer, at + 1, close, buffer[at])
    return letter, at + 1, stop, stop + 1

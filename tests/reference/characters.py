"""White space, control characters, trimming and cleaning, spelled out character by character."""

WHITE_SPACE = frozenset(
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
    "\ufeff\u200b"
)
CONTROL = frozenset([chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029)])
BLANKS = " \t"
ASCII_DIGITS = frozenset("0123456789")
SAMPLE_CHARACTERS = 200


def trim(text: str) -> str:
    """The text without white space at its two ends."""
    start, end = 0, len(text)
    while start < end and text[start] in WHITE_SPACE:
        start += 1
    while end > start and text[end - 1] in WHITE_SPACE:
        end -= 1
    return text[start:end]


def is_unsafe(character: str, *, keep_commas: bool) -> bool:
    """Whether the character may not stand in a value of an inbound file (contract 4.5)."""
    if character == ",":
        return not keep_commas
    return character == '"' or character in CONTROL


def has_unsafe(text: str, *, keep_commas: bool) -> bool:
    """Whether any character of the text is unsafe."""
    return any(is_unsafe(character, keep_commas=keep_commas) for character in text)


def clean(text: str, *, keep_commas: bool) -> str:
    """One space for each run of unsafe characters and the white space around it; then trimmed (decision 10)."""
    out: list[str] = []
    position = 0
    while position < len(text):
        end = position
        while end < len(text) and (text[end] in WHITE_SPACE or is_unsafe(text[end], keep_commas=keep_commas)):
            end += 1
        if end == position:
            out.append(text[position])
            position += 1
            continue
        run = text[position:end]
        out.append(" " if has_unsafe(run, keep_commas=keep_commas) else run)
        position = end
    return trim("".join(out))


def shown(text: str) -> str:
    """The text as a sample shows it: at most 200 characters."""
    return text[:SAMPLE_CHARACTERS]

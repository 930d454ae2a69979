"""An e-mail as mail programs save it (.eml), or its text: what stands in it for people, without attachments."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final, cast

from ingest.crm.encoding import detect_encoding

_HEADER: Final = (b"received:", b"return-path:", b"delivered-to:", b"from:", b"mime-version:", b"date:", b"x-")
_OUTLOOK: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_BREAKS: Final = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"})


class OutlookFile(ValueError):
    """A .msg of Outlook, which only Outlook can read."""


class _Text(HTMLParser):
    """The words of a page, with a line for each paragraph or row and a tab between cells."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        """Begin a new line where the tag does."""
        if tag in _BREAKS:
            self.words.append("\n")
        elif tag in {"td", "th"}:
            self.words.append("\t")

    def handle_data(self, data: str) -> None:
        """Line ends within a paragraph are blanks."""
        self.words.append(" ".join(data.split("\n")))


def text_of(content: bytes) -> str:
    """The text of an e-mail, saved whole or as text. OutlookFile for a .msg."""
    if content.startswith(_OUTLOOK):
        raise OutlookFile
    if not content.lstrip().lower().startswith(_HEADER):
        return _decoded(content)
    message = message_from_bytes(content, policy=policy.default)
    bodies = [part for part in message.walk() if part.get_content_maintype() == "text" and not part.is_attachment()]
    plain = [_body(part) for part in bodies if part.get_content_subtype() != "html"]
    return "\n".join(plain) if any(text.strip() for text in plain) else "\n".join(map(_of_html, bodies))


def _body(part: EmailMessage) -> str:
    """Decoded by what it says of itself, or as well as can be."""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return _decoded(cast("bytes", part.get_payload(decode=True)) or b"")


def _of_html(part: EmailMessage) -> str:
    parser = _Text()
    parser.feed(_body(part))
    return "".join(parser.words)


def _decoded(content: bytes) -> str:
    found = detect_encoding([content], whole=True)
    return content[found.bom_bytes :].decode(found.name, "replace") if found else content.decode("utf-8", "replace")

"""Names at a receiver: which ones are refused everywhere, and what unfinished files are called."""

import hashlib
import re
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.errors import Permanent

LONGEST_NAME: Final = 255  # bytes in UTF-8: what common file systems take

_TAG: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TEMPORARY: Final = re.compile(rf"\.amportal-{_TAG.pattern}-[0-9a-f]{{16}}\.part")

_SENTENCES: Final = {
    "empty": gettext_noop("A file at a receiver needs a name, and this one is empty."),
    "dot": gettext_noop("“%(name)s” begins with a dot, which would hide the file at the receiver."),
    "slash": gettext_noop("“%(name)s” holds a slash or a backslash, which would put the file into another folder."),
    "hidden": gettext_noop("“%(name)s” holds a character that cannot be seen."),
    "blank": gettext_noop("“%(name)s” begins or ends with a blank."),
    "long": gettext_noop("“%(name)s” is longer than the 255 bytes that a name may have."),
}
_ADVICE: Final = gettext_noop("Use a name such as ftp_dpm_478_1700000000.sync.gz.")


def check_remote_name(name: str) -> None:
    """Raise Permanent `name.unusable` for what no receiver may be given, whatever else it takes.

    A leading dot hides a file and marks our temporaries; separators leave the folder; control characters end a command
    in FTP; what cannot be seen makes two names look like one.
    """
    reason = _what_is_wrong(name)
    if reason is not None:
        raise Permanent(_SENTENCES[reason], code="name.unusable", params={"name": _shown(name)}, what_to_do=_ADVICE)


def _what_is_wrong(name: str) -> str | None:
    checks = {
        "empty": not name,
        "dot": name.startswith("."),
        "slash": "/" in name or "\\" in name,
        "hidden": not name.isprintable(),
        "blank": name != name.strip(),
        "long": len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME,
    }
    return next((reason for reason, applies in checks.items() if applies), None)


def _shown(name: str) -> str:
    """The name, safe to be printed, and not the whole of a very long one."""
    seen = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name[:60])
    return seen + ("…" if len(name) > 60 else "")


def temporary_name(name: str, tag: str) -> str:
    """What a file is called until it is whole: hidden, ours by its shape, of one attempt by its tag.

    The name itself is only in it as a hash, since hidden and tagged it could be too long. ValueError: the tag is none.
    """
    if not _TAG.fullmatch(tag):
        raise ValueError("a tag of an attempt is 1 to 64 letters, digits, - and _")
    return f".amportal-{tag}-{hashlib.sha256(name.encode()).hexdigest()[:16]}.part"


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that this program has not finished."""
    return _TEMPORARY.fullmatch(name) is not None

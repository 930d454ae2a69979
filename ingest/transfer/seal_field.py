"""The public key that files are encrypted for: what every way of sending asks for besides its own fields."""

from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.errors import TransferFailure
from ingest.transfer.openpgp import key_of
from ingest.transfer.settings import Field, FieldKind, Value
from ingest.transfer.words import Message

SEAL_KEY: Final = "openpgp_key"


def _check(value: Value) -> Message | None:
    """Whether it is one public key. Whether it can be used changes with time, so that is asked when it matters."""
    try:
        key_of(str(value).encode())
    except TransferFailure as problem:
        return Message(f"{problem.message.text} {problem.advice.text}", problem.message.params)
    return None


SEAL_FIELD: Final = Field(
    name=SEAL_KEY,
    kind=FieldKind.PUBLIC_KEY,
    label=Message(gettext_noop("Public key of the receiver (OpenPGP)")),
    help=Message(
        gettext_noop(
            "Only where the receiver asked for encrypted files: paste the text of the public key. Then all files for "
            "this destination are encrypted with it right before they are sent, and only the receiver can open them."
        )
    ),
    is_required=False,
    check=_check,
)

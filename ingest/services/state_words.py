"""Words for where batches and parts are, and the kind of tag that shows them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ingest.lifecycle import BatchState, PartState

S = BatchState
NOT_SENT: Final = pgettext_lazy("it was tried", "Not sent")
"""Of a column that is left out the English says the same; other languages do not."""
WORDS: Final[Mapping[str, tuple[str | Promise, str]]] = MappingProxyType(
    {
        S.DRAFT: (_("Draft"), "quiet"),
        S.CHECKING: (_("Checking"), "info"),
        S.CHECKED: (_("Checked"), "quiet"),
        S.WAITING: (_("Waiting for approval"), "info"),
        S.CHANGES_NEEDED: (_("Changes needed"), "warning"),
        S.APPROVED: (_("Approved"), "info"),
        S.SENDING: (_("Sending"), "info"),
        S.SENT: (_("Sent"), "success"),
        S.PARTLY_SENT: (_("Partly sent"), "error"),
        S.FAILED: (NOT_SENT, "error"),
        S.PRACTISED: (_("Practice finished"), "success"),
        S.CANCELLED: (_("Cancelled"), "quiet"),
    }
)
PROOF_WORDS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "size": _("The receiver has its whole size"),
        "checksum": _("The receiver's checksum is right"),
        "read_back": _("Read back and compared"),
    }
)
"""How sure we are that the receiver has a file, by the names of `ingest.transfer.base.VerifyLevel`."""

ENCRYPTING: Final = "encrypting"
"""No state of its own: a part is being sent, and no byte of it leaves before it is encrypted."""

PART_WORDS: Final[Mapping[str, tuple[str | Promise, str]]] = MappingProxyType(
    {
        PartState.WAITING: (_("Waiting"), "quiet"),
        ENCRYPTING: (_("Encrypting"), "info"),
        PartState.SENDING: (_("Sending"), "info"),
        PartState.SENT: (_("Sent"), "success"),
        PartState.FAILED: (NOT_SENT, "error"),
        PartState.CANCELLED: (_("Cancelled"), "quiet"),
    }
)

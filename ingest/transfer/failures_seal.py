"""What stands against encrypting a file for its receiver, in words."""

from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.errors import Misconfigured, Transient
from ingest.transfer.failure_rule import FailureRule

_ENTER_ANOTHER: Final = gettext_noop(
    "Ask the receiver for a new public key. An administrator must enter it in the destination."
)

SEAL_FAILURES: Final = (
    FailureRule(
        "seal.no_key",
        Misconfigured,
        gettext_noop("This is no OpenPGP public key."),
        gettext_noop(
            "Paste all of its text, from “BEGIN PGP PUBLIC KEY BLOCK” to “END PGP PUBLIC KEY BLOCK”, both lines too."
        ),
    ),
    FailureRule(
        "seal.several_keys",
        Misconfigured,
        gettext_noop("There are %(count)d keys in this, and one is expected."),
        gettext_noop("Ask the receiver which one it is, and paste that one alone."),
    ),
    FailureRule(
        "seal.secret_key",
        Misconfigured,
        gettext_noop("This is a secret key, which must never leave its owner. It was not kept."),
        gettext_noop(
            "Enter the public key instead, and tell the owner that the secret one was shown here and must be replaced."
        ),
    ),
    FailureRule(
        "seal.revoked",
        Misconfigured,
        gettext_noop("The OpenPGP key %(fingerprint)s was revoked by its owner."),
        _ENTER_ANOTHER,
    ),
    FailureRule(
        "seal.expired",
        Misconfigured,
        gettext_noop("The OpenPGP key %(fingerprint)s expired on %(day)s."),
        _ENTER_ANOTHER,
    ),
    FailureRule(
        "seal.outdated",
        Misconfigured,
        gettext_noop(
            "The OpenPGP key %(fingerprint)s is signed by its owner in a way that is not considered secure any more, "
            "such as SHA-1."
        ),
        gettext_noop("Ask the receiver to sign it anew. An administrator must enter that one in the destination."),
    ),
    FailureRule(
        "seal.cannot_encrypt",
        Misconfigured,
        gettext_noop("The OpenPGP key %(fingerprint)s has no part that may encrypt: it can only sign."),
        _ENTER_ANOTHER,
    ),
    FailureRule(
        "seal.missing",
        Misconfigured,
        gettext_noop(
            "The files are to be encrypted with OpenPGP, but this destination has no public key, so nothing was sent."
        ),
        gettext_noop(
            "An administrator must enter the receiver's public key in the destination, or files go somewhere else. "
            "Then ask for approval again."
        ),
    ),
    FailureRule(
        "seal.not_wanted",
        Misconfigured,
        gettext_noop("This destination takes encrypted files only, and these were made to be sent as they are."),
        gettext_noop("Save the step with the destination again, have all rows checked, and ask for approval again."),
    ),
    FailureRule(
        "seal.failed",
        Transient,
        gettext_noop("The portal could not encrypt the file (%(reason)s)."),
        gettext_noop("The portal tries again by itself. If it stays so, an administrator must look at the storage."),
    ),
)

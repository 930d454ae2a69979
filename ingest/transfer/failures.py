"""Every failure of a transfer by its code, with its words. A code never changes its meaning: history holds them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer import sftp_words
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient
from ingest.transfer.failure_rule import FailureRule
from ingest.transfer.failures_ftp import FTP_FAILURES
from ingest.transfer.failures_seal import SEAL_FAILURES
from ingest.transfer.s3_failures import S3_RULES

_RULES: Final = (
    # The part that was to be sent.
    FailureRule(
        "artifact.missing",
        Permanent,
        gettext_noop("The file that was approved is no longer in the portal's storage."),
        gettext_noop("Check the batch again and have it approved again."),
    ),
    FailureRule(
        "artifact.changed",
        Permanent,
        gettext_noop("The file in the portal's storage is not the one that was approved, so it was not sent."),
        gettext_noop("Check the batch again and have it approved again; tell an administrator that the file changed."),
    ),
    FailureRule(
        "artifact.unreadable",
        Transient,
        gettext_noop("The portal could not read the file from its own storage (%(reason)s)."),
        gettext_noop("The portal tries again by itself. If it stays so, an administrator must look at the storage."),
    ),
    FailureRule(
        "fence.lost",
        Transient,
        gettext_noop("Another worker has taken over this transfer."),
        gettext_noop("Nothing is to be done: the other worker goes on."),
    ),
    # The name at the receiver.
    FailureRule(
        "conflict",
        Permanent,
        gettext_noop("The destination holds another file named %(name)s already. It was left as it is."),
        gettext_noop("Find out what that file is. Then have it removed, or send the batch under a new name."),
    ),
    # The receiving side, whatever its method.
    FailureRule(
        "remote.full",
        Transient,
        gettext_noop("The destination has no room for %(name)s (%(size)d bytes)."),
        gettext_noop("Make room at the destination. The portal tries again by itself."),
    ),
    FailureRule(
        "remote.too_large",
        Permanent,
        gettext_noop("The destination takes no file as large as %(name)s (%(size)d bytes)."),
        gettext_noop("Make smaller parts, or use a destination that takes larger files."),
    ),
    FailureRule(
        "remote.interrupted",
        Transient,
        gettext_noop("The destination stopped answering as it should while %(name)s was sent (%(reason)s)."),
        gettext_noop("The portal tries again by itself. If it stays so, an administrator must look into it."),
    ),
    FailureRule(
        "remote.damaged",
        Transient,
        gettext_noop("What arrived of %(name)s is not what was sent, so it was removed again."),
        gettext_noop("The portal tries again by itself. If it stays so, the disk or the network there is damaged."),
    ),
    # A local folder.
    FailureRule(
        "folder.missing",
        Misconfigured,
        gettext_noop("The folder %(folder)s does not exist."),
        gettext_noop("An administrator must make the folder, or name another one in the destination."),
    ),
    FailureRule(
        "folder.not_allowed",
        Misconfigured,
        gettext_noop("The folder %(folder)s is not inside a folder that the portal may write to."),
        gettext_noop("An administrator must name a folder inside one of these: %(roots)s."),
    ),
    FailureRule(
        "folder.not_writable",
        Misconfigured,
        gettext_noop("The portal has no right to write to the folder %(folder)s (%(reason)s)."),
        gettext_noop("An administrator must give the account that the portal runs under the right to write there."),
    ),
    FailureRule(
        "folder.not_readable",
        Misconfigured,
        gettext_noop("The portal has no right to read %(name)s in the folder %(folder)s."),
        gettext_noop("An administrator must give the account that the portal runs under the right to read there."),
    ),
    FailureRule(
        "folder.cannot_refuse",
        Misconfigured,
        gettext_noop("The disk of the folder %(folder)s cannot create a file only if there is none of its name."),
        gettext_noop("An administrator must name a folder on a disk that can: ext4, XFS, Btrfs, ZFS or NFS."),
    ),
    # A host on the network.
    FailureRule(
        "host.unusable",
        Misconfigured,
        gettext_noop("“%(host)s” is not the name of a host."),
        gettext_noop("An administrator must correct the host in the destination: a name such as sftp.example.com."),
    ),
    FailureRule(
        "host.unknown",
        Transient,
        gettext_noop("No address was found for the host %(host)s."),
        gettext_noop("The portal tries again by itself. If it stays so, check the spelling, or the name service."),
    ),
    FailureRule(
        "host.not_allowed",
        Misconfigured,
        gettext_noop("The host %(host)s leads into a private network, which this installation does not send to."),
        gettext_noop("Name a public host, or have whoever runs the portal open that network to destinations."),
    ),
    FailureRule(
        "host.refused",
        Transient,
        gettext_noop("The host %(host)s refused the connection to port %(port)d."),
        gettext_noop("The portal tries again by itself. If it stays so, check the port, and whether the server runs."),
    ),
    FailureRule(
        "host.silent",
        Transient,
        gettext_noop("The host %(host)s did not answer on port %(port)d in time."),
        gettext_noop("The portal tries again by itself. If it stays so, a firewall may be in the way."),
    ),
    *(FailureRule(*rule) for rule in sftp_words.RULES),
    *FTP_FAILURES,
    *SEAL_FAILURES,
    # The destination's own settings; `settings.unusable` is in settings.py, a sentence a field.
    FailureRule(
        "secret.missing",
        Misconfigured,
        gettext_noop("The destination needs something that was not entered or was removed: %(field)s."),
        gettext_noop("An administrator must enter it in the destination."),
    ),
    FailureRule(
        "secret.unreadable",
        Misconfigured,
        gettext_noop("The portal can no longer read a secret of the destination: %(field)s. The key to it is gone."),
        gettext_noop("An administrator must enter it anew in the destination, or have the old key put back."),
    ),
    FailureRule(
        "method.unknown",
        Misconfigured,
        gettext_noop("There is no way of sending called “%(method)s”; known are: %(known)s."),
        gettext_noop("An administrator must choose one of these in the destination."),
    ),
)

FAILURES: Final[Mapping[str, FailureRule]] = MappingProxyType({rule.code: rule for rule in (*_RULES, *S3_RULES)})
"""By code. `name.unusable` is in names.py and `settings.unusable` in settings.py: they have several sentences."""


def failure(code: str, **params: str | int) -> TransferFailure:
    """The failure of this code, to be raised. Parameters fill its templates; they never hold a secret or a cell."""
    rule = FAILURES[code]
    return rule.kind(rule.sentence, code=code, params=params, what_to_do=rule.what_to_do)

"""The failures of FTP servers and of encrypted connections to them, with their words."""

from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.errors import Misconfigured, Permanent, Transient
from ingest.transfer.failure_rule import FailureRule

_AGAIN: Final = gettext_noop("The portal tries again by itself. If it stays so, ask whoever runs the server.")

FTP_FAILURES: Final = (
    # The certificate of a server, and the encryption itself.
    FailureRule(
        "tls.self_signed",
        Misconfigured,
        gettext_noop("The server %(host)s shows a certificate that it has signed itself, so anybody may have made it."),
        gettext_noop("Ask whoever runs the server for its SHA-256 fingerprint, and enter that in the destination."),
    ),
    FailureRule(
        "tls.unknown_authority",
        Misconfigured,
        gettext_noop("The certificate of the server %(host)s was signed by nobody whom the portal knows."),
        gettext_noop("Ask whoever runs the server for its certificate authority, and enter that in the destination."),
    ),
    FailureRule(
        "tls.expired",
        Misconfigured,
        gettext_noop("The certificate of the server %(host)s has expired."),
        gettext_noop("Whoever runs the server must renew it. Check the portal's clock, too."),
    ),
    FailureRule(
        "tls.not_yet_valid",
        Misconfigured,
        gettext_noop("The certificate of the server %(host)s is not valid yet."),
        gettext_noop("Check the portal's clock. If it is right, whoever runs the server must correct the certificate."),
    ),
    FailureRule(
        "tls.other_host",
        Misconfigured,
        gettext_noop("The certificate of the server at %(host)s was made out for another host."),
        gettext_noop("Enter the host under the name that its certificate has, or ask whoever runs the server."),
    ),
    FailureRule(
        "tls.other_certificate",
        Misconfigured,
        gettext_noop("The certificate of the server %(host)s is not the one whose fingerprint the destination holds."),
        gettext_noop("Ask whoever runs the server whether the certificate was renewed, before anything is sent there."),
    ),
    FailureRule(
        "tls.failed",
        Misconfigured,
        gettext_noop(
            "No encrypted connection to %(host)s on port %(port)d could be agreed on; it takes TLS 1.2 or 1.3."
        ),
        gettext_noop("Check security and port in the destination. The server may be too old, or speak no TLS there."),
    ),
    # The connection to an FTP server.
    FailureRule(
        "ftp.no_server",
        Misconfigured,
        gettext_noop("What answers at %(host)s on port %(port)d is no FTP server."),
        gettext_noop("An administrator must check host, port and security in the destination."),
    ),
    FailureRule("ftp.closed", Transient, gettext_noop("The server %(host)s closed the connection."), _AGAIN),
    FailureRule("ftp.silent", Transient, gettext_noop("The server %(host)s did not answer in time."), _AGAIN),
    FailureRule(
        "ftp.too_slow",
        Transient,
        gettext_noop("The server %(host)s was so slow that the connection was given up."),
        _AGAIN,
    ),
    FailureRule(
        "ftp.unavailable",
        Transient,
        gettext_noop("The server %(host)s cannot do this at the moment (answer %(reply)d)."),
        _AGAIN,
    ),
    FailureRule(
        "ftp.refused",
        Misconfigured,
        gettext_noop("The server %(host)s refused a step (answer %(reply)d)."),
        gettext_noop("Test the connection to see at which step, and ask whoever runs the server."),
    ),
    FailureRule(
        "ftp.no_tls",
        Misconfigured,
        gettext_noop("The server %(host)s offers no encryption on this port (answer %(reply)d)."),
        gettext_noop("Ask whoever runs the server which port FTPS has, and whether its TLS is explicit or implicit."),
    ),
    FailureRule(
        "ftp.wants_tls",
        Misconfigured,
        gettext_noop("The server %(host)s takes encrypted connections only."),
        gettext_noop("An administrator must choose FTPS in the destination."),
    ),
    FailureRule(
        "ftp.data_not_encrypted",
        Misconfigured,
        gettext_noop("The server %(host)s did not accept the encryption of the file's connection (answer %(reply)d)."),
        gettext_noop("Try “TLS 1.2 only” in the destination. If that is no help, ask whoever runs the server."),
    ),
    FailureRule(
        "ftp.no_data_connection",
        Transient,
        gettext_noop("The server %(host)s answers, but no connection for the file itself could be made to it."),
        gettext_noop("The portal tries again by itself. If it stays so, a firewall bars the server's passive ports."),
    ),
    # The account and its rights.
    FailureRule(
        "ftp.sign_in",
        Misconfigured,
        gettext_noop("The server %(host)s does not know this user name with this password."),
        gettext_noop("An administrator must correct user name or password in the destination."),
    ),
    FailureRule(
        "ftp.password_unusable",
        Misconfigured,
        gettext_noop("The password holds a line break, which cannot be sent to an FTP server."),
        gettext_noop("An administrator must enter the password again, without line breaks."),
    ),
    FailureRule(
        "ftp.folder",
        Misconfigured,
        gettext_noop("On the server %(host)s there is no folder %(folder)s, or the account may not enter it."),
        gettext_noop("An administrator must have the folder made or opened, or name another one in the destination."),
    ),
    FailureRule(
        "ftp.not_writable",
        Misconfigured,
        gettext_noop("The server %(host)s did not let the account make a file in its folder (answer %(reply)d)."),
        gettext_noop("Have the account given the right to write there, also under names that begin with a dot."),
    ),
    FailureRule(
        "ftp.not_readable",
        Misconfigured,
        gettext_noop("The server %(host)s did not let the account read %(name)s."),
        gettext_noop("Have the account given the right to read, or choose not to read back in the destination."),
    ),
    FailureRule(
        "ftp.not_renamable",
        Misconfigured,
        gettext_noop("The server %(host)s did not let the account give %(name)s its final name (answer %(reply)d)."),
        gettext_noop("Have the account given the right to rename. Without it, choose to write the final name at once."),
    ),
    FailureRule(
        "ftp.not_removable",
        Misconfigured,
        gettext_noop("The server %(host)s did not let the account remove a file of its own (answer %(reply)d)."),
        gettext_noop("Have the account given the right to remove files; without it, unfinished ones stay behind."),
    ),
    FailureRule(
        "ftp.not_listable",
        Misconfigured,
        gettext_noop("The server %(host)s did not let the account list its folder (answer %(reply)d)."),
        gettext_noop("Have the account given the right to list; without it, unfinished files stay behind."),
    ),
    FailureRule(
        "ftp.no_size",
        Misconfigured,
        gettext_noop("The server %(host)s cannot say how large a file is, so nothing sent to it could be verified."),
        gettext_noop("Ask whoever runs the server for one that knows SIZE (RFC 3659)."),
    ),
    # The file.
    FailureRule(
        "ftp.not_comparable",
        Permanent,
        gettext_noop("%(name)s is there already, as large as ours, but may not be read; perhaps it is the same."),
        gettext_noop("Find out what that file is. Have it removed, or the account given the right to read."),
    ),
    FailureRule(
        "ftp.name_refused",
        Permanent,
        gettext_noop("The server %(host)s does not take a file under the name %(name)s."),
        gettext_noop("Ask whoever runs the server which names it takes."),
    ),
    FailureRule(
        "ftp.not_stored",
        Transient,
        gettext_noop("The server %(host)s could not store %(name)s (%(size)d bytes); its disk may be full."),
        _AGAIN,
    ),
    FailureRule(
        "ftp.broken_off",
        Transient,
        gettext_noop("The connection for %(name)s to the server %(host)s broke off before all of it was there."),
        _AGAIN,
    ),
    FailureRule(
        "ftp.outcome_unknown",
        Transient,
        gettext_noop("The connection to %(host)s broke off while %(name)s got its final name, perhaps with success."),
        gettext_noop("Nothing is to be done: the portal looks whether it is there, and tries again if not."),
    ),
    FailureRule(
        "ftp.vanished",
        Permanent,
        gettext_noop("%(name)s was sent whole, but the server %(host)s shows no such file, so it was not verified."),
        gettext_noop("Ask whoever runs the server whether it arrived, before it is sent again."),
    ),
)
"""Every rule of this kind; `failures.py` puts them among the others."""

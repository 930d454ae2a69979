"""What can go wrong on the way over SFTP, in words: code, kind, what happened, who must do what.

`failures.py` takes these into its table. No sentence repeats what the server said: its words may be anything.
"""

from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.errors import Misconfigured, Permanent, TransferFailure, Transient

RULES: Final[tuple[tuple[str, type[TransferFailure], str, str], ...]] = (
    # The server, before anybody signs in.
    (
        "sftp.host_key_new",
        Misconfigured,
        gettext_noop("The server %(host)s shows the host key %(fingerprint)s, which nobody has accepted yet."),
        gettext_noop(
            "Compare it with the fingerprint that the server's operator names. If both are the same, an administrator "
            "enters it in the destination; nothing is sent before."
        ),
    ),
    (
        "sftp.host_key_changed",
        Misconfigured,
        gettext_noop(
            "The server %(host)s shows the host key %(found)s, but %(expected)s was accepted. Nobody signed in, and "
            "nothing was sent."
        ),
        gettext_noop(
            "Ask the server's operator whether the key was changed. Only if they confirm the new one, an administrator "
            "enters it in the destination; if not, somebody is between the portal and the server."
        ),
    ),
    (
        "sftp.host_key_old",
        Misconfigured,
        gettext_noop(
            "The server %(host)s has only host keys of kinds that are no longer safe, such as ssh-rsa with SHA-1 or "
            "DSA."
        ),
        gettext_noop("The server's operator must add a host key of the kind Ed25519, ECDSA, or RSA with SHA-2."),
    ),
    (
        "sftp.ciphers_old",
        Misconfigured,
        gettext_noop("The server %(host)s offers only encryption that is no longer safe."),
        gettext_noop("The server's operator must switch on current methods of encryption, or renew the server."),
    ),
    (
        "sftp.not_ssh",
        Misconfigured,
        gettext_noop("What answers on port %(port)d of %(host)s is no SSH server, so SFTP is not to be had there."),
        gettext_noop("An administrator must correct host and port. FTP and FTPS are another way of sending."),
    ),
    (
        "sftp.closed_early",
        Transient,
        gettext_noop("The server %(host)s closed the connection before anybody had signed in."),
        gettext_noop(
            "The portal tries again by itself. If it stays so, the server has too many connections, or takes none from "
            "the portal's address."
        ),
    ),
    (
        "sftp.silent",
        Transient,
        gettext_noop("The server %(host)s stopped answering."),
        gettext_noop("The portal tries again by itself. If it stays so, the server or the network needs a look."),
    ),
    (
        "sftp.lost",
        Transient,
        gettext_noop("The connection to the server %(host)s was lost."),
        gettext_noop("The portal tries again by itself. If it stays so, the server or the network needs a look."),
    ),
    # Signing in.
    (
        "sftp.key_missing",
        Misconfigured,
        gettext_noop("The destination is to sign in with a private key, and there is none."),
        gettext_noop("An administrator must enter the private key, or choose to sign in with a password."),
    ),
    (
        "sftp.password_missing",
        Misconfigured,
        gettext_noop("The destination is to sign in with a password, and there is none."),
        gettext_noop("An administrator must enter the password, or choose to sign in with a private key."),
    ),
    (
        "sftp.key_putty",
        Misconfigured,
        gettext_noop("The private key is in PuTTY's own format."),
        gettext_noop(
            "Open it in PuTTYgen, choose Conversions, Export OpenSSH key, and have an administrator enter the result."
        ),
    ),
    (
        "sftp.key_public",
        Misconfigured,
        gettext_noop("What was entered as the private key is a public one."),
        gettext_noop(
            "The server gets the public key. An administrator must enter the private one, which begins with "
            "-----BEGIN and has PRIVATE KEY in its first line."
        ),
    ),
    (
        "sftp.key_kind",
        Misconfigured,
        gettext_noop("The private key is of a kind that cannot be used, such as DSA or a key of a security token."),
        gettext_noop("Make a key of the kind Ed25519, ECDSA or RSA, and have the server's operator accept it."),
    ),
    (
        "sftp.key_locked",
        Misconfigured,
        gettext_noop("The private key is protected by a passphrase, and none was entered."),
        gettext_noop("An administrator must enter the passphrase of the key."),
    ),
    (
        "sftp.passphrase_wrong",
        Misconfigured,
        gettext_noop("The passphrase does not open the private key, or the key is damaged."),
        gettext_noop("An administrator must enter the passphrase and the key once more."),
    ),
    (
        "sftp.key_damaged",
        Misconfigured,
        gettext_noop("The private key cannot be read: it is incomplete, damaged, or no private key at all."),
        gettext_noop("An administrator must enter the whole key, with the lines that begin with -----."),
    ),
    (
        "sftp.key_refused",
        Misconfigured,
        gettext_noop("The server %(host)s does not let %(user)s sign in with the key %(fingerprint)s."),
        gettext_noop(
            "Check the user name, and have the server's operator accept the public half of this key for that user."
        ),
    ),
    (
        "sftp.password_refused",
        Misconfigured,
        gettext_noop("The server %(host)s does not take the password of %(user)s."),
        gettext_noop("An administrator must check user name and password, and whether the account is locked."),
    ),
    (
        "sftp.no_keys",
        Misconfigured,
        gettext_noop("The server %(host)s does not let %(user)s sign in with a key at all."),
        gettext_noop("Have the server's operator allow keys, or choose to sign in with a password."),
    ),
    (
        "sftp.no_passwords",
        Misconfigured,
        gettext_noop("The server %(host)s does not let %(user)s sign in with a password at all."),
        gettext_noop("Choose to sign in with a private key, or have the server's operator allow passwords."),
    ),
    (
        "sftp.rsa_old",
        Misconfigured,
        gettext_noop("The server %(host)s takes RSA keys only with SHA-1, which is no longer safe."),
        gettext_noop("Use a key of the kind Ed25519 or ECDSA, or have the server's operator renew the server."),
    ),
    (
        "sftp.more_wanted",
        Misconfigured,
        gettext_noop("The server %(host)s wants a second proof of %(user)s, such as a code, which the portal has not."),
        gettext_noop("Have the server's operator let this user sign in with a key or a password alone."),
    ),
    (
        "sftp.no_session",
        Transient,
        gettext_noop("The server %(host)s let %(user)s sign in, but opened no session."),
        gettext_noop(
            "The portal tries again by itself. If it stays so, the server's operator must allow more sessions."
        ),
    ),
    (
        "sftp.no_service",
        Misconfigured,
        gettext_noop("The server %(host)s let %(user)s sign in, but offers no SFTP."),
        gettext_noop("The server's operator must switch on SFTP for this user."),
    ),
    # The folder and its files.
    (
        "sftp.folder_missing",
        Misconfigured,
        gettext_noop("The server %(host)s has no folder %(folder)s."),
        gettext_noop("Have the folder made at the server, or name another one in the destination."),
    ),
    (
        "sftp.no_write",
        Misconfigured,
        gettext_noop("The server does not let %(user)s write to the folder %(folder)s."),
        gettext_noop("The server's operator must give this user the right to write there."),
    ),
    (
        "sftp.no_read",
        Misconfigured,
        gettext_noop("The server does not let %(user)s read %(name)s in the folder %(folder)s."),
        gettext_noop("Have the server's operator allow reading, or switch off reading back in the destination."),
    ),
    (
        "sftp.no_list",
        Misconfigured,
        gettext_noop("The server does not let %(user)s see what is in the folder %(folder)s."),
        gettext_noop("Nothing unfinished can be cleared away there; the server's operator must see to it."),
    ),
    (
        "sftp.no_remove",
        Misconfigured,
        gettext_noop("The server does not let %(user)s remove a file from the folder %(folder)s."),
        gettext_noop(
            "The server's operator must allow it, so that the portal can clear away what it could not finish."
        ),
    ),
    (
        "sftp.write_failed",
        Transient,
        gettext_noop(
            "The server took %(sent)d of the %(size)d bytes of %(name)s and refused more, without saying why."
        ),
        gettext_noop(
            "Most often the disk or the account's quota is full: have room made. The portal tries again by itself."
        ),
    ),
    (
        "sftp.refused",
        Transient,
        gettext_noop("The server refused to begin %(name)s in the folder %(folder)s, without saying why."),
        gettext_noop("The portal tries again by itself. If it stays so, the server's operator must look into it."),
    ),
    (
        "sftp.in_use",
        Transient,
        gettext_noop("Another worker is sending %(name)s as the same attempt."),
        gettext_noop("Nothing is to be done: the portal tries again by itself."),
    ),
    (
        "sftp.gone",
        Transient,
        gettext_noop("What was sent of %(name)s had disappeared from the server before it got its name."),
        gettext_noop("The portal tries again by itself. If it stays so, a program there clears the folder."),
    ),
    (
        "sftp.rename_refused",
        Misconfigured,
        gettext_noop("The server does not let %(user)s rename a file in the folder %(folder)s."),
        gettext_noop(
            "Have the server's operator allow renaming. If that cannot be, choose to write the final name at once."
        ),
    ),
    (
        "sftp.rename_failed",
        Transient,
        gettext_noop("Everything of %(name)s was sent, but the server did not give it its name, without saying why."),
        gettext_noop(
            "The portal tries again by itself. If it stays so, have the server's operator allow renaming, or choose to "
            "write the final name at once."
        ),
    ),
    (
        "sftp.cannot_refuse",
        Misconfigured,
        gettext_noop("The server overwrites a file that has the name already, in the folder %(folder)s."),
        gettext_noop("The server's operator must make it refuse that; others' files are not safe otherwise."),
    ),
    (
        "sftp.cannot_compare",
        Permanent,
        gettext_noop(
            "The server holds a file named %(name)s of the right size, and the destination does not read back, so "
            "nobody can tell whether it is the same."
        ),
        gettext_noop(
            "Ask the receiver. If it is another file, have it removed. If reading is allowed, switch on reading back."
        ),
    ),
    (
        "sftp.vanished",
        Permanent,
        gettext_noop(
            "All of %(name)s was sent and taken by the server, but the file was gone before its size could be seen."
        ),
        gettext_noop("Ask the receiver whether the file arrived whole. Sending it again may deliver it twice."),
    ),
)  # fmt: skip

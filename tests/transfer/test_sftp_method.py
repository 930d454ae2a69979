"""SFTP among the ways of sending: what is filled in, what is refused, what an approval is bound to."""

from typing import Any

import pytest
from django.conf import settings

from ingest.transfer.registry import Limits, SettingsError, build, canonical_settings, method_named, read_settings
from ingest.transfer.secret import Secret
from ingest.transfer.sftp import SftpDestination
from ingest.transfer.sftp_session import Patience

LEAST: dict[str, Any] = {"host": "sftp.example.com", "user": "partner"}
FINGERPRINT = "SHA256:" + "a+/9" * 10 + "abc"


def test_host_and_user_are_enough_and_the_rest_is_the_safe_choice() -> None:
    assert read_settings("sftp", LEAST) == {
        "host": "sftp.example.com", "port": 22, "user": "partner", "folder": ".", "sign_in": "key",
        "final_name": "when_whole", "read_back": True,
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["in", "in/adobe", "/srv/in", "/", "~", "für Adobe", "a..b", "..."])
def test_folders_are_taken_as_servers_name_them(folder: str) -> None:
    assert read_settings("sftp", {**LEAST, "folder": folder})["folder"] == folder


BAD = {
    "no host": ("host", "", "Fill this in."),
    "address of a page": ("host", "sftp://example.com", "without a protocol, port or path."),
    "port 0": ("port", 0, "Give a number from 1 to 65535"),
    "port too large": ("port", 65536, "Give a number from 1 to 65535"),
    "port as text": ("port", "22", "Give a whole number."),
    "no user": ("user", "", "Fill this in."),
    "blank user": ("user", " partner", "without blanks around it"),
    "long user": ("user", "x" * 257, "256 characters"),
    "user with a line break": ("user", "a\nb", "without line breaks"),
    "steps back": ("folder", "in/../../etc", "without “..”"),
    "only a step back": ("folder", "..", "without “..”"),
    "steps back at the end": ("folder", "/srv/..", "without “..”"),
    "backslash": ("folder", "in\\adobe", "with slashes"),
    "folder with a line break": ("folder", "in\nout", "without line breaks"),
    "folder with what cannot be seen": ("folder", "in\u200b", "without line breaks"),
    "blanks at the end": ("folder", "in ", "without blanks"),
    "long folder": ("folder", "x" * 501, "500 characters"),
    "MD5": ("host_key", "MD5:" + ":".join(["aa"] * 16), "as OpenSSH shows it"),
    "a whole key": ("host_key", "ssh-ed25519 AAAAC3Nza", "as OpenSSH shows it"),
    "short fingerprint": ("host_key", FINGERPRINT[:-1], "as OpenSSH shows it"),
    "another way to sign in": ("sign_in", "agent", "Choose one of the values"),
    "another time for the name": ("final_name", "never", "Choose one of the values"),
    "read back as text": ("read_back", "no", "Say yes or no."),
    "a secret among the settings": ("private_key", "-----BEGIN", "must not be kept"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_said_at_its_field(case: str) -> None:
    name, value, words = BAD[case]
    with pytest.raises(SettingsError) as caught:
        read_settings("sftp", {**LEAST, name: value})
    assert caught.value.problems.keys() == {name}
    assert words in str(caught.value.problems[name])


def test_an_accepted_host_key_is_part_of_what_was_approved_and_no_secret_is() -> None:
    before, after = (canonical_settings("sftp", {**LEAST, **more}) for more in ({}, {"host_key": FINGERPRINT}))
    assert before != after
    assert FINGERPRINT in after
    secrets = {field.name for field in method_named("sftp").fields if field.is_secret}
    assert secrets == {"private_key", "passphrase", "password"}
    assert not any(name in after for name in secrets)


def test_a_destination_is_built_without_touching_anything_and_shows_no_secret() -> None:
    secrets = {"private_key": Secret("hunter2"), "password": Secret("hunter3")}
    built = build("sftp", {**LEAST, "host_key": FINGERPRINT + "="}, secrets=secrets, limits=Limits())
    assert isinstance(built, SftpDestination)
    assert built._server.fingerprint == FINGERPRINT
    assert "hunter" not in repr(built._server)
    built.close()
    built.close()


def test_whoever_writes_at_once_is_told_what_that_means() -> None:
    method = method_named("sftp")
    field = next(field for field in method.fields if field.name == "final_name")
    assert "a part of a file" in str(field.help)
    assert "a part can be seen" in str(method.description)


def test_nothing_is_waited_for_as_long_as_a_lease_lasts() -> None:
    """Between two waits progress is told, and that prolongs it."""
    longest = max(value for name, value in vars(Patience()).items() if name != "keep_alive")
    assert longest < settings.LEASE.total_seconds()

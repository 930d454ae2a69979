"""FTP among the ways of sending: what is filled in, what is refused, what a secret is kept out of."""

import ipaddress
from typing import Any

import pytest

from ingest.transfer.errors import Misconfigured
from ingest.transfer.ftp import FtpDestination
from ingest.transfer.registry import METHODS, Limits, SettingsError, build, canonical_settings, read_settings
from ingest.transfer.secret import Secret
from tests.transfer.certificates import certificate
from tests.transfer.receivers import TARGET

GIVEN = {"host": "ftp.example.com", "user": "portal"}
FINGERPRINT = "ab" * 32


def problems(**more: Any) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read_settings("ftp", {**GIVEN, **more})
    return {name: str(problem) for name, problem in caught.value.problems.items()}


def test_what_is_not_said_is_the_safe_choice() -> None:
    assert read_settings("ftp", GIVEN) == {
        **GIVEN, "port": 21, "security": "explicit", "is_tls12_only": False, "naming": "when_whole",
        "read_back": "up_to_1_gb",
    }  # fmt: skip


def test_plain_ftp_is_refused_at_the_tick_that_is_missing() -> None:
    assert problems(security="plain").keys() == {"allows_plain"}
    assert problems(security="plain", allows_plain=False).keys() == {"allows_plain"}
    assert read_settings("ftp", {**GIVEN, "security": "plain", "allows_plain": True})["security"] == "plain"


def test_the_tick_for_plain_ftp_alone_makes_nothing_plain() -> None:
    assert read_settings("ftp", {**GIVEN, "allows_plain": True})["security"] == "explicit"


def test_implicit_tls_has_another_port_than_explicit() -> None:
    assert problems(security="implicit").keys() == {"port"}
    assert read_settings("ftp", {**GIVEN, "security": "implicit", "port": 990})["port"] == 990


@pytest.mark.parametrize("port", [0, -1, 65536, "21", True])
def test_a_port_is_a_number_that_there_is(port: object) -> None:
    assert problems(port=port).keys() == {"port"}


@pytest.mark.parametrize("host", ["ftp://example.com", "ftp.example.com:21", "a b", "example.com/in"])
def test_a_host_is_a_name_only(host: str) -> None:
    assert problems(host=host).keys() == {"host"}


@pytest.mark.parametrize(
    "folder", ["..", "../in", "in/../../out", "in\\..\\out", "in\r\nDELE x", "in\x00", " in", "in\n"]
)
def test_a_folder_goes_down_only_and_holds_nothing_that_ends_a_command(folder: str) -> None:
    assert problems(folder=folder).keys() == {"folder"}


@pytest.mark.parametrize("folder", ["in", "/in/box", "Ablage für Adobe", "a..b", ".in"])
def test_other_folders_are_taken_as_they_are(folder: str) -> None:
    assert read_settings("ftp", {**GIVEN, "folder": folder})["folder"] == folder


def test_a_user_name_cannot_hold_a_second_command() -> None:
    assert problems(user="portal\r\nDELE x").keys() == {"user"}
    assert problems(user=" portal").keys() == {"user"}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_authority_is_text_in_pem_as_forms_send_it(line_end: str) -> None:
    text = certificate().authority.replace("\n", line_end)
    assert read_settings("ftp", {**GIVEN, "authority": text})["authority"] == text
    for bad in ("no certificate", text[:200], text.replace("CERTIFICATE", "NOTHING"), text + "\x07"):
        assert problems(authority=bad).keys() == {"authority"}


def test_a_private_key_among_what_may_be_seen_is_refused_and_not_repeated() -> None:
    label = "PRIVATE KEY"
    said = problems(authority=f"-----BEGIN {label}-----\nMIIsecret\n-----END {label}-----\n")
    assert "private key" in said["authority"]
    assert "MIIsecret" not in said["authority"]


@pytest.mark.parametrize("given", ["ab" * 31, "zz" * 32, "ab:" * 32, "SHA256:" + "ab" * 32])
def test_a_fingerprint_is_a_sha256(given: str) -> None:
    assert problems(fingerprint=given).keys() == {"fingerprint"}


def test_an_authority_or_a_fingerprint_not_both() -> None:
    assert problems(fingerprint=FINGERPRINT, authority=certificate().authority).keys() == {"fingerprint"}


def test_a_password_is_no_setting_and_bound_to_nothing() -> None:
    assert problems(password="hunter2").keys() == {"password"}
    assert "password" not in canonical_settings("ftp", GIVEN)


def test_names_of_the_method_say_what_it_is_and_that_it_ends() -> None:
    method = METHODS["ftp"]
    assert str(method.label) == "FTP or FTPS"
    assert "phasing FTP out" in str(method.description)


def test_a_destination_is_built_without_touching_anything() -> None:
    with build("ftp", GIVEN, secrets={"password": Secret("hunter2")}, limits=Limits()) as built:
        assert isinstance(built, FtpDestination)
        assert "hunter2" not in repr(vars(built))


@pytest.mark.parametrize("networks", [(), (ipaddress.IPv4Network("10.0.0.0/8"),)])
def test_a_host_inside_is_not_connected_to_unless_its_network_is_open(
    networks: tuple[ipaddress.IPv4Network, ...],
) -> None:
    settings = {**GIVEN, "host": "127.0.0.1"}
    limits = Limits(private_networks=networks)
    with (
        build("ftp", settings, secrets={}, limits=limits) as destination,
        pytest.raises(Misconfigured) as caught,
    ):
        destination.look(TARGET)
    assert caught.value.code == "host.not_allowed"

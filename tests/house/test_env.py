"""Settings refuse nonsense at the start, and never repeat what may be a secret."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from amportal.env import Environment
from tests.house.tree import PROJECT

KEY = "k" * 50
FERNET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def _key(**variables: str) -> str:
    return Environment(variables).secret("KEY", least_characters=50)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), (None, True)])
def test_a_truth_is_true_or_false(text: str | None, *, value: bool) -> None:
    variables = {} if text is None else {"SHOWN": text}
    assert Environment(variables).boolean("SHOWN", default=True) is value


@pytest.mark.parametrize("address", ["mysql://x", "mysql://somebody@db/portal", "", "postgresql://db"])
def test_an_unknown_kind_of_database_is_told_which_are_known(address: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"sqlite:////absolute/path or postgresql://") as told:
        Environment({"DB": address}).database("DB", default=tmp_path)
    assert "mysql" not in str(told.value)


def test_names_are_cut_at_commas_and_trimmed() -> None:
    assert Environment({"HOSTS": "portal.example.com, localhost"}).names("HOSTS") == ("portal.example.com", "localhost")
    assert Environment({}).names("HOSTS") == ()


def test_networks_are_cut_at_commas_and_nothing_else_is_taken_for_one() -> None:
    networks = Environment({"OPEN": "10.1.0.0/16, fd12::/64"}).networks("OPEN")
    assert [str(network) for network in networks] == ["10.1.0.0/16", "fd12::/64"]
    assert Environment({}).networks("OPEN") == ()
    for wrong in ("10.1.0.0/33", "10.1.0.1/16", "example.com"):
        with pytest.raises(ImproperlyConfigured, match="networks separated by commas"):
            Environment({"OPEN": wrong}).networks("OPEN")


def test_a_choice_is_one_of_the_choices() -> None:
    assert Environment({"LEVEL": "b"}).choice("LEVEL", default="a", choices=("a", "b")) == "b"
    assert Environment({}).choice("LEVEL", default="a", choices=("a", "b")) == "a"


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_may_stand_in_a_file(tmp_path: Path, ending: str) -> None:
    file = tmp_path / "key"
    file.write_bytes((KEY + ending).encode())
    assert _key(KEY_FILE=str(file)) == KEY
    assert _key(KEY=KEY) == KEY
    assert _key() == ""


@pytest.mark.parametrize(
    "read",
    [
        lambda: Environment({"SEEN": "hunter2"}).boolean("SEEN", default=True),
        lambda: Environment({"SEEN": "True"}).boolean("SEEN", default=True),
        lambda: Environment({"SEEN": ""}).boolean("SEEN", default=True),
        lambda: Environment({"SEEN": "hunter2"}).choice("SEEN", default="a", choices=("a",)),
        lambda: Environment({"SEEN": "hunter2,"}).names("SEEN"),
        lambda: Environment({"SEEN": "hunter2.example.com"}).origin("SEEN", default=""),
        lambda: Environment({"SEEN": "https://hunter2.example.com/portal"}).origin("SEEN", default=""),
        lambda: Environment({"SEEN": "https://hunter2:secret@example.com"}).origin("SEEN", default=""),
        lambda: Environment({"SEEN": "javascript:hunter2"}).origin("SEEN", default=""),
        lambda: Environment({"SEEN": "hunter2 b"}).names("SEEN"),
        lambda: Environment({"SEEN": "hunter2"}).secret("SEEN", least_characters=50),
        lambda: Environment({"SEEN": ""}).secret("SEEN", least_characters=50),
        lambda: Environment({"SEEN": f" {KEY}"}).secret("SEEN", least_characters=50),
        lambda: Environment({"SEEN": "hunter2" * 8}).key_ring("SEEN"),
        lambda: Environment({"SEEN": f"{FERNET},hunter2"}).key_ring("SEEN"),
        lambda: Environment({"SEEN": FERNET.replace("=", "A")}).key_ring("SEEN"),
        lambda: Environment({"SEEN": ""}).key_ring("SEEN"),
    ],
)
def test_a_malformed_value_is_named_but_not_repeated(read: Callable[[], object]) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SEEN is malformed: expected ") as caught:
        read()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("between", [",", ", ", "\n", "\r\n", " "])
def test_keys_of_a_ring_keep_their_order_however_they_are_separated(tmp_path: Path, between: str) -> None:
    other = FERNET.replace("M", "N", 1)
    file = tmp_path / "keys"
    file.write_bytes(f"{FERNET}{between}{other}\n".encode())
    assert Environment({"KEYS_FILE": str(file)}).key_ring("KEYS") == (FERNET, other)
    assert Environment({"KEYS": f"{FERNET}{between}{other}"}).key_ring("KEYS") == (FERNET, other)
    assert Environment({}).key_ring("KEYS") == ()


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "http://127.0.0.1"),
        ({"AMPORTAL_ADDRESS": "https://portal.example.com:8443/"}, "https://portal.example.com:8443"),
        ({"AMPORTAL_ADDRESS": "http://[::1]:8000"}, "http://[::1]:8000"),
        ({"AMPORTAL_ALLOWED_HOSTS": "a.example.com,b.example.com", "AMPORTAL_HTTPS": "true"}, "https://a.example.com"),
        ({"AMPORTAL_ALLOWED_HOSTS": ".example.com"}, "http://example.com"),
        ({"AMPORTAL_ALLOWED_HOSTS": "*"}, "http://localhost"),
    ],
)
def test_links_in_messages_lead_to_where_the_portal_answers(variables: dict[str, str], address: str) -> None:
    code = "from amportal import settings as s; print(s.ADDRESS, s.MAILS_LEAVE, s.ADDRESS_IS_SET)"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AMPORTAL_")}
    command = [sys.executable, "-W", "error", "-c", code]
    answer = subprocess.run(command, cwd=PROJECT, env=plain | variables, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == [address, "False", str("AMPORTAL_ADDRESS" in variables)]


def test_a_secret_has_one_source() -> None:
    with pytest.raises(ImproperlyConfigured, match="KEY and KEY_FILE are both set"):
        _key(KEY=KEY, KEY_FILE="/nowhere")


@pytest.mark.parametrize("content", [None, b"\xff" * 50])
def test_an_unreadable_secret_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match="KEY_FILE names a file that cannot be read"):
        _key(KEY_FILE=str(file))


def _manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMPORTAL_")} | variables
    command = [sys.executable, "-W", "error", str(PROJECT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_command_line_needs_no_setting() -> None:
    answer = _manage("check")
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_malformed_setting_stops_the_start() -> None:
    answer = _manage("check", AMPORTAL_LOG_LEVEL="loud")
    assert answer.returncode != 0
    assert "AMPORTAL_LOG_LEVEL is malformed: expected one of DEBUG, INFO" in answer.stderr


@pytest.mark.parametrize("module", ["amportal.wsgi", "amportal.asgi", "amportal.urls"])
def test_the_servers_entry_points_load(module: str) -> None:
    command = [sys.executable, "-W", "error", "-c", f"import django; django.setup(); import {module}"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "amportal.settings", "AMPORTAL_SECRET_KEY": KEY}
    assert subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode == 0

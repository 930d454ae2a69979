"""The direction of imports: the linter agrees with the project, and complains about each contract once it is broken."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PROJECT

CONTRACTS = PROJECT / ".importlinter"
# A small house with every room of docs/architecture.md, so that rooms yet to be built are covered, too.
ROOMS = [
    "amportal/__init__",
    "ingest/__init__",
    "ingest/apps",
    "ingest/aam/__init__",
    "ingest/aam/text",
    "ingest/crm/__init__",
    "ingest/engine/__init__",
    "ingest/lifecycle",
    "ingest/transfer/__init__",
    "ingest/transfer/s3",
    "ingest/models/__init__",
    "ingest/access",
    "ingest/queue",
    "ingest/services/__init__",
    "ingest/forms/__init__",
    "ingest/templatetags/__init__",
    "ingest/views/__init__",
    "ingest/tasks",
    "ingest/urls",
    "ingest/admin",
    "ingest/management/__init__",
    "ingest/checks",
    "ingest/api/__init__",
]
ALLOWED = [
    ("ingest/transfer/s3", "import boto3"),
    ("ingest/tasks", "import celery"),
    ("ingest/queue", "import celery"),
    ("amportal/__init__", "import celery"),
    ("ingest/services/__init__", "import ingest.transfer.s3, ingest.engine, ingest.lifecycle, ingest.queue"),
    ("ingest/engine/__init__", "import numpy, pathlib, ingest.crm, ingest.aam"),
    ("ingest/management/__init__", "import django, ingest.engine"),
]
BROKEN = [
    ("layers", "ingest/aam/text", "import ingest.crm"),
    ("layers", "ingest/crm/__init__", "import ingest.engine"),
    ("layers", "ingest/engine/__init__", "import ingest.models"),
    ("layers", "ingest/transfer/s3", "import ingest.engine"),
    ("layers", "ingest/lifecycle", "import ingest.aam"),
    ("layers", "ingest/models/__init__", "import ingest.services"),
    ("layers", "ingest/access", "import ingest.queue"),
    ("layers", "ingest/services/__init__", "import ingest.tasks"),
    ("layers", "ingest/views/__init__", "import ingest.tasks"),
    ("layers", "ingest/helpers", ""),
    ("project", "ingest/services/__init__", "from amportal import settings"),
    ("product", "ingest/engine/__init__", "import bench"),
    ("product", "amportal/__init__", "from tests import conftest"),
    ("pure", "ingest/aam/text", "import numpy"),
    ("pure", "ingest/crm/__init__", "from pathlib import Path"),
    ("pure", "ingest/crm/__init__", "import time"),
    ("aam", "ingest/aam/__init__", "import charset_normalizer"),
    ("engine", "ingest/engine/__init__", "from django.conf import settings"),
    ("engine", "ingest/engine/__init__", "import socket"),
    ("transfer", "ingest/transfer/__init__", "from django.core.mail import send_mail"),
    ("transfer", "ingest/transfer/s3", "import numpy"),
    ("vendors", "ingest/services/__init__", "import boto3"),
    ("vendors", "amportal/__init__", "import paramiko"),
    ("celery", "ingest/services/__init__", "import celery"),
    ("celery", "ingest/management/__init__", "from celery import current_app"),
]
# The linter refuses contracts about rooms that are not there yet: who builds one of these adds it to its contract.
ROOMS_TO_COME = {"lifecycle": "pure", "transfer": "transfer"}


def _names() -> dict[str, str]:
    """Contract → the name under which the linter reports it."""
    config = configparser.ConfigParser()
    config.read(CONTRACTS, encoding="utf-8")
    prefix = "importlinter:contract:"
    return {key.removeprefix(prefix): config[key]["name"] for key in config.sections() if key.startswith(prefix)}


def _lint(house: Path) -> tuple[int, str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    options = ["--config", str(CONTRACTS), "--no-cache"]
    answer = subprocess.run([*command, *options], cwd=house, capture_output=True, text=True, check=False)
    return answer.returncode, " ".join((answer.stdout + answer.stderr).split())


def _build(house: Path, *lines: tuple[str, str]) -> Path:
    for room in ROOMS:
        path = house / f"{room}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    for room, line in lines:
        (house / f"{room}.py").write_text(f"{line}\n", encoding="utf-8")
    return house


def test_a_house_in_order_passes(tmp_path: Path) -> None:
    code, said = _lint(_build(tmp_path, *ALLOWED))
    assert code == 0, said


@pytest.mark.parametrize(("contract", "room", "line"), BROKEN)
def test_a_broken_contract_is_reported(tmp_path: Path, contract: str, room: str, line: str) -> None:
    code, said = _lint(_build(tmp_path, *ALLOWED, (room, line)))
    assert code == 1, said
    assert f"{_names()[contract]} BROKEN" in said


def test_every_contract_is_broken_once() -> None:
    assert {contract for contract, _, _ in BROKEN} == _names().keys()


@pytest.mark.parametrize(("room", "contract"), ROOMS_TO_COME.items())
def test_a_new_room_comes_with_its_contract(room: str, contract: str) -> None:
    built = bool(list((PROJECT / "ingest").glob(f"{room}.py")) + list((PROJECT / "ingest").glob(f"{room}/__init__.py")))
    config = configparser.ConfigParser()
    config.read(CONTRACTS, encoding="utf-8")
    sources = config.get(f"importlinter:contract:{contract}", "source_modules", fallback="").split()
    assert (f"ingest.{room}" in sources) is built


def test_the_pure_rooms_import_without_django_and_without_arrays() -> None:
    pulled_in = "print(sorted({'django', 'numpy', 'numba'} & set(sys.modules)))"
    program = f"import sys, ingest.aam, ingest.crm.mapping; {pulled_in}"
    answer = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"

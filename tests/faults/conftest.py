"""A large customer file, made once for all tests about runs that are disturbed."""

from pathlib import Path

import pytest

from ingest.engine.warm import warm
from tests.commands.command_line import Desk
from tests.faults.processes import large_customers


@pytest.fixture(scope="session", autouse=True)
def _engine_is_warm() -> None:
    """A process that has to compile first is not in the middle of anything."""
    warm()


@pytest.fixture(scope="session")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A million rows."""
    path = tmp_path_factory.mktemp("large") / "customers.csv"
    large_customers(path)
    return path


@pytest.fixture
def large_desk(large_file: Path, tmp_path: Path) -> Desk:
    """A desk with the large file on it."""
    desk = Desk(tmp_path).lay(b"")
    desk.customers.unlink()
    desk.customers.symlink_to(large_file)
    return desk

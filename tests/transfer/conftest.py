"""One receiver for all tests about sealed files; keys take a while to make."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transfer import sshd
from tests.transfer.keys import Receiver
from tests.transfer.s3_server import stop_shared_server


@pytest.fixture(autouse=True, scope="session")
def _servers() -> Iterator[None]:
    """What tests have started on the way ends with them."""
    yield
    stop_shared_server()


@pytest.fixture(autouse=True, scope="session")
def _shared_servers() -> Iterator[None]:
    """Started when a test first needs one, and ended here."""
    yield
    sshd.stop_shared()


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """A receiver without keys."""
    with tempfile.TemporaryDirectory(prefix="gpg") as name:  # a short path: the agent's socket stands in it
        one = Receiver(Path(name))
        one.home.chmod(0o700)
        yield one
        one.close()


@pytest.fixture(scope="session")
def fingerprint(receiver: Receiver) -> str:
    """The receiver's good key."""
    return receiver.make_key("environment")


@pytest.fixture
def public_key(receiver: Receiver, fingerprint: str, tmp_path: Path) -> Path:
    """The good key, exported as text."""
    return receiver.export(tmp_path / "public.asc", fingerprint)

"""Places that refuse: a small disk, a disk that may only be read, an account without rights."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def mounted(options: str) -> Iterator[Path]:
    """A tmpfs with these options; skips the test where none may be mounted."""
    with tempfile.TemporaryDirectory() as name:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "amportal-test", name],
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            pytest.skip("no disk can be mounted here")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", name], capture_output=True, timeout=60, check=True)


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """What belongs to root is refused while this lasts, also where the tests run as root."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(mine)


@contextmanager
def open_to_all() -> Iterator[Path]:
    """A folder that every account may look into, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)

"""The test of a folder: a hidden probe goes through everything that a delivery does."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.base import CheckStep
from ingest.transfer.checking import Step, run_steps
from ingest.transfer.failures import failure
from ingest.transfer.folder import OpenFolder, open_folder
from ingest.transfer.folder_errors import errors_in_words
from ingest.transfer.names import temporary_name
from ingest.transfer.words import Message

_PROBE: Final = b"A connection test of amportal. It is removed at once.\n"
_LABELS: Final = {
    "folder": Message(gettext_noop("Find the folder")),
    "write": Message(gettext_noop("Write a file")),
    "read_back": Message(gettext_noop("Read the file back")),
    "name_once": Message(gettext_noop("Give it a name that nothing has, and leave a name that is taken alone")),
    "remove": Message(gettext_noop("Remove the file")),
}


def check_folder(folder: Path, allowed_roots: Sequence[Path], *, temp_tag: str) -> tuple[CheckStep, ...]:
    """Find the folder, write, read back, name, remove.

    All names of the probe are temporary ones: no receiver takes it for a file, and the sweep removes what a killed test
    leaves.
    """
    with ExitStack() as stack:
        probe = _Probe(stack, folder, tuple(allowed_roots), temp_tag)
        attempts = {
            "folder": probe.find,
            "write": probe.write,
            "read_back": probe.read_back,
            "name_once": probe.name_once,
            "remove": probe.remove,
        }
        return run_steps([Step(code, _LABELS[code], attempt) for code, attempt in attempts.items()])


class _Probe:
    def __init__(self, stack: ExitStack, path: Path, roots: tuple[Path, ...], tag: str) -> None:
        self._stack, self._path, self._roots = stack, path, roots
        self._first, self._named, self._second = (temporary_name(f"probe {number}", tag) for number in range(3))
        self._folder = OpenFolder(path, -1)
        self._file = -1

    def find(self) -> None:
        self._folder = self._stack.enter_context(open_folder(self._path, self._roots))

    def write(self) -> None:
        self._stack.callback(self._folder.remove, self._named)
        self._file = self._written(self._first)

    def read_back(self) -> None:
        with errors_in_words(self._path, self._first, len(_PROBE)):
            if os.pread(self._file, len(_PROBE) + 1, 0) != _PROBE:
                raise failure("remote.damaged", name=self._first)

    def name_once(self) -> None:
        """The second time the name is taken, and the folder has to say so."""
        self._written(self._second)
        named = [self._folder.create_if_absent(name, self._named, len(_PROBE)) for name in (self._first, self._second)]
        if named != [True, False]:
            raise failure("folder.cannot_refuse", folder=str(self._path))

    def remove(self) -> None:
        with errors_in_words(self._path, self._named, len(_PROBE)):
            os.unlink(self._named, dir_fd=self._folder.fd)

    def _written(self, name: str) -> int:
        """A probe under one of its names; it is removed when the test ends, whatever happens."""
        file = self._stack.enter_context(self._folder.temporary(name, name, len(_PROBE)))
        with errors_in_words(self._path, name, len(_PROBE)):
            os.write(file, _PROBE)
            os.fsync(file)
        return file

"""A part sealed for its receiver right before it is sent, into a file that is hashed: two sealings never are equal."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final

from ingest.transfer import seal_program
from ingest.transfer.base import Source
from ingest.transfer.failures import failure
from ingest.transfer.openpgp import PublicKey, innermost_reason
from ingest.transfer.sending import PIECE_BYTES, PlannedFile

_SECONDS_TO_END: Final = 600  # for the last pieces to reach a slow disk
_TARGET: Final = "sealed"


def seal_source(source: Source, key: PublicKey, folder: Path, *, told: Callable[[], None]) -> Source:
    """The source encrypted into a file of `folder`, with size and SHA-256 of what was made.

    What is sealed are the very bytes that were approved: they are hashed on their way, and the last piece is held back
    until all were found right (`PlannedFile`). Memory does not grow with the file. `told` is called for every MiB, and
    may raise to stop. Raises TransferFailure: `artifact.…`, `seal.failed`, `seal.…` for a key that cannot be used.
    """
    target, key_file = folder / _TARGET, folder / "key"
    key_file.write_bytes(bytes(key))
    with PlannedFile(source) as planned:
        _run(planned.pieces(), key_file, target, told)
    return _hashed(target, told)


def _run(pieces: Iterable[bytes], key_file: Path, target: Path, told: Callable[[], None]) -> None:
    command = [sys.executable, "-I", str(seal_program.__file__), str(key_file), str(target)]
    with subprocess.Popen(  # noqa: S603 - this interpreter, a file of this program, and two paths of its own
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, cwd="/"
    ) as program:
        try:
            _feed(program.stdin, pieces, told)
            _, words = program.communicate(timeout=_SECONDS_TO_END)
        except BaseException:
            program.kill()
            raise
    if program.returncode:
        raise failure("seal.failed", reason=innermost_reason(words.decode("utf-8", "replace")))


def _feed(into: IO[bytes] | None, pieces: Iterable[bytes], told: Callable[[], None]) -> None:
    """All pieces; a program that has ended before says why by itself."""
    if into is None:
        raise RuntimeError("the program was begun without an input")
    try:
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[into.write(rest) :]
            told()
    except BrokenPipeError:
        return


def _hashed(path: Path, told: Callable[[], None]) -> Source:
    digest, size = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
            told()
    return Source(path, size, digest.hexdigest())

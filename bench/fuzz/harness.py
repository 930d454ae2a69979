"""What all fuzz harnesses share: limits on memory and file size, instrumentation, and handing over to the fuzzer."""

from __future__ import annotations

import os
import resource
import sys
from typing import TYPE_CHECKING

import atheris

from bench.workshop import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

MEMORY_BYTES = 4 << 30
FILE_BYTES = 256 << 20


def instrumented() -> AbstractContextManager[object]:
    """Modules imported within are watched for coverage.

    Where kernels are compiled, the modules that hold them stay as they are: the compiler reads their byte code. The
    fuzzer chooses by whole packages, so these modules are left out by name.
    """
    interpreted = os.environ.get("NUMBA_DISABLE_JIT") == "1"
    watched: AbstractContextManager[object] = atheris.instrument_imports(
        include=["ingest"], exclude=[] if interpreted else compiled_modules(), enable_loader_override=False
    )
    return watched


def compiled_modules() -> list[str]:
    """What compiled code is made from."""
    engine = PROJECT / "ingest" / "engine"
    sources = [*engine.glob("kernels/*.py"), *engine.glob("xlsx*.py"), PROJECT / "ingest" / "aam" / "personal_data.py"]
    return [".".join(source.relative_to(PROJECT).with_suffix("").parts) for source in sources]


def start(test_one_input: Callable[[bytes], None]) -> None:
    """Fuzz until the command line's limits are reached; an exception that escapes `test_one_input` is a crash."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()

"""The one way a loop is compiled: cached on disk, without the interpreter lock, with integer division as in C."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numba

from ingest.aam import personal_data

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

# Neither numba's settings nor its private option `_nrt` are in its type information.
config: Any = numba.config
njit: Any = numba.njit

_HERE = Path(__file__).parent
_ENGINE = _HERE.parent


def _sources() -> Iterator[Path]:
    """Everything that compiled code is made from."""
    yield Path(personal_data.__file__)
    yield from sorted((*_HERE.glob("*.py"), *_ENGINE.glob("xlsx*.py")))


def _cache_folder() -> Path:
    """A folder of this user's own for compiled code of exactly these sources; numba looks at a kernel's own file only.

    It lies beside the sources where they can be written to, else in the user's cache; where neither can be, every
    process compiles for itself in a folder that nobody else knows, for compiled code is loaded as it is found.
    """
    made_of = b"".join(path.read_bytes() for path in _sources()) + f"bounds={config.BOUNDSCHECK}".encode()
    digest = hashlib.sha256(made_of).hexdigest()[:16]
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "amportal"
    for root in (_HERE / "__pycache__", user):
        folder = root / f"kernels-{digest}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="amportal-kernels-"))


config.CACHE_DIR = str(_cache_folder())


def compiled(function: Kernel) -> Kernel:
    """Compile `function` at its first call; later processes load the result from the cache.

    Measured (docs/decisions/0003): `_nrt=False`, kernels allocate nothing, so that no array needs its references
    counted, which costs more than the loops do. `forceinline`: a call that hands on tables of arrays costs more than a
    small kernel.
    `error_model="numpy"` leaves out the zero-division branch.
    """
    decorate: Callable[[Kernel], Kernel] = njit(
        cache=True, nogil=True, error_model="numpy", forceinline=True, _nrt=False
    )
    return decorate(function)

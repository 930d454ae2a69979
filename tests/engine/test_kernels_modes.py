"""The same loops with every access checked, and interpreted: they stay within their arrays and say the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PROJECT

RUN = """
import json, sys, warnings
from pathlib import Path
from ingest.engine import opened
warnings.simplefilter("ignore", RuntimeWarning)  # interpreted, numpy says where numbers wrap around; they are meant to
from tests.strategies.engine_side import Way, judge
from tests.reference.generator import generate
from tests.reference.examples import EXAMPLES
opened._HEADER_ROOM = 64  # so that blocks are cut where they are told to be
folder, first, last, examples = Path(sys.argv[1]), *map(int, sys.argv[2:])
wrong = {}
for one in EXAMPLES[:: len(EXAMPLES) // examples]:
    found = judge(one.file, one.mapping, limit=one.limit, way=Way(1, 512), folder=folder / one.name.replace("/", "_"))
    if found:
        wrong[one.name] = found
for seed in range(first, last):
    case = generate(seed)
    if len(case.data) < 30_000:
        way = Way(1, (64, 512, 4096)[seed % 3])
        found = judge(case.data, case.mapping, limit=case.limit, way=way, folder=folder / str(seed))
        if found:
            wrong[seed] = found
print(json.dumps(wrong))
"""


def _in_mode(folder: Path, seeds: range, examples: int, **mode: str) -> dict[str, list[str]]:
    arguments = [folder, seeds.start, seeds.stop, examples]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        capture_output=True, text=True, timeout=580, check=False, cwd=PROJECT, env={**os.environ, **mode},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    wrong: dict[str, list[str]] = json.loads(done.stdout)
    return wrong


@pytest.mark.timeout(600)  # the first time, everything is compiled anew, with checks
def test_no_kernel_reaches_beyond_its_arrays(tmp_path: Path) -> None:
    assert _in_mode(tmp_path, range(300, 340), 100, NUMBA_BOUNDSCHECK="1") == {}


@pytest.mark.timeout(600)
def test_the_kernels_run_interpreted_with_the_same_outcome(tmp_path: Path) -> None:
    assert _in_mode(tmp_path, range(300, 320), 60, NUMBA_DISABLE_JIT="1") == {}

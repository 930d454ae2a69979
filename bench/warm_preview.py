"""Previews in a warm process: `python -m bench.warm_preview CUSTOMERS MAPPING FOLDER TIMES`; prints milliseconds."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from ingest.crm.mapping import MappingDocument, load_mapping
from ingest.engine.run import onboard

LIMIT = 1000
UNCOUNTED = 3


def preview(customers: Path, mapping: MappingDocument, out: Path) -> float:
    """The milliseconds of one preview into a new folder."""
    started = time.perf_counter()
    onboard(customers, mapping, out, timestamp=1_700_000_000, limit=LIMIT)
    taken = (time.perf_counter() - started) * 1000
    shutil.rmtree(out)
    return taken


def main(customers: str, mapping: str, folder: str, times: str) -> None:
    """Preview again and again; the first few warm the process and are not counted."""
    document = load_mapping(Path(mapping).read_bytes())
    out = Path(folder) / "preview"
    taken = [preview(Path(customers), document, out) for _ in range(UNCOUNTED + int(times))]
    print(json.dumps(taken[UNCOUNTED:]))


if __name__ == "__main__":
    main(*sys.argv[1:5])

"""The benchmarks by name, in the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cases import (
    complete,
    hashes,
    history,
    linear,
    load,
    memory,
    merge,
    preview,
    preview_page,
    spreadsheet,
    start,
    transfer,
    transfer_workers,
    upload,
    wide,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.setting import Benchmark

BENCHMARKS: Mapping[str, Benchmark] = {
    "start": start.measure,
    "complete": complete.measure,
    "memory": memory.measure,
    "wide": wide.measure,
    "merge": merge.measure,
    "hash": hashes.measure,
    "preview": preview.measure,
    "preview-page": preview_page.measure,
    "xlsx": spreadsheet.measure,
    "linear": linear.measure,
    "load": load.measure,
    "history": history.measure,
    "upload": upload.measure,
    "sftp": transfer.sftp,
    "s3": transfer.s3,
    "ftp": transfer.ftp,
    "ftps": transfer.ftps,
    "transfer-memory": transfer_workers.memory,
    "transfer-parallel": transfer_workers.parallel,
}

"""A customer file of 2 GB into the portal: in pieces and in a form, against curl that sends it in one request."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import BenchError
from bench.load.server import environment, manage, serving
from bench.measure import TreeSampler, run
from bench.pairs import in_turn
from bench.results import Better, Result, Target
from bench.upload.client import TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Measurement
    from bench.setting import Setting

ROWS = 40_000_000
SPEED = Target(Better.HIGHER, 0.8)
MEMORY = Target(Better.LOWER, 150)
BLOCK = b"".join(b"A-%09d,gold,Bristol,2026-11-23,web shop,yes\n" % number for number in range(100_000))
SINK = "bench.upload.sink:application"


def measure(setting: Setting) -> Sequence[Result]:
    """Speed as a share of curl's to the same server, and the largest process of the web server.

    curl's one request is kept by the portal as well; how much of the speed to a server that only reads is left to
    each way is told beside it.
    """
    rows = setting.rows_or(ROWS)
    folder = setting.workshop.folder / "upload"
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir(parents=True)
    source = _customers(folder / "customers.csv", rows)
    variables = environment(data, AMPORTAL_DISK_RESERVE_MIB="0")
    manage(variables, "migrate", "--verbosity=0")
    manage(variables, "collectstatic", "--noinput", "--verbosity=0")
    slug, session = run([sys.executable, "-m", "bench.upload.people"], environment=variables).output.split()
    found: list[Result] = []
    with serving(variables) as (portal, pid), serving(variables, SINK) as (sink, _):
        ways = {
            "in pieces": [sys.executable, "-m", "bench.upload.client", str(portal[1]), slug, session, str(source)],
            "in a form": _form(portal[1], slug, session, source),
        }
        for name, command in ways.items():
            send = partial(_sent, command, data)
            send()  # the first file is what the machine finds room in its memory for
            sampler = TreeSampler(pid, max)
            yardsticks = {
                "share of curl's speed": (partial(_sent, _whole(portal[1], slug, session, source), data), SPEED),
                "share of a server's that only reads": (partial(run, _plain(sink[1], source)), None),
            }
            for what, (plain, target) in yardsticks.items():
                pairs = in_turn(send, plain, setting.pairs)
                shares = pairs.times_faster()
                found.append(Result("upload", f"{name}: {what}", rows, "x", shares, target, pairs.details()))
            process = f"{name}: web server's largest process"
            found.append(Result("upload", process, rows, "MB", (sampler.stop() / 1e6,), MEMORY))
            shared = f"{process}, all it shares"
            found.append(Result("upload", shared, rows, "MB", (_peak(pid) / 1e6,), None))
    shutil.rmtree(folder)
    return found


def _customers(path: Path, rows: int) -> Path:
    with path.open("wb") as file:
        file.write(b"crm_id,tier,city,since,channel,consent\n")
        for _ in range(rows // 100_000):
            file.write(BLOCK)
    return path


def _plain(port: int, source: Path) -> list[str]:
    """As `--data-binary`, but streamed: that would take the file of 2 GB into curl's memory first."""
    return [_curl(), "-sS", "-f", "-H", "Expect:", "-X", "POST", "-T", str(source), f"http://127.0.0.1:{port}/"]


def _whole(port: int, slug: str, session: str, source: Path) -> list[str]:
    """The file in the request that begins its upload."""
    said = {
        "Expect": "", "X-CSRFToken": TOKEN, "Tus-Resumable": "1.0.0", "Upload-Length": str(source.stat().st_size),
        "Content-Type": "application/offset+octet-stream",
    }  # fmt: skip
    headers = [word for name, value in said.items() for word in ("-H", f"{name}: {value}".rstrip(" "))]
    address = f"/w/{slug}/uploads/"  # in the URL curl would add the name of the file to it
    return [
        _curl(), "-sS", "-f", *headers, "-b", f"sessionid={session}; csrftoken={TOKEN}", "-X", "POST", "-T",
        str(source), "--request-target", address, f"http://127.0.0.1:{port}/upload",
    ]  # fmt: skip


def _form(port: int, slug: str, session: str, source: Path) -> list[str]:
    return [
        _curl(), "-sS", "-f", "-H", "Expect:", "-b", f"sessionid={session}; csrftoken={TOKEN}", "-o", "/dev/null",
        "-F", f"csrfmiddlewaretoken={TOKEN}", "-F", f"file=@{source}",
        f"http://127.0.0.1:{port}/w/{slug}/transfers/new",
    ]  # fmt: skip


def _curl() -> str:
    found = shutil.which("curl")
    if found is None:
        raise BenchError("curl is not installed here")
    return found


def _sent(command: list[str], data: Path) -> Measurement:
    """Send the file; afterwards it goes, so that the disk holds one at a time."""
    measured = run(command)
    arrived = [path for path in (data / "files" / "uploads").iterdir() if path.suffix != ".json"]
    if len(arrived) != 1:
        raise BenchError("the file did not arrive")
    arrived[0].unlink()
    return measured


def _peak(pid: int) -> int:
    """Bytes of the largest process of a web server since it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return max(_high_water(int(child)) for child in children)


def _high_water(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise BenchError("the system does not say how much memory a process had")

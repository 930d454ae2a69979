"""`scripts/run` for real: web, dispatcher, workers and Redis, started, disturbed and ended."""

import http.client
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import redis

from amportal.serve import port
from tests.operations.processes import Run, wait_until

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
    pytest.mark.timeout(300),
]
READY = "amportal is ready: http://127.0.0.1:"
SECONDS = 120.0  # for a start on a busy machine; on an idle one it takes a few
PROGRAMS = (
    "valkey-server",
    "gunicorn",
    "manage.py dispatch",
    "--queues validate",
    "--queues transfer,housekeeping",
)


def _start(data: Path, *arguments: str) -> Run:
    return Run(["manage.py", "serve", "--port", "0", *arguments], {"AMPORTAL_DATA_DIR": str(data)})


def _ready(run: Run) -> str:
    """The address, once it answers."""
    assert run.said(READY, SECONDS), run.text()
    return next(line.partition("http://")[2] for line in run.lines if READY in line)


def _health(data: Path, *arguments: str) -> tuple[int | None, str]:
    run = Run(["manage.py", "health", *arguments], {"AMPORTAL_DATA_DIR": str(data), "AMPORTAL_SECRET_KEY": "k" * 50})
    answer = run.ends(60), run.text()
    run.end()
    return answer


def _is_well(data: Path, arguments: list[str]) -> bool:
    return _health(data, *arguments) == (0, "")


def _status(address: str, path: str) -> int:
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A fresh data folder, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="amportal-"))
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Path]:
    """Another data folder, for tests that start and end the portal themselves."""
    folder = Path(tempfile.mkdtemp(prefix="amportal-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def portal(data: Path) -> Iterator[Run]:
    """The portal after its first start."""
    run = _start(data)
    _ready(run)
    yield run
    run.end()


def test_the_first_start_prints_address_and_accounts_and_answers(portal: Run) -> None:
    address = _ready(portal)
    assert _status(address, "/healthz") == http.HTTPStatus.OK
    assert _status(address, "/account/login/") == http.HTTPStatus.OK
    assert portal.said("Ctrl-C stops amportal.", 5)
    for role in ("maker", "approver", "admin"):
        assert role in portal.text()
    for program in PROGRAMS:
        assert portal.children(program), program


def test_its_programs_are_well_and_a_missing_one_is_not(portal: Run, data: Path, tmp_path: Path) -> None:
    address = _ready(portal)
    for arguments in (["web", address], ["worker"], ["dispatch"]):
        assert wait_until(partial(_is_well, data, arguments), SECONDS), arguments
    assert _health(tmp_path, "web", "127.0.0.1:9") == (1, "the portal does not answer at 127.0.0.1:9")
    assert _health(tmp_path, "worker") == (1, "no worker runs on this machine")
    assert _health(tmp_path, "dispatch") == (1, "the database does not answer (OperationalError)")
    assert _health(tmp_path)[0] == 2


def test_nothing_it_makes_can_be_read_by_others(portal: Run, data: Path) -> None:
    _ready(portal)
    private = [path for path in (data, *data.rglob("*")) if data / "static" not in path.parents]
    assert [path for path in private if path.lstat().st_mode & 0o077] == []


def test_a_second_start_with_the_same_folder_names_the_first(portal: Run, data: Path) -> None:
    address = _ready(portal)
    second = _start(data)
    assert second.ends(30) == 1
    assert (
        f"amportal already runs with the data folder {data}: http://{address} (process {portal.process.pid})"
        in second.text()
    )
    second.end()
    assert _status(address, "/healthz") == http.HTTPStatus.OK


def test_a_busy_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with port.listen("127.0.0.1", 0) as listener:
        busy = listener.getsockname()[1]
        run = _start(tmp_path / "data", "--port", str(busy))
        assert run.ends(30) == 1
    assert f"scripts/run: Port {busy} is used by another program. Choose another: scripts/run --port " in run.text()
    assert run.living() == {}
    run.end()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--port", "80000"], 2, "'80000' is no port: a whole number from 0 (any free one) to 65535"),
        (
            ["--host", "192.0.2.1"],
            1,
            "scripts/run: Nothing can listen on 192.0.2.1, port 0 (Cannot assign requested address)",
        ),
        (["--host", "no.such.name.invalid"], 1, "'no.such.name.invalid' is no address of this machine"),
    ],
)
def test_a_wrong_argument_is_said(tmp_path: Path, arguments: list[str], code: int, sentence: str) -> None:
    run = _start(tmp_path / "data", *arguments)
    assert run.ends(30) == code
    assert sentence in run.text()
    assert "Traceback" not in run.text()
    run.end()


def test_a_killed_web_server_comes_back_at_the_same_address(portal: Run) -> None:
    address = _ready(portal)
    (web,) = portal.children("gunicorn")
    os.kill(web, signal.SIGKILL)
    assert portal.said("The web server ended unexpectedly (killed by SIGKILL); it starts again in", 10)
    assert _status(address, "/healthz") == http.HTTPStatus.OK


def test_a_killed_redis_comes_back_with_what_it_had(portal: Run, data: Path) -> None:
    _ready(portal)
    with redis.Redis.from_url(f"unix://{data}/redis/redis.sock") as client:
        client.set("kept", "yes")
        time.sleep(1.5)  # what it was given within the last second may be lost
        (server,) = portal.children("valkey-server")
        os.kill(server, signal.SIGKILL)
        assert portal.said("Redis ended unexpectedly (killed by SIGKILL); it starts again in", 10)
        assert wait_until(lambda: bool(portal.children("valkey-server")), 10)
        assert wait_until(lambda: _kept(client), 10)


def _kept(client: redis.Redis) -> bool:
    try:
        return client.get("kept") == b"yes"
    except redis.RedisError:
        return False


def test_ctrl_c_leaves_no_process_and_the_next_start_finds_everything(elsewhere: Path) -> None:
    first, second = _start(elsewhere), None
    try:
        _ready(first)
        key, shown = (elsewhere / "secret.key").read_bytes(), _accounts(first)
        first.process.send_signal(signal.SIGINT)
        assert first.ends(20) == 0, first.text()
        assert first.living() == {}
        second = _start(elsewhere)
        _ready(second)
        assert (elsewhere / "secret.key").read_bytes() == key
        assert _accounts(second) == shown
        second.process.send_signal(signal.SIGTERM)
        assert second.ends(20) == 0, second.text()
        assert second.living() == {}
    finally:
        _end(first, second)


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_succeeds(elsewhere: Path) -> None:
    first, second = _start(elsewhere), None
    try:
        _ready(first)
        first.process.kill()
        second = _start(elsewhere)
        _ready(second)
        assert wait_until(lambda: first.living() == {}, 15), first.living()
    finally:
        _end(first, second)


def test_ctrl_c_while_it_starts_leaves_no_process(elsewhere: Path) -> None:
    run = _start(elsewhere)
    try:
        assert wait_until(lambda: bool(run.children("valkey-server")), 30)
        run.process.send_signal(signal.SIGINT)
        assert run.ends(20) == 0, run.text()
        assert run.living() == {}
        assert "Traceback" not in run.text()
    finally:
        run.end()


def _accounts(run: Run) -> list[str]:
    assert run.said("Ctrl-C stops amportal.", 5)
    return [line for line in run.lines if "@example.com" in line]


def _end(*runs: Run | None) -> None:
    for run in runs:
        if run is not None:
            run.end()

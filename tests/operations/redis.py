"""Real Redis servers of a test's own, with settings of its choice."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amportal.serve import redis_server
from tests.operations.processes import wait_until


@contextmanager
def running_redis(*changed: str) -> Iterator[str]:
    """The address of a server with the embedded one's settings but for `changed`, such as `--appendonly`, `no`."""
    folder = Path(tempfile.mkdtemp(prefix="amportal-redis-"))
    socket_path = folder / "redis.sock"
    command = redis_server.command(redis_server.find_server(), folder, socket_path)
    with subprocess.Popen([*command, *changed], stdout=subprocess.DEVNULL) as server:
        try:
            assert wait_until(lambda: redis_server.answers(socket_path), 10)
            yield f"unix://{socket_path}"
        finally:
            server.terminate()
    shutil.rmtree(folder)

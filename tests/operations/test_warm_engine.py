"""`manage.py warm_engine`: afterwards the first real file does not wait for the compiler."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.commands.command_line import TIMESTAMP, Desk, manage, traits_mapping

LOADED, COMPILED = "data loaded from", "data saved to"  # numba's words about a kernel and its cache


def test_warming_says_that_the_engine_is_ready_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    out = io.StringIO()
    call_command("warm_engine", stdout=out)
    assert out.getvalue() == "The engine is ready.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("repeated_ids", ["keep", "merge"])
def test_a_first_file_does_not_wait_for_the_compiler_once_the_engine_is_warm(tmp_path: Path, repeated_ids: str) -> None:
    assert manage("warm_engine").code == 0
    desk = Desk(tmp_path).lay("id,city,segments\nA1,Rome,24\nA1,Oslo,x\n", traits_mapping(repeated_ids=repeated_ids))
    ran = manage("onboard", *desk.arguments("--timestamp", TIMESTAMP), NUMBA_DEBUG_CACHE="1")
    assert ran.code == 0
    assert LOADED in ran.out
    assert COMPILED not in ran.out

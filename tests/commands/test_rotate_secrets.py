"""`rotate_secrets` as an administrator starts it: killed in the middle, it is started again, and nothing is lost."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.commands.command_line import Ran, manage
from tests.house.tree import PROJECT

ROWS = 5
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
_SETUP = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'amportal.settings'; import django; django.setup(); "
_MAKE = (
    _SETUP + "from tests import factories; from ingest.models import DestinationSecret as S; "
    "from ingest.services.secrets import Place, encrypt; from ingest.transfer.secret import Secret; "
    "d = factories.destination(factories.workspace()); "
    "[S.objects.create(destination=d, field=f'f{n}', changed_at=factories.NOW, "
    "ciphertext=encrypt(Secret(f'text {n}'), Place(d.pk, f'f{n}'))) for n in range(ROWS)]"
)
_READ = (
    _SETUP + "import json; from ingest.models import DestinationSecret as S; "
    "from ingest.services.secrets import Place, decrypt, is_under_newest_key as newest; "
    "print(json.dumps([[decrypt(r.ciphertext, Place(r.destination_id, r.field)).reveal(), newest(r.ciphertext)] "
    "for r in S.objects.order_by('pk')]))"
)


class Installation:
    """A database with secrets under the old key, and commands that are started with keys of one's own."""

    def __init__(self, folder: Path, rows: int = ROWS) -> None:
        self.rows = rows
        self.failpoints = folder / "failpoints"
        self.failpoints.mkdir()
        self._data = str(folder)
        assert manage("migrate", "--verbosity", "0", **self._environment(OLD)).code == 0
        self._python(_MAKE.replace("ROWS", str(rows)), OLD)

    def rotate(self, *keys: str) -> Ran:
        return manage("rotate_secrets", **self._environment(*keys))

    def start(self, *keys: str) -> subprocess.Popen[bytes]:
        """The command in a process that goes on meanwhile."""
        environment = {"PATH": os.environ["PATH"], **self._environment(*keys)}
        command = [sys.executable, str(PROJECT / "manage.py"), "rotate_secrets"]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ciphertexts(self) -> set[str]:
        """What the database holds now."""
        with closing(sqlite3.connect(Path(self._data) / "amportal.sqlite3", timeout=30)) as database:
            return {row[0] for row in database.execute("SELECT ciphertext FROM ingest_destinationsecret")}

    def read(self, *keys: str) -> list[list[str | bool]]:
        """Every secret, and whether it is under the newest key."""
        found: list[list[str | bool]] = json.loads(self._python(_READ, *keys))
        return found

    def _python(self, program: str, *keys: str) -> str:
        environment = {"PYTHONPATH": str(PROJECT), **self._environment(*keys)}
        command = [sys.executable, "-c", program]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout

    def _environment(self, *keys: str) -> dict[str, str]:
        return {
            "AMPORTAL_DATA_DIR": self._data, "AMPORTAL_SECRET_KEY": "only-for-tests-" * 5,
            "AMPORTAL_SECRETS_KEYS": ",".join(keys), "AMPORTAL_FAILPOINTS": str(self.failpoints),
        }  # fmt: skip


@pytest.mark.parametrize("place", ["secrets.rotating", "secrets.rotated"])
def test_killed_in_the_middle_it_is_started_again_and_nothing_is_left_under_the_old_key(
    tmp_path: Path, place: str
) -> None:
    installation = Installation(tmp_path)
    texts = [f"text {number}" for number in range(ROWS)]
    for _ in range(2):
        (installation.failpoints / place).write_text("kill")
        killed = installation.rotate(NEW, OLD)
        assert killed.code == -9
        between = installation.read(NEW, OLD)
        assert [text for text, _is_newest in between] == texts, "all can be read at every moment"
        assert not all(is_newest for _text, is_newest in between)
    last = installation.rotate(NEW, OLD)
    assert last.code == 0
    done = 2 if place == "secrets.rotated" else 0
    assert last.out.strip() == (
        f"{ROWS - done} encrypted anew, {done} had the newest key already, 0 can't be read with any key."
    )
    assert installation.read(NEW) == [[text, True] for text in texts]


@pytest.mark.timeout(300)
def test_a_thousand_secrets_survive_two_changes_of_the_key_with_five_kills_each(tmp_path: Path) -> None:
    installation = Installation(tmp_path, rows=1000)
    texts = [f"text {number}" for number in range(1000)]
    third = Fernet.generate_key().decode()
    for keys in ((NEW, OLD), (third, NEW, OLD)):
        before = installation.ciphertexts()
        for share in (1, 150, 400, 650, 999):
            killed = installation.start(*keys)
            _wait_until_changed(installation, before, share, killed)
            killed.kill()
            killed.communicate()
        assert len(before - installation.ciphertexts()) >= 999
        assert installation.rotate(*keys).code == 0
        assert installation.read(keys[0]) == [[text, True] for text in texts], "all under the newest key alone"


def _wait_until_changed(
    installation: Installation, before: set[str], share: int, process: subprocess.Popen[bytes]
) -> None:
    """Until so many secrets are encrypted anew; the last ones may be done before anybody sees it."""
    end = time.monotonic() + 60
    while len(before - installation.ciphertexts()) < share and process.poll() is None:
        assert time.monotonic() < end, "it does not go on"
        time.sleep(0.002)


def test_a_key_that_is_missing_is_said_with_an_exit_code(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    ran = installation.rotate(NEW)
    assert ran.code == 1
    assert f"{ROWS} can't be read with any key" in ran.out
    assert "Put the missing key back" in ran.err
    assert OLD not in ran.out + ran.err
    assert installation.rotate(NEW, OLD).code == 0


def test_a_malformed_key_stops_the_start_and_is_not_shown(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    ran = installation.rotate(NEW, OLD[:-2] + "!!")
    assert ran.code != 0
    assert "AMPORTAL_SECRETS_KEYS is malformed" in ran.err
    assert OLD[:-2] not in ran.err
    assert NEW not in ran.err

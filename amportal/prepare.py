"""What is done before the other programs start, and after every update: broker, database, files.

`manage.py prepare` does what is missing and nothing else, however often it is called. It prints nothing but the demo
accounts, which it makes with `--demo` when nobody has an account yet. With `--files` it leaves broker and database
alone: an image is built where there are none.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from amportal import __version__
from amportal.broker import UnsafeBrokerError, require_safe_broker

NOT_SERVED = ["README.md"]  # explains the folder to developers


def main(arguments: Sequence[str]) -> int:
    """Prepare everything; the exit code. What went wrong is one sentence on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
    options = _parser().parse_args(arguments)
    django.setup()
    try:
        collect_static_files()
        if options.files:
            return 0
        require_safe_broker(settings.REDIS_URL)
        prepare_database()
        if options.demo:
            show_demo(settings.DATA_DIR / "demo.json")
    except (UnsafeBrokerError, DatabaseError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


def prepare_database() -> None:
    """Bring the tables up to date."""
    if str(connection.settings_dict["ENGINE"]).endswith("sqlite3"):
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    if any(str(cache["BACKEND"]).endswith("DatabaseCache") for cache in settings.CACHES.values()):
        call_command("createcachetable", verbosity=0)


def collect_static_files() -> None:
    """Put style sheets and scripts where they are served from, compressed, unless nothing changed since."""
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.stamp")
    wanted = _fingerprint()
    if (root / "staticfiles.json").exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_SERVED)
    stamp.write_text(wanted, encoding="ascii")


def show_demo(kept: Path) -> None:
    """Make the demo for nobody but the first visitor, and print its accounts now and at every later start.

    `kept`: where `manage.py demo` keeps its passwords; it is there as soon as the demo was begun.
    """
    if kept.exists() or not get_user_model().objects.exists():
        call_command("demo", stdout=sys.stdout)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manage.py prepare", description="What is done once before the portal starts."
    )
    parser.add_argument("--demo", action="store_true", help="make a demo workspace and accounts when there is none yet")
    parser.add_argument("--files", action="store_true", help="collect style sheets and scripts only")
    return parser


def _fingerprint() -> str:
    digest = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list(NOT_SERVED), key=lambda found: str(found[0])):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The programs of the portal by name: `manage.py web`, `manage.py worker validate` and so on, beside Django's commands.

They belong to the project, not to the app, so they are no management commands. A long-running one replaces this
process: whoever started it (systemd, a container) has the program itself in hand.
"""

import os
import sys
from collections.abc import Callable, Sequence

from amportal import health, programs


def run(name: str, arguments: Sequence[str]) -> int:
    """Run the role `name`, one of `ROLES`; the exit code, unless the process has become the program."""
    return ROLES[name](list(arguments))


def _become(command: list[str]) -> int:
    os.chdir(programs.ROOT)
    os.execv(command[0], command)  # noqa: S606 - our own program


def _worker(arguments: list[str]) -> int:
    """The queues first, then Celery's own arguments; all queues when none is named."""
    queues = [name for name in arguments if name in programs.QUEUES]
    rest = [name for name in arguments if name not in programs.QUEUES]
    if rest and not rest[0].startswith("-"):
        sys.stderr.write(f"{rest[0]!r} is no queue: name some of {', '.join(programs.QUEUES)}.\n")
        return 2
    return _become(programs.worker(queues or programs.QUEUES, *rest))


def _serve(arguments: list[str]) -> int:
    from amportal.serve.__main__ import main  # noqa: PLC0415 - the other roles need none of it

    return main(arguments)


ROLES: dict[str, Callable[[list[str]], int]] = {
    "serve": _serve,
    "prepare": lambda arguments: _become(programs.prepare(*arguments)),
    "web": lambda arguments: _become(programs.web(*arguments)),
    "worker": _worker,
    "health": health.main,
}

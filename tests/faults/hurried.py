"""The portal's workers and dispatcher with every wait cut short: `python -m tests.faults.hurried dispatch`.

Nothing else is changed. With the waits that users have, five hundred faults would take a day.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import django

CONSTANTS: Final[Mapping[str, Any]] = {
    "ingest.services.backoff.LONGEST_SECONDS": 2.0,
    "ingest.services.deliver_end._FIRST_SECONDS": 1.0,
    "ingest.services.restraint.FIRST_REST": timedelta(seconds=1),
    "ingest.services.restraint.LONGEST_REST": timedelta(seconds=3),
    "ingest.services.restraint.TRIAL": timedelta(seconds=5),
    "ingest.services.restraint.CROWDED": timedelta(seconds=1),
    "ingest.services.leader.LEASE": timedelta(seconds=3),
    "ingest.services.dispatch.SECONDS": 1.0,
    "ingest.transfer.s3_client.CONNECT_SECONDS": 3,
    "ingest.transfer.s3_client.READ_SECONDS": 5,
    "ingest.transfer.s3_client._ATTEMPTS": 2,
    # not a wait: files of a megabyte travel in one call or in pieces, as those around 64 MiB do
    "ingest.transfer.s3.SMALLEST_PART": 400_000,
}
PATIENCE: Final[Mapping[str, Mapping[str, float]]] = {
    "ingest.transfer.sftp_session": {
        "connect": 3, "banner": 4, "sign_in": 5, "channel": 5, "answer": 5, "silence": 6, "keep_alive": 2,
    },
    "ingest.transfer.ftp_wire": {"connect": 3, "answer": 5, "step": 10, "piece": 15, "goodbye": 3},
}  # fmt: skip


def hurry(change: Callable[[object, str, object], None] = setattr, *, share: float = 1) -> None:
    """Cut the waits of this process, and of those that it forks, short.

    `change` sets an attribute; `share` of the seconds here is waited for receivers.
    """
    for place, value in CONSTANTS.items():
        module, _, name = place.rpartition(".")
        room = import_module(module)
        if not hasattr(room, name):
            raise AttributeError(place)
        change(room, name, value * share if name.endswith("_SECONDS") and "transfer" in module else value)
    for module, seconds in PATIENCE.items():
        patience = import_module(module).Patience
        names = list(patience.__dataclass_fields__)
        if set(seconds) != set(names):
            raise AttributeError(f"{module}.Patience has {names}")
        change(patience.__init__, "__defaults__", tuple(seconds[name] * share for name in names))


def main() -> None:
    """Become the program that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
    django.setup()
    hurry()
    if sys.argv[1] == "dispatch":
        import_module("django.core.management").execute_from_command_line(sys.argv)
    else:
        import_module("celery.__main__").main()


if __name__ == "__main__":
    main()

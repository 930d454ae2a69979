"""`python -m tests.gallery.build`: make every state in the database of the settings, and the list of them."""

import sys
from importlib import import_module

import django

MODULES = ("home", "file", "people", "columns", "checking", "submitting", "deciding", "transfers", "receipts",
           "managing", "connections", "doors", "parts")  # fmt: skip


def load() -> None:
    """Let every module put its states into the gallery."""
    for name in MODULES:
        import_module(f"tests.gallery.{name}")


def main(names: list[str]) -> None:
    """Make those that are named, or all."""
    django.setup()
    load()
    from django.conf import settings  # noqa: PLC0415 - needs what setup() loads

    from tests.browser.make_people import session_of  # noqa: PLC0415 - after setup
    from tests.gallery.manifest import Made, keep  # noqa: PLC0415 - after setup
    from tests.gallery.state import STATES  # noqa: PLC0415 - after setup

    made = []
    for name, build in STATES.items():
        if not names or name in names:
            shown = build()
            session = session_of(shown.user) if shown.user else ""
            made.append(Made(name, shown.path, session, shown.status, shown.press, dict(shown.fill)))
    keep(settings.DATA_DIR, made)
    sys.stdout.write(f"{len(made)} states\n")


if __name__ == "__main__":
    main(sys.argv[1:])

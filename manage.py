#!/usr/bin/env python
"""The command line of amportal: `python manage.py onboard …`, the portal's programs and commands, and Django's."""

import logging
import os
import sys
from importlib import import_module

import django
from django.core.management import execute_from_command_line

from amportal import roles

# They know files and the engine, nothing of the portal.
ENGINE_COMMANDS = ("onboard", "warm_engine")


def main() -> None:
    """Run the command named on the command line with the settings that it needs."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in ENGINE_COMMANDS:
        run_engine_command(command)
        return
    if command in roles.ROLES:
        sys.exit(roles.run(command, sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
    execute_from_command_line(sys.argv)


def run_engine_command(name: str) -> None:
    """Run a command without loading the portal."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "amportal.engine_settings"
    django.setup()
    import_module(f"ingest.management.commands.{name}").Command().run_from_argv(sys.argv)
    leave_at_once()


def leave_at_once() -> None:
    """End the process without taking the compiler apart piece by piece, which takes longer than a small file does.

    All files are closed and all threads have ended by then; what is written but not flushed is flushed here.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

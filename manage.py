#!/usr/bin/env python
"""The command line of amportal: `python manage.py onboard …` and what Django brings."""

import logging
import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named on the command line with the settings of this project."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
    execute_from_command_line(sys.argv)
    if sys.argv[1:2] == ["onboard"]:
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

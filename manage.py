#!/usr/bin/env python
"""The command line of amportal: `python manage.py onboard …` and what Django brings."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named on the command line with the settings of this project."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

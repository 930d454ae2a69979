"""The people and the web server of a test with real processes: reads commands as lines of JSON, answers with one each.

Run as `python -m tests.faults.driver` with the environment of the portal that is tested.
"""

import json
import sys

import django


def main() -> None:
    """Serve until the input ends."""
    django.setup()
    from tests.faults import people, planted, transfers  # noqa: PLC0415 - Django first

    commands = {**people.COMMANDS, **planted.COMMANDS}
    for line in sys.stdin:
        command, given = json.loads(line)
        do = commands.get(command) or getattr(transfers, command)
        sys.stdout.write(json.dumps(do(**given)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

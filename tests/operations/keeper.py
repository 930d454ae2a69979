"""A supervisor over programs of the shell, for tests: `python -m tests.operations.keeper NAME 'SCRIPT' …`.

A name that ends in `-` is quiet. Every script must run until it is told to end.
"""

import os
import sys

from amportal.serve import supervisor as room
from amportal.serve.child import Program
from amportal.serve.console import Console
from amportal.serve.errors import StartError
from amportal.serve.supervisor import Stopped, Supervisor


def main(arguments: list[str]) -> int:
    """Keep the programs until told to stop."""
    room.GRACE = float(os.environ.get("GRACE", "5"))
    console = Console()
    keeper = Supervisor(console, os.environ, lambda numbers: console.say(f"running: {len(numbers)}"))
    keeper.heed_signals()
    keeper.settled = bool(os.environ.get("SETTLED"))
    try:
        for name, script in zip(arguments[::2], arguments[1::2], strict=True):
            keeper.start(Program(name, f"Program {name}", ["sh", "-c", script], quiet=name.endswith("-")))
        keeper.watch(float("inf"))
    except Stopped:
        console.say("stopped early")
    except StartError as error:
        console.fail(str(error))
        return 1
    finally:
        keeper.stop()
    console.say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

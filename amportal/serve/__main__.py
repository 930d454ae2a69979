"""`python -m amportal.serve`, which `scripts/run` calls after it has set everything up."""

import argparse
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from amportal.serve.console import Console
from amportal.serve.errors import StartError


def main(arguments: Sequence[str]) -> int:
    """Run the portal until it is stopped; the exit code."""
    console = Console()
    options = _parser().parse_args(arguments)
    try:
        from amportal.serve.portal import Options, serve  # noqa: PLC0415 - reads the settings, which may be malformed

        serve(Options(options.host, options.port, options.demo), console)
    except (StartError, ImproperlyConfigured) as error:
        console.fail(str(error))
        return 1
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        message = f"{text!r} is no port: a whole number from 0 (any free one) to 65535"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/run", description="Runs the portal: web, dispatcher, workers and their Redis."
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument("--port", default=8000, type=_port, help="the port to listen on (default: 8000)")
    parser.add_argument(
        "--no-demo", dest="demo", action="store_false", help="no demo workspace and accounts at the first start"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

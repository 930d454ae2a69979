"""`manage.py onboard`: from a customer file and a mapping to Audience Manager files, without a server."""

import os
import signal
import time
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.crm.mapping import (
    Compression,
    MappingDocument,
    MappingError,
    load_mapping,
    mapping_to_document,
    parse_mapping,
)
from ingest.engine.errors import Cancelled, FileProblem
from ingest.engine.names import free_timestamp
from ingest.engine.parts import Seal
from ingest.engine.run import onboard
from ingest.engine.summary import summary_lines
from ingest.transfer.errors import Misconfigured
from ingest.transfer.openpgp import read_public_key

NOTHING_MADE, WRONG_USAGE, STOPPED = 1, 2, 130


class Command(BaseCommand):
    """Exit 0: files were made. 1: nothing could be made. 2: wrong usage or mapping. 130: stopped."""

    help = "Turn a customer file into Audience Manager files, a report and a list of refused rows."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customers", type=Path, metavar="CUSTOMERS", help="CSV, TSV, .gz, .zip or .xlsx")
        parser.add_argument("--mapping", type=Path, required=True, help="the mapping document (JSON)")
        parser.add_argument("--out", type=Path, required=True, help="folder for the results; made if it is not there")
        parser.add_argument("--timestamp", type=_timestamp, help="10 digits for the file names; default: now")
        parser.add_argument("--limit", type=_positive, help="read only the first N rows")
        parser.add_argument("--encoding", help="of the customer file; default: detected")
        parser.add_argument("--delimiter", help="of the customer file; default: detected")
        parser.add_argument("--pgp-key", type=Path, help="public key, with compression pgp")
        parser.add_argument("--workers", type=_positive, help="threads that judge rows; default: one for each core")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            document = _document(options)
            seal = _seal(document, options["pgp_key"])
        except MappingError as error:
            lines = [f"{problem.member or 'the document'}: {problem.sentence}" for problem in error.problems]
            raise _usage(f"{options['mapping']} is not a valid mapping.", *lines) from error
        except (OSError, Misconfigured) as error:
            raise _usage(str(error)) from error
        if not os.path.isfile(options["customers"]):  # noqa: PTH113 - Path.is_file raises for a closed folder
            raise _usage(f"There is no file {options['customers']}.")
        self._run(document, seal, options)

    def _run(self, document: MappingDocument, seal: Seal | None, options: dict[str, Any]) -> None:
        out = options["out"]
        stop = _stop_on_signals()
        try:
            timestamp = options["timestamp"] or free_timestamp(out, document, int(time.time()))
            report = onboard(
                options["customers"], document, out, timestamp=timestamp, limit=options["limit"],
                workers=options["workers"], stop=stop.is_set, seal=seal,
            )  # fmt: skip
        except FileProblem as problem:
            raise CommandError(f"{problem.code}: {problem.sentence}", returncode=NOTHING_MADE) from problem
        except Cancelled as cancelled:
            raise CommandError("Stopped. Nothing was written.", returncode=STOPPED) from cancelled
        except Misconfigured as error:
            raise CommandError(str(error), returncode=NOTHING_MADE) from error
        except OSError as error:
            sentence = f"Nothing was written: {error.strerror or error}."
            raise CommandError(sentence, returncode=NOTHING_MADE) from error
        self.stdout.writelines(f"{line}\n" for line in summary_lines(report, out))


def _document(options: dict[str, Any]) -> MappingDocument:
    """The mapping, with what the command line says about the reader, which has to obey the same rules."""
    document = load_mapping(options["mapping"].read_bytes())
    given = {name: options[name] for name in ("encoding", "delimiter") if options[name] is not None}
    if not given:
        return document
    written = mapping_to_document(document)
    reader = written.get("reader")
    return parse_mapping(written | {"reader": (reader if isinstance(reader, dict) else {}) | given})


def _seal(document: MappingDocument, key: Path | None) -> Seal | None:
    wants_key = document.output.compression is Compression.PGP
    if wants_key and key is None:
        raise Misconfigured("The mapping says output.compression “pgp”: name the public key with --pgp-key PUBLIC.asc.")
    if key is None:
        return None
    if not wants_key:
        raise Misconfigured("--pgp-key goes with output.compression “pgp” in the mapping, which says something else.")
    return read_public_key(key, now=datetime.now(UTC)).seal


def _usage(*lines: str) -> CommandError:
    return CommandError("\n".join(lines), returncode=WRONG_USAGE)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"expected a whole number from 1 on, found {text!r}")
    return int(text)


def _timestamp(text: str) -> int:
    if len(text) != 10 or not text.isascii() or not text.isdigit() or text[0] == "0":
        raise ArgumentTypeError(f"expected 10 digits (seconds since 1970, UTC), found {text!r}")
    return int(text)


def _stop_on_signals() -> Event:
    """An event that Ctrl-C and SIGTERM set; the run then ends within a block and leaves nothing behind."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop

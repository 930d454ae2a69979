"""`manage.py health web`, `worker` or `dispatch`: exit code 0 while it is well, for containers and monitors."""

import http.client
import os
import sys
from collections.abc import Sequence

USAGE = "usage: manage.py health web [HOST:PORT] | health worker | health dispatch\n"
SECONDS = 5.0


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 well, 1 not (one line says why), 2 wrong usage."""
    match list(arguments):
        case ["web"]:
            return _said(_web("127.0.0.1:8000"))
        case ["web", address]:
            return _said(_web(address))
        case ["worker"]:
            return _said(_worker())
        case ["dispatch"]:
            return _said(_dispatch())
        case _:
            sys.stderr.write(USAGE)
            return 2


def answers(host: str, port: int, seconds: float) -> bool:
    """Whether the portal at this address answers /healthz under a name that it goes by."""
    from amportal import settings  # noqa: PLC0415 - costs more than the rest, and wrong usage needs none of it

    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", "/healthz", headers=_as_a_proxy_would(settings.ALLOWED_HOSTS))
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _as_a_proxy_would(names: Sequence[str]) -> dict[str, str]:
    """The portal sends whoever comes without TLS away, and whoever calls it by another name."""
    return {"Host": names[0].lstrip(".*") or "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}


def _web(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        return f"{address!r} is no address: write HOST:PORT"
    return "" if answers(host.strip("[]"), int(port), SECONDS) else f"the portal does not answer at {address}"


def _worker() -> str:
    from amportal import pulse, settings  # noqa: PLC0415 - as above

    if not pulse.has_worker(settings.DATA_DIR):
        return "no worker runs on this machine"
    if silent := pulse.silent_workers(settings.DATA_DIR):
        return f"no pulse from {', '.join(sorted(silent))}"
    return ""


def _dispatch() -> str:
    """Whether any dispatcher leads: those that stand by are well as long as one does."""
    import django  # noqa: PLC0415 - as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
    django.setup()
    from django.db import DatabaseError  # noqa: PLC0415 - needs Django set up
    from django.utils import timezone  # noqa: PLC0415 - as above

    from ingest.models import Leader  # noqa: PLC0415 - as above

    try:
        leads = Leader.objects.filter(role="dispatcher", until__gte=timezone.now()).exists()
    except DatabaseError as error:
        return f"the database does not answer ({type(error).__name__})"
    return "" if leads else "no dispatcher is at work"


def _said(fault: str) -> int:
    sys.stderr.write(f"{fault}\n" if fault else "")
    return 1 if fault else 0

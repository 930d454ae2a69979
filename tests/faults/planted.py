"""People and secrets that must not be found, brought into a portal of real processes: what its driver does for that."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from ingest.lifecycle import BatchState
from ingest.models import Batch, Job
from ingest.services import check, destinations
from ingest.services.destination_secrets import Changes
from ingest.transfer.secret import Secret
from tests import factories
from tests.faults.people import NEXT
from tests.security.canaries import MAPPING_COLUMNS, Planted, customers, database


def plant(port: int, password: str, people: Mapping[str, str]) -> int:
    """A transfer of these people to an FTP server of this machine that asks for the password; its check has begun."""
    where = factories.workspace(slug="planted", name="Planted")
    maker = factories.member(where)
    factories.member(where, "Wei", roles=["approver"])
    config = {"host": "127.0.0.1", "port": port, "user": "amportal", "security": "plain", "allows_plain": True}
    place = destinations.add(
        where, actor=factories.member(where, "Ada", roles=["admin"]), now=timezone.now(), name="Planted",
        environment="beta", method="ftp", config=config, is_active=True,
        secrets=Changes({"password": Secret(password)}),
    )  # fmt: skip
    mapping = {**factories.MAPPING, "columns": MAPPING_COLUMNS}
    source = factories.upload(where, maker, customers(people))
    batch = factories.batch(where, maker, upload=source, mapping=mapping, destination=place, name="Planted")
    check.start(batch, actor=maker, now=timezone.now())
    return batch.pk


def go_on(batch: int) -> str:
    """What people do next until sending has failed; the state."""
    one = Batch.objects.select_related("maker", "workspace", "result", "destination").get(pk=batch)
    if one.state == BatchState.DRAFT:
        check.start(one, actor=one.maker, now=timezone.now())
    elif one.state in {BatchState.CHECKED, BatchState.WAITING}:
        NEXT[BatchState(one.state)](one)
    Job.objects.filter(state=Job.State.READY).update(next_attempt_at=timezone.now())
    return str(one.state)


def in_database(texts: Mapping[str, str]) -> list[str]:
    """Which of them are in a table."""
    return Planted(texts).found_in(database())


COMMANDS: dict[str, Callable[..., Any]] = {"plant": plant, "go_on": go_on, "in_database": in_database}

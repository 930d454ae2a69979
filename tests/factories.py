"""Made-up workspaces, people and batches for tests. Everybody lives at example.com."""

import hashlib
import itertools
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from ingest.aam.identifiers import IdType
from ingest.models import (
    Batch,
    Check,
    DataSource,
    Destination,
    Environment,
    Membership,
    Part,
    Trait,
    Upload,
    User,
    Workspace,
)
from ingest.services import files
from ingest.services.destination_digest import destination_sha256
from ingest.services.mapping_digest import mapping_sha256

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRACTICE = Path(__file__).parent.parent / "docs" / "practice" / "customers.csv"
_numbers = itertools.count(1)

MAPPING: dict[str, Any] = {
    "version": 1,
    "kind": "traits",
    "mode": "sync",
    "dpid": 478,
    "id": {"column": "crm_id", "type": "customer_id"},
    "columns": [{"column": "tier", "action": "signal", "key": "tier"}],
}
CUSTOMERS = b"crm_id,tier,city\nA-1,gold,Bristol\nA-2,silver,Lyon\n,gold,Oslo\n"


def workspace(**fields: Any) -> Workspace:
    """A workspace of its own for each call."""
    number = next(_numbers)
    return Workspace.objects.create(**{"slug": f"acme-{number}", "name": f"Acme {number}", **fields})


def person(name: str = "Ada", **fields: Any) -> User:
    """Somebody who can sign in by `client.force_login`; nobody knows their password."""
    number = next(_numbers)
    return User.objects.create_user(**{"email": f"{name.lower()}-{number}@example.com", "name": name, **fields})


def member(where: Workspace, name: str = "Ada", *, roles: Sequence[str] = ("maker",), **fields: Any) -> User:
    """A person with roles (`maker`, `approver`, `admin`; none: a viewer) in a workspace."""
    user = person(name, **fields)
    flags = {"makes": "maker" in roles, "approves": "approver" in roles, "administers": "admin" in roles}
    Membership.objects.create(workspace=where, user=user, **flags)
    return user


def data_source(where: Workspace, dpid: int = 478, **fields: Any) -> DataSource:
    """A data source of customer IDs."""
    values = {"name": f"CRM {dpid}", "id_type": IdType.CUSTOMER_ID.value, **fields}
    return DataSource.objects.get_or_create(workspace=where, dpid=dpid, defaults=values)[0]


def trait(where: Workspace, sid: int, name: str, **fields: Any) -> Trait:
    """An onboarded trait of the workspace's data source 478 unless another one is given."""
    source = fields.pop("data_source", None) or data_source(where)
    return Trait.objects.create(workspace=where, sid=sid, name=name, data_source=source, **fields)


def upload(where: Workspace, owner: User, content: bytes = CUSTOMERS, name: str = "customers.csv") -> Upload:
    """A complete upload with its file in the store."""
    made = Upload(
        id=uuid.uuid4(), workspace=where, owner=owner, state=Upload.State.COMPLETE, name=name,
        declared_bytes=len(content), received_bytes=len(content), sha256=hashlib.sha256(content).hexdigest(),
        expires_at=NOW + timedelta(days=7), completed_at=NOW,
    )  # fmt: skip
    made.key = files.upload_key(made.id)
    path = files.spool_folder() / f"{made.id}"
    path.write_bytes(content)
    files.put_away(path, made.key)
    made.save()
    return made


def destination(where: Workspace, environment: str = Environment.BETA, **fields: Any) -> Destination:
    """A local folder below the allowed root."""
    number = next(_numbers)
    folder = settings.LOCAL_ROOTS[0] / f"{where.slug}-{environment}-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    config = {"folder": str(folder)}
    values: dict[str, Any] = {
        "name": f"{environment} {number}", "method": "local", "config": config, "changed_at": NOW, **fields,
    }  # fmt: skip
    made = Destination(workspace=where, environment=environment, **values)
    made.config_sha256 = made.config_sha256 or destination_sha256(made)
    made.save()
    return made


def folder_of(place: Destination) -> Path:
    """Where a local destination puts its files."""
    return Path(place.config["folder"])


def batch(where: Workspace, maker: User, **fields: Any) -> Batch:
    """A draft; `fields` may put it anywhere that the database's constraints allow."""
    values: dict[str, Any] = {"number": where.take_number(), "state_at": NOW, **fields}
    made = Batch.objects.create(workspace=where, maker=maker, **values)
    made.editors.add(maker)
    return made


def finished_check(of: Batch, *, parts: Sequence[bytes] = (b'A-1\t"tier"="gold"\n',), **fields: Any) -> Check:
    """A finished check with its parts in the store; the batch has it as its result, whatever state it is in."""
    source = of.upload or upload(of.workspace, of.maker)
    digests = [hashlib.sha256(content).hexdigest() for content in parts]
    values: dict[str, Any] = {
        "state": Check.State.FINISHED, "upload_sha256": source.sha256, "mapping": MAPPING,
        "mapping_sha256": mapping_sha256(MAPPING),
        "rows": 3, "accepted": 2, "refused": 1, "records": 2, "distinct_ids": 2, "finished_at": NOW,
        "parts_sha256": hashlib.sha256("\n".join(digests).encode()).hexdigest(), **fields,
    }  # fmt: skip
    made = Check.objects.create(batch=of, started_by=of.maker, upload=source, **values)
    for number, (content, digest) in enumerate(zip(parts, digests, strict=True), 1):
        _part(made, number, content, digest)
    Batch.objects.filter(pk=of.pk).update(result=made, upload=source)
    of.refresh_from_db()
    return made


def _part(check: Check, number: int, content: bytes, digest: str) -> Part:
    path = files.scratch_folder() / f"part-{uuid.uuid4()}"
    path.write_bytes(content)
    files.put_away(path, files.part_key(digest))
    return Part.objects.create(
        check_run=check, number=number, key=files.part_key(digest), sha256=digest, stored_bytes=len(content),
        content_sha256=digest, content_bytes=len(content), records=max(content.count(b"\n"), 1),
    )  # fmt: skip


def signed_in(user: User) -> Client:
    """A browser of a person."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client

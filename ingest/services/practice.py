"""The sample file: invented customers with the mistakes of real exports, to download or to practise with.

A practice run goes through every step but approval and sending: its files are made and can be downloaded.
"""

import codecs
from datetime import datetime
from typing import Final

from django.conf import settings

from ingest.models import Batch, Upload, User, Workspace
from ingest.services.once import first_with
from ingest.services.start import start_batch
from ingest.services.upload_form import Incoming

NAME: Final = "sample-customers.csv"


def sample_bytes() -> bytes:
    """The sample as a spreadsheet opens it: UTF-8 that says so by its first bytes."""
    path = settings.BASE_DIR / "docs" / "practice" / "customers.csv"
    return codecs.BOM_UTF8 + bytes(path.read_bytes()).removeprefix(codecs.BOM_UTF8)


def start_sample(workspace: Workspace, key: str, *, actor: User, now: datetime) -> Batch:
    """A new practice run whose file is the sample, as if its maker had uploaded it; one for each `key` of a form.

    Raises Refused, where no file has room.
    """
    upload = first_with(_upload(workspace, actor, now), key, actor=actor, now=now)
    return start_batch(upload, actor=actor, now=now, is_practice=True)


def _upload(workspace: Workspace, owner: User, now: datetime) -> Upload:
    data = sample_bytes()
    incoming = Incoming(workspace, owner=owner, name=NAME, form_bytes=len(data), now=now)
    try:
        incoming.write(data)
        return incoming.finish(now)
    except BaseException:
        incoming.abort()
        raise

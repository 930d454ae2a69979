"""The test of a bucket: a probe goes through everything that a delivery does."""

import errno
import hashlib
import os
import secrets
from contextlib import ExitStack
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

from ingest.crm.words import gettext_noop
from ingest.transfer.base import CheckStep
from ingest.transfer.checking import Step, run_steps
from ingest.transfer.failures import failure
from ingest.transfer.hosts import connect, resolve
from ingest.transfer.names import temporary_name
from ingest.transfer.s3_bucket import Bucket, Held
from ingest.transfer.s3_http import CONNECT_SECONDS, Body
from ingest.transfer.words import Message

_PROBE: Final = b"A connection test of amportal. It is removed at once.\n"
_EVERYWHERE: Final = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_LABELS: Final = {
    "connect": Message(gettext_noop("Reach the server")),
    "sign_in": Message(gettext_noop("Sign in and find the bucket")),
    "write": Message(gettext_noop("Write a file")),
    "look": Message(gettext_noop("Look at the file")),
    "name_once": Message(gettext_noop("Leave a name that is taken alone")),
    "remove": Message(gettext_noop("Remove the file")),
}
_NOT_SEEN: Final = Message(
    gettext_noop(
        "This account may not look at files. That is enough for sending: what S3 confirms while it takes a file counts."
    )
)
_NO_CHECKSUM: Final = Message(gettext_noop("It works; the server tells the size of a file, but no checksum."))
_STAYS: Final = gettext_noop(
    "This account may not remove files, and need not. The test file %(name)s stays; whoever owns the bucket may "
    "remove it."
)


def check_bucket(bucket: Bucket, *, temp_tag: str) -> tuple[CheckStep, ...]:
    """Reach, sign in, write, look, try to overwrite, remove.

    The probe has a temporary name outside of every day: no receiver takes it for a file, and the sweep removes what a
    killed test leaves. Each test has a name of its own: where nothing may be removed, the next one works as well.
    """
    with ExitStack() as stack:
        probe = _Probe(bucket, stack, temp_tag)
        attempts = {
            "connect": probe.connect,
            "sign_in": bucket.sign_in,
            "write": probe.write,
            "look": probe.look,
            "name_once": probe.name_once,
            "remove": probe.remove,
        }
        return run_steps([Step(code, _LABELS[code], attempt) for code, attempt in attempts.items()])


class _Probe:
    def __init__(self, bucket: Bucket, stack: ExitStack, tag: str) -> None:
        self._bucket, self._stack = bucket, stack
        self._name = temporary_name(f"probe {secrets.token_hex(8)}", tag)
        self._key = bucket.place.temporary_key(self._name)
        self._about = bucket.about(self._name, len(_PROBE))

    def connect(self) -> None:
        """What a firewall, a wrong name or a wrong port look like, before anything about S3."""
        server = urlsplit(self._bucket.client.meta.endpoint_url)
        port = server.port or {"http": 80, "https": 443}[server.scheme]
        # Amazon's own names may lead into the portal's own network (an endpoint of a VPC); nobody has typed them.
        allowed = self._bucket.place.private_networks if self._bucket.place.endpoint else _EVERYWHERE
        found = resolve(server.hostname or "", port, private_networks=allowed)
        connect(found, timeout=CONNECT_SECONDS).close()

    def write(self) -> None:
        if not self._put(_PROBE):
            raise failure("remote.interrupted", name=self._name, reason=os.strerror(errno.EEXIST))
        self._stack.callback(self._remove_unless_removed)

    def look(self) -> Message | None:
        held = self._bucket.look(self._key, self._name)
        if not isinstance(held, Held):
            return _NOT_SEEN
        if held.size != len(_PROBE) or held.sha256 not in {None, hashlib.sha256(_PROBE).hexdigest()}:
            raise failure("remote.damaged", name=self._name)
        return None if held.sha256 else _NO_CHECKSUM

    def name_once(self) -> None:
        """The second time the name is taken, and the server has to say so."""
        if self._put(_PROBE[::-1]):
            raise failure("s3.cannot_refuse", bucket=self._bucket.place.bucket)

    def remove(self) -> Message | None:
        self._stack.pop_all()
        if self._bucket.remove(self._key):
            return None
        return Message(_STAYS, {"name": self._key})

    def _put(self, content: bytes) -> bool:
        body = Body(content, lambda _sent: None)
        return self._bucket.put(self._key, body, self._about, hashlib.sha256(content).hexdigest()) is not None

    def _remove_unless_removed(self) -> None:
        self._bucket.remove(self._key)

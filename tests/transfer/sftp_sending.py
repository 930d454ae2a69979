"""Sending over SFTP from the tests, with every detail of the destination in the test's hands."""

from typing import Any

from ingest.transfer.base import Fence, Progress, Receipt, Source
from ingest.transfer.secret import Secret
from ingest.transfer.sftp import SftpDestination
from ingest.transfer.sftp_session import SftpServer
from tests.transfer.receivers import TARGET
from tests.transfer.sftp_receiver import LOOPBACK, SftpReceiver, fingerprint
from tests.transfer.sshd import private_text, user_key
from tests.transfer.workers import nothing


def server_at(port: int, folder: str, **changes: Any) -> SftpServer:
    """What a destination knows of a server on loopback, with the key that lets it in."""
    usual: dict[str, Any] = {
        "host": "127.0.0.1", "user": "nobody", "fingerprint": fingerprint(), "with_password": False,
        "writes_at_once": False, "reads_back": True, "private_networks": LOOPBACK,
        "private_key": Secret(private_text(user_key())),
    }  # fmt: skip
    return SftpServer(port=port, folder=folder, **{**usual, **changes})


def at(receiver: SftpReceiver, **changes: Any) -> SftpDestination:
    """A destination for the receiver's folder; `changes` are fields of SftpServer."""
    return SftpDestination(
        server_at(
            changes.pop("port", receiver.server.port), str(receiver.folder), **{"user": receiver.server.user, **changes}
        )
    )


def send(
    destination: SftpDestination, source: Source, *, tag: str = "7-1", progress: Progress = nothing,
    fence: Fence = nothing,
) -> Receipt:  # fmt: skip
    """Deliver over this destination, and close it."""
    with destination:
        return destination.deliver(source, TARGET, temp_tag=tag, progress=progress, fence=fence)

"""Trying to deliver to FTP servers that do what a test says, and what is true of every failure."""

from collections.abc import Mapping
from typing import Any

import pytest

from ingest.transfer.base import CheckStep, Receipt, Source
from ingest.transfer.errors import TransferFailure
from ingest.transfer.ftp import FtpConfig, FtpDestination
from ingest.transfer.ftp_line import FtpServer, Security
from ingest.transfer.ftp_wire import Patience
from ingest.transfer.secret import Secret
from tests.transfer.ftp_script import Script, scripted
from tests.transfer.ftp_servers import LOOPBACK, PASSWORD, USER, FtpReceiver
from tests.transfer.receivers import TARGET, destination_of
from tests.transfer.workers import nothing


def destination(
    script: Script, *, patience: Patience | None = None, password: str = PASSWORD, **more: Any
) -> FtpDestination:
    server = FtpServer(
        "127.0.0.1", USER, Secret(password), port=script.port, folder="in/box", security=Security.PLAIN,
        private_networks=LOOPBACK, patience=patience or Patience(),
    )  # fmt: skip
    return FtpDestination(FtpConfig(server, **more))


def deliver(script: Script, source: Source, **more: Any) -> Receipt:
    with scripted(script), destination(script, **more) as one:
        return one.deliver(source, TARGET, temp_tag="7-1", progress=nothing, fence=nothing)


def failed(script: Script, source: Source, **more: Any) -> TransferFailure:
    with pytest.raises(TransferFailure) as caught:
        deliver(script, source, **more)
    for text in (str(caught.value), caught.value.what_to_do):
        assert PASSWORD not in text
        assert "spoken by the server" not in text, "no banner is repeated"
    return caught.value


def told(receiver: FtpReceiver, **more: Any) -> FtpReceiver:
    """The same server, reached with other settings."""
    return FtpReceiver(receiver.folder, {**receiver.settings, **more})


def steps_of(receiver: FtpReceiver) -> Mapping[str, CheckStep]:
    with destination_of(receiver) as destination:
        return {step.code: step for step in destination.check(temp_tag="check")}

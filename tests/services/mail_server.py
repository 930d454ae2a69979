"""A real mail server on this machine, for the tests that look at what a mailbox would get."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Receiver:
    """What a mail server does: keeps what comes, or answers as it is told to."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}  # to a beginning of an address, instead of taking it
        self.at_data: str | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        for beginning, answer in self.answers.items():
            if address.startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.at_data is not None:
            return self.at_data
        self.envelopes.append(envelope)
        return "250 taken"

    def to(self) -> list[str]:
        """The names before the numbers of the addresses, in order."""
        return [envelope.rcpt_tos[0].partition("-")[0] for envelope in self.envelopes]


def over_smtp(settings: Any) -> None:
    """Messages go to a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = probe.getsockname()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = False


@contextmanager
def listening(settings: Any) -> Iterator[Receiver]:
    """The server, at the address that the settings name from now on."""
    made = Receiver()
    over_smtp(settings)
    controller = Controller(made, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()


def text_of(envelope: Envelope) -> str:
    """What a mailbox would get."""
    assert isinstance(envelope.content, bytes)
    return envelope.content.decode()

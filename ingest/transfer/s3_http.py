"""The way to S3: bodies that tell how far they are, and connections that go to judged addresses only."""

import socket
from collections.abc import Callable
from typing import Any, Final

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSResponse,
)  # fmt: skip
from botocore.exceptions import SSLError
from botocore.httpsession import URLLib3Session

from ingest.transfer.errors import TransferFailure
from ingest.transfer.failures import failure
from ingest.transfer.hosts import Network, connect, is_allowed, resolve
from ingest.transfer.sending import PIECE_BYTES

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60


class StoppedError(BaseException):
    """Carries what the caller's function, or the judge of addresses, raised out of the library unharmed.

    Not an Exception, because the library wraps each of these in one of its own and tries again.
    """

    def __init__(self, reason: BaseException) -> None:
        self.reason = reason
        super().__init__()


class Body:
    """Bytes as the library reads them for sending; `told` hears how many of them are on their way, every MiB.

    It is told again from 0 when the library sends once more. What `told` raises stops the request.
    """

    def __init__(self, content: bytes, told: Callable[[int], None]) -> None:
        self.content = content
        self._view = memoryview(content)
        self._told = told
        self._at = 0
        self._last_told = -PIECE_BYTES

    def read(self, size: int = -1) -> bytes:
        """The next block, empty at the end."""
        if self._at - self._last_told >= PIECE_BYTES:
            self._last_told = self._at
            try:
                self._told(self._at)
            except BaseException as error:  # noqa: BLE001 - handed to the caller as it is
                raise StoppedError(error) from None
        end = len(self._view) if size < 0 else self._at + size
        block = bytes(self._view[self._at : end])
        self._at += len(block)
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        """The library measures the body, and begins again with it."""
        self._at = (0, self._at, len(self._view))[whence] + offset
        self._last_told = min(self._last_told, self._at - PIECE_BYTES)
        return self._at

    def tell(self) -> int:
        """Where the next block begins."""
        return self._at


class JudgedSession(URLLib3Session):  # type: ignore[misc]  # botocore has no types
    """Connects to an address that was judged a moment ago, each time anew: a name may answer differently by then.

    Certificates are still compared with the name. Unencrypted connections lead into private networks only, which
    whoever runs the portal has opened; files never cross the internet in the clear.
    """

    def __init__(self, private_networks: tuple[Network, ...], *, read_seconds: int, connect_seconds: int) -> None:
        super().__init__(timeout=(connect_seconds, read_seconds), proxies={})
        self._pool_classes_by_scheme = _judged_pools(private_networks)
        self._manager.pool_classes_by_scheme = self._pool_classes_by_scheme

    def _get_ssl_context(self) -> Any:
        """What the machine trusts is trusted, too: a company's own server has a certificate of the company's own."""
        context = super()._get_ssl_context()
        context.load_default_certs()
        return context

    def answer(self, request: Any, **_event: Any) -> AWSResponse:
        """A handler of `before-send`, the library's own place for another way to the server.

        A certificate that does not fit is not tried six times.
        """
        try:
            return self.send(request)
        except SSLError as error:
            raise StoppedError(error) from None


def _judged_pools(private_networks: tuple[Network, ...]) -> dict[str, type]:
    class Plain(AWSHTTPConnection):  # type: ignore[misc]  # botocore has no types
        def _new_conn(self) -> socket.socket:
            return _connected(self, private_networks, is_plain=True)

    class Secure(AWSHTTPSConnection):  # type: ignore[misc]  # botocore has no types
        def _new_conn(self) -> socket.socket:
            return _connected(self, private_networks, is_plain=False)

    class PlainPool(AWSHTTPConnectionPool):  # type: ignore[misc]  # botocore has no types
        ConnectionCls = Plain

    class SecurePool(AWSHTTPSConnectionPool):  # type: ignore[misc]  # botocore has no types
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connected(line: Any, private_networks: tuple[Network, ...], *, is_plain: bool) -> socket.socket:
    try:
        found = resolve(line.host.strip("[]"), line.port, private_networks=private_networks)
        if is_plain and any(is_allowed(endpoint.address, ()) for endpoint in found):
            raise failure("s3.plain_http", host=line.host)
        made = connect(found, timeout=line.timeout)
    except TransferFailure as failed:
        raise StoppedError(failed) from None
    for option in line.socket_options or ():
        made.setsockopt(*option)
    return made

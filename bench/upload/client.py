"""`python -m bench.upload.client PORT SLUG SESSION FILE`: sends a file by tus, in pieces as the page does.

They begin with 8 MiB and double up to 64 MiB as long as one takes less than a second (`static/js/upload.js`).
"""

from __future__ import annotations

import http.client
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import RawIOBase

SMALLEST = 8 * 1024 * 1024
LARGEST = 64 * 1024 * 1024
BLOCK = 256 * 1024
TOKEN = "a" * 32


def main(port: str, slug: str, session: str, file: str) -> None:
    """Raises AssertionError when the portal refuses anything."""
    path = Path(file)
    connection = http.client.HTTPConnection("127.0.0.1", int(port), blocksize=BLOCK)
    headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Tus-Resumable": "1.0.0"}
    size = str(path.stat().st_size)
    answer = _ask(connection, "POST", f"/w/{slug}/uploads/", b"", {**headers, "Upload-Length": size}, 201)
    url = str(answer.headers["Location"])
    headers["Content-Type"] = "application/offset+octet-stream"
    offset, most = 0, SMALLEST
    with path.open("rb", buffering=0) as source:
        while offset < path.stat().st_size:
            started = time.monotonic()
            piece = _Piece(source, min(most, path.stat().st_size - offset))
            told = {**headers, "Upload-Offset": str(offset), "Content-Length": str(piece.left)}
            offset += piece.left
            _ask(connection, "PATCH", url, piece, told, 204)
            if time.monotonic() - started < 1:
                most = min(LARGEST, 2 * most)


class _Piece:
    """So many bytes of a file, read while they are sent, as browsers do."""

    def __init__(self, source: RawIOBase, left: int) -> None:
        self._source = source
        self.left = left

    def read(self, most: int = -1, /) -> bytes:
        """The next ones."""
        data = self._source.read(self.left if most < 0 else min(most, self.left)) or b""
        self.left -= len(data)
        return data


def _ask(  # noqa: PLR0917 - a request and what is expected of it
    connection: http.client.HTTPConnection,
    method: str,
    url: str,
    body: bytes | _Piece,
    headers: dict[str, str],
    expected: int,
) -> http.client.HTTPResponse:
    connection.request(method, url, body, headers)
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == expected, (answer.status, said[:300])
    return answer


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`python -m bench.upload.client PORT SLUG SESSION FILE`: sends a file by tus in pieces of 8 MiB, as the page does."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path

PIECE = 8 * 1024 * 1024
TOKEN = "a" * 32


def main(port: str, slug: str, session: str, file: str) -> None:
    """Raises AssertionError when the portal refuses anything."""
    path = Path(file)
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Tus-Resumable": "1.0.0"}
    size = str(path.stat().st_size)
    answer = _ask(connection, "POST", f"/w/{slug}/uploads/", b"", {**headers, "Upload-Length": size}, 201)
    url = str(answer.headers["Location"])
    headers["Content-Type"] = "application/offset+octet-stream"
    offset = 0
    with path.open("rb", buffering=0) as source:
        while piece := source.read(PIECE):
            _ask(connection, "PATCH", url, piece, {**headers, "Upload-Offset": str(offset)}, 204)
            offset += len(piece)


def _ask(  # noqa: PLR0917 - a request and what is expected of it
    connection: http.client.HTTPConnection, method: str, url: str, body: bytes, headers: dict[str, str], expected: int
) -> http.client.HTTPResponse:
    connection.request(method, url, body, headers)
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == expected, (answer.status, said[:300])
    return answer


if __name__ == "__main__":
    main(*sys.argv[1:])

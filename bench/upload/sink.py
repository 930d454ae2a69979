"""The yardstick's server: reads what it is sent and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

PIECE = 1024 * 1024


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Read the body to its end."""
    left = int(environ.get("CONTENT_LENGTH") or 0)
    while left and (data := environ["wsgi.input"].read(min(PIECE, left))):
        left -= len(data)
    start_response("204 No Content", [])
    return [b""]

"""gunicorn's settings (`gunicorn --config python:amportal.web amportal.wsgi:application`).

Threads, not one request a process: an upload holds its thread for as long as the sender's line is slow, and a thread
that waits costs little. What is said on the command line or in GUNICORN_CMD_ARGS wins over this file.
"""

import ctypes
import gc
import os
from typing import TYPE_CHECKING, Any, Final

from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.http.unreader import SocketUnreader

from amportal.logging import UtcFormatter

if TYPE_CHECKING:
    from collections.abc import Callable

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = min(2, os.cpu_count() or 1)
threads = 8
preload_app = True  # the code is loaded once and its memory shared
backlog = 512
keepalive = 75  # longer than a proxy keeps its own connections, so that it never writes into a closed one
timeout = 60  # for a process that does not even answer its parent; a slow upload is no such thing
graceful_timeout = 5  # at the end, for requests at work; an upload that is cut goes on where it was
limit_request_line = 8190  # the filters of the history are in the address
loglevel = "warning"
logger_class = "amportal.web.Log"
accesslog = None  # addresses of people are personal data; the proxy in front decides what it keeps
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - no disk may stall the watch
# Python looks for garbage whenever so many more objects were made than freed; a page makes thousands and keeps none.
_OBJECTS_BETWEEN_COLLECTIONS: Final = 20_000
_BODY_BYTES_AT_ONCE: Final = 256 * 1024


class Log(GunicornLogger):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn has to say, such as that an answer broke while it was sent, in the form of every other line.

    Its own form repeats the words of an exception and whole addresses: the first may quote a customer's cell, the
    second hold a link that is as good as a password.
    """

    def setup(self, cfg: Any) -> None:
        """As gunicorn does it, then with our form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(UtcFormatter())


def _ready(server: Any) -> None:
    """Load the engine before the processes are made: once for all, in memory that they share, and no page waits for it.

    Where that fails, pages load it when they need it. What is there by now stays, so no collection looks at it again:
    each would touch, and so copy, all of it.
    """
    # An upload is taken in pieces of this size; more at once would lie about in every thread's buffers.
    SocketUnreader.max_body_chunk = _BODY_BYTES_AT_ONCE
    from ingest.engine.warm import warm_for_pages  # noqa: PLC0415 - gunicorn reads this file before the application is there

    try:
        warm_for_pages()
    except Exception:
        server.log.exception("The engine could not be loaded before the first page")
    gc.collect()
    _give_back_memory()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def _give_back_memory() -> None:
    """What loading has left free goes back to the system, where the C library can do that (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


when_ready: "Callable[[Any], None]" = _ready

"""However large the file, the web server stays small: pieces and forms are read bit by bit."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.portal_server import PortalServer

MIB = 1024 * 1024
FILE_BYTES = 300 * MIB
GROWTH_BYTES = 60 * MIB
TOKEN = "a" * 32
BLOCK = bytes(range(256)) * (8 * MIB // 256)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    with PortalServer(tmp_path_factory.mktemp("portal")) as server:
        yield server


def memory(portal: PortalServer, name: str) -> int:
    """Bytes of the process that serves: VmRSS now, VmHWM at most so far."""
    (child,) = Path(f"/proc/{portal.pid}/task/{portal.pid}/children").read_text(encoding="ascii").split()
    lines = Path(f"/proc/{child}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def headers(session: str) -> dict[str, str]:
    return {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Tus-Resumable": "1.0.0"}


def test_a_large_file_in_pieces_takes_little_memory(portal: PortalServer) -> None:
    maker = portal.people("maker")[0]
    line = http.client.HTTPConnection("127.0.0.1", portal.port)
    before = memory(portal, "VmRSS")
    said = {**headers(maker["session"]), "Upload-Length": str(FILE_BYTES)}
    line.request("POST", f"/w/{maker['slug']}/uploads/", b"", said)
    begun = line.getresponse()
    assert (begun.read(), begun.status) == (b"", 201)
    for offset in range(0, FILE_BYTES, len(BLOCK)):
        piece = BLOCK[: FILE_BYTES - offset]
        more = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        line.request("PATCH", begun.headers["Location"], piece, headers(maker["session"]) | more)
        answer = line.getresponse()
        assert (answer.read(), answer.status) == (b"", 204)
    line.close()
    assert memory(portal, "VmHWM") - before < GROWTH_BYTES


def test_a_large_file_in_a_form_takes_little_memory(portal: PortalServer) -> None:
    """The first look at a file loads the engine, so a small one goes first."""
    maker = portal.people("maker")[0]
    assert send_form(portal, maker, MIB) == 302
    before = memory(portal, "VmRSS")
    assert send_form(portal, maker, FILE_BYTES) == 302
    assert memory(portal, "VmHWM") - before < GROWTH_BYTES


def send_form(portal: PortalServer, maker: dict[str, Any], size: int) -> int:
    """Upload so many bytes in a form; the status of the answer."""
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    ).encode()
    end = b"\r\n--x--\r\n"
    line = http.client.HTTPConnection("127.0.0.1", portal.port)
    line.putrequest("POST", f"/w/{maker['slug']}/transfers/new")
    length = len(head) + size + len(end)
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(length)}
    for name, value in {**headers(maker["session"]), **kind}.items():
        line.putheader(name, value)
    line.endheaders(head)
    for offset in range(0, size, len(BLOCK)):
        line.send(BLOCK[: size - offset])
    line.send(end)
    status = line.getresponse().status
    line.close()
    return status

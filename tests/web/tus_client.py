"""A small client of the upload protocol for tests, on top of Django's."""

import base64
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from ingest.models import Upload, Workspace

OCTETS = "application/offset+octet-stream"


class Tus:
    """Speaks tus 1.0 as a signed-in person in one workspace."""

    def __init__(self, client: Client, where: Workspace) -> None:
        self.client = client
        self.where = where

    def create(self, size: int | str, name: str = "customers.csv", **headers: str) -> Any:
        sent = {
            "Tus-Resumable": "1.0.0", "Upload-Length": str(size),
            "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}", **headers,
        }  # fmt: skip
        return self.client.post(
            reverse("uploads", args=[self.where.slug]), data=b"", content_type="", headers=_given(sent)
        )

    def patch(self, url: str, offset: int | str, data: bytes, *, content_type: str = OCTETS, **headers: str) -> Any:
        sent = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers}
        # Django's client says neither for an empty body; real ones say both.
        said: dict[str, Any] = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(data))}
        return self.client.generic("PATCH", url, data, content_type, headers=_given(sent), **said)

    def head(self, url: str) -> Any:
        return self.client.head(url, headers={"Tus-Resumable": "1.0.0"})

    def delete(self, url: str) -> Any:
        return self.client.delete(url, headers={"Tus-Resumable": "1.0.0"})

    def begin(self, size: int, name: str = "customers.csv") -> str:
        answer: HttpResponseBase = self.create(size, name)
        assert answer.status_code == 201
        return str(answer["Location"])

    def upload(self, url: str) -> Upload:
        return Upload.objects.get(pk=url.rpartition("/")[2])


def _given(headers: dict[str, str]) -> dict[str, str]:
    """A header of the empty text is not sent."""
    return {name: value for name, value in headers.items() if value != ""}

"""A number for each request, in its log lines and on the page that says that something broke."""

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

NONE = "-"
current: ContextVar[str] = ContextVar("request_id", default=NONE)


class RequestId:
    """Gives every request its number; browsers find it in a header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the number set. It stays until the answer is out: Django logs bad answers on the way."""
        number = secrets.token_hex(5)
        current.set(number)
        request.reference = number  # type: ignore[attr-defined]
        response = self._get_response(request)
        response["X-Request-ID"] = number
        return response


@receiver(request_finished)
def _forget(**_told: Any) -> None:
    current.set(NONE)

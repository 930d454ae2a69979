"""For every request: the person's language and time zone; for every answer: that no cache may keep it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from ingest.services.people_settings import remember_language, zone_named

GetResponse = Callable[[HttpRequest], HttpResponse]


class PersonalSettings:
    """A person's own language comes before the cookie and the browser's wish; times are shown in their zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the person's language and time zone."""
        user = request.user
        if not user.is_authenticated:
            return self._get_response(request)
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        else:
            remember_language(user, translation.get_language())
        with timezone.override(zone_named(user.time_zone)):
            return self._get_response(request)


class PrivatePages:
    """Pages may hold customer values, and forms a token, so no cache keeps any; whoever knows better says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and forbid to store the answer."""
        response = self._get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

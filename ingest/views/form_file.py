"""Forms that bring a customer file: its bytes go straight into the spool folder, after every check that needs none."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ingest.forms.numbers import whole_number
from ingest.models import Upload
from ingest.services.upload_admission import Refused, too_large
from ingest.services.upload_form import WRAPPING_BYTES, Incoming
from ingest.templatetags.figures import filesize_short
from ingest.views.http import PortalRequest

P = ParamSpec("P")
CHUNK_BYTES: Final = 256 * 1024
# A form that is refused is read all the same up to this size: browsers show an answer only once they have sent theirs.
# A larger one they could not send to its end anyway, so nobody waits for it; gunicorn then closes the connection.
DRAINED_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True)
class Received:
    """What a form brought: its file, complete, or the sentence that says why there is none. On a GET neither."""

    upload: Upload | None = None
    problem: str = ""


class Forged(Exception):
    """The form lacks the token against forged requests, or has it after the file. `answer` is the page that says so."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__("no token before the file")
        self.answer = answer


FileView = Callable[Concatenate[PortalRequest, Received, P], HttpResponse]


def takes_file(view: FileView[P]) -> Callable[Concatenate[PortalRequest, P], HttpResponse]:
    """`view(request, received, …)`; goes below the policy, so that nobody's bytes are read who may not send any.

    Django would read the whole form before it looks for the token; here the token is looked for when the file begins.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and _is_hopeless(request):
            request.POST = QueryDict()  # whoever looks for a field must not begin to read
            refused = view(request, Received(problem=too_large(request.membership.workspace).say(filesize_short)),
                           *args, **kwargs)  # fmt: skip
            refused.status_code = 413 if refused.status_code == 422 else refused.status_code
            return refused
        try:
            received = _receive(request) if request.method == "POST" else Received()
        except Forged as forged:
            _drain(request)
            return forged.answer
        return view(request, received, *args, **kwargs)

    return answer


def _length(request: PortalRequest) -> int:
    """How many bytes the form says that it has."""
    return whole_number(request.META.get("CONTENT_LENGTH") or "") or 0


def _is_hopeless(request: PortalRequest) -> bool:
    """Whether nothing that it may hold fits, and it is so large that nobody waits for its end to say so."""
    most = request.membership.workspace.max_upload_bytes + WRAPPING_BYTES
    return request.content_type == "multipart/form-data" and _length(request) > max(most, DRAINED_BYTES)


def _receive(request: PortalRequest) -> Received:
    if request.content_type != "multipart/form-data":
        check_token(request, request.POST)
        return Received()
    handler = _Spooling(request)
    try:
        fields = handler.parser.parse()[0]
        check_token(request, fields)
        problem = handler.problem
    except Refused as refused:
        _drain(request)
        return Received(problem=refused.say(filesize_short))
    except OSError:
        problem = _cut()
    finally:
        handler.clean_up()
    return Received(handler.upload, problem)


def _cut() -> str:
    return _("The file could not be uploaded: the connection was cut. Choose the file again.")


class _Parser(MultiPartParser):
    """Shows the fields that came before a file."""

    def fields(self) -> QueryDict:
        # Django keeps them here while it reads on; the stubs only know what it hands out at the end.
        return cast("QueryDict", getattr(self, "_post", QueryDict()))


class _Spooling(FileUploadHandler):
    """Writes the first file of a form into the spool folder; others are passed over."""

    chunk_size = CHUNK_BYTES

    def __init__(self, request: PortalRequest) -> None:
        super().__init__(request)
        self.portal: Final = request
        self.parser: Final = _Parser(request.META, request, [self], request.encoding)
        self.upload: Upload | None = None
        self._incoming: Incoming | None = None

    def new_file(self, field_name: str, file_name: str, *_args: Any, **_kwargs: Any) -> None:  # noqa: ARG002 - Django's
        """The file begins: look for the token, take the room. Raises Forged and Refused."""
        if self._incoming is not None or self.upload is not None:
            raise SkipFile
        check_token(self.portal, self.parser.fields())
        self._incoming = Incoming(
            self.portal.membership.workspace, owner=self.portal.user, name=file_name,
            form_bytes=int(self.portal.META["CONTENT_LENGTH"]), now=timezone.now(),
        )  # fmt: skip

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        """Some of its bytes."""
        if self._incoming is not None:
            self._incoming.write(raw_data)

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        """All of its bytes."""
        if self._incoming is not None:
            self.upload = self._incoming.finish(timezone.now())
            self._incoming = None

    @property
    def problem(self) -> str:
        """Why there is no file, once the form is at its end; a cut one may end in the middle of its file."""
        if self.upload is not None:
            return ""
        return _cut() if self._incoming is not None else _("Select a file")

    def clean_up(self) -> None:
        """Whatever happened, no half file stays."""
        if self._incoming is not None:
            self._incoming.abort()
            self._incoming = None


def check_token(request: PortalRequest, fields: QueryDict) -> None:
    """Django's own check against forged requests, with the fields that are known so far. Raises Forged."""
    request.POST = fields  # type: ignore[assignment]  # the stubs know the immutable form only
    refusal = CsrfViewMiddleware(_answer).process_view(request, _protected, (), {})
    if refusal is not None:
        raise Forged(cast("HttpResponse", refusal))


def _answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _protected(request: HttpRequest) -> HttpResponse:
    """Stands for the view in Django's check, which passes over the real one."""
    return _answer(request)


def _drain(request: PortalRequest) -> None:
    left = DRAINED_BYTES if _length(request) <= DRAINED_BYTES else 0
    try:
        while left > 0 and (data := request.read(min(CHUNK_BYTES, left))):
            left -= len(data)
    except OSError:  # the sender has gone: nobody waits for an answer
        return

"""Uploads piece by piece: tus 1.0, so that a cut line costs nothing but the wait."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from ingest.access import upload_for
from ingest.models import Role, Upload
from ingest.services.upload import (
    NotReceiving,
    Piece,
    WrongChecksum,
    WrongOffset,
    cancel,
    open_upload,
    receive,
)
from ingest.services.upload_admission import Limit, Refused
from ingest.services.upload_spool import Busy
from ingest.services.upload_sweep import settle
from ingest.templatetags.figures import filesize_short
from ingest.views import tus
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members

P = ParamSpec("P")
STATUS: Final = {Limit.TOO_LARGE: 413, Limit.TOO_MANY: 429, Limit.QUOTA: 507, Limit.DISK: 507}
_FAILURES: Final = (tus.Refusal, Refused, Busy, WrongOffset, NotReceiving, WrongChecksum, Http404)


def speaks_tus(
    view: Callable[Concatenate[PortalRequest, P], HttpResponse],
) -> Callable[Concatenate[PortalRequest, P], HttpResponse]:
    """Check the version of the protocol, say in every answer which one is spoken, and answer refusals in its terms."""

    @wraps(view)
    def answer(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if request.method != "OPTIONS":
                tus.check_version(request.headers)
            response = view(request, *args, **kwargs)
        except _FAILURES as failure:
            response = _refuse(failure)
        response["Tus-Resumable"] = tus.VERSION
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _refuse(failure: Exception) -> HttpResponse:
    status, sentence = _said(failure)
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    if status == 412:
        response["Tus-Version"] = tus.VERSION
    return response


def _said(failure: Exception) -> tuple[int, str]:
    match failure:
        case tus.Refusal():
            return failure.status, failure.sentence
        case Refused():
            return STATUS[failure.limit], failure.say(filesize_short)
        case Busy():
            return tus.LOCKED, "Another request is writing to this upload."
        case WrongOffset():
            return 409, "The piece does not begin where the upload stands."
        case WrongChecksum():
            return tus.CHECKSUM_MISMATCH, "The bytes that arrived are not those that were sent; none was kept."
        case NotReceiving():
            return 410, "The upload has ended."
        case _:
            return 404, "There is no such upload."


@for_members(Role.MAKER)
@speaks_tus
def uploads(request: PortalRequest) -> HttpResponse:
    """Begin an upload, or ask what the server understands."""
    if request.method == "OPTIONS":
        return _capabilities(request)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "OPTIONS, POST"})
    wanted = tus.new_upload(request.headers)
    now = timezone.now()
    workspace = request.membership.workspace
    first = tus.first_piece(request.headers, size=wanted.size)
    upload = open_upload(
        workspace, owner=request.user, name=wanted.name, size=wanted.size, modified_ms=wanted.modified_ms, now=now
    )
    if first is not None or wanted.size == 0:
        receive(upload, request.read, _piece(first), now=now)
    response = HttpResponse(status=201, headers=_progress(upload))
    response["Location"] = reverse("upload", args=[workspace.slug, upload.pk])
    return response


@for_members(Role.MAKER)
@speaks_tus
def upload(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """How far an upload is, its next piece, or its end."""
    if request.method == "OPTIONS":
        return _capabilities(request)
    overridden = request.headers.get("X-HTTP-Method-Override") if request.method == "POST" else None
    act = _ACTS.get(overridden or request.method or "")
    if act is None:
        return HttpResponse(status=405, headers={"Allow": ", ".join(("OPTIONS", *_ACTS))})
    return act(request, upload_for(request.membership, upload_id))


def _look(_request: PortalRequest, upload: Upload) -> HttpResponse:
    if upload.state == Upload.State.DELETED:
        raise NotReceiving
    settle(upload, now=timezone.now())
    headers = {"Upload-Length": str(upload.declared_bytes), "Upload-Metadata": tus.write_metadata(upload.name)}
    return HttpResponse(status=200, headers=headers | _progress(upload))


def _take(request: PortalRequest, upload: Upload) -> HttpResponse:
    piece = tus.next_piece(request.headers, size=upload.declared_bytes)
    if upload.state == Upload.State.COMPLETE and piece.offset == upload.declared_bytes:
        return HttpResponse(status=204, headers=_progress(upload))
    receive(upload, request.read, _piece(piece), now=timezone.now())
    return HttpResponse(status=204, headers=_progress(upload))


def _end(request: PortalRequest, upload: Upload) -> HttpResponse:
    if not cancel(upload, actor=request.user, now=timezone.now()):
        raise NotReceiving
    return HttpResponse(status=204)


_ACTS: Final = {"HEAD": _look, "PATCH": _take, "DELETE": _end}


def _piece(wanted: tus.NextPiece | None) -> Piece:
    return Piece(wanted.offset, wanted.length, wanted.algorithm, wanted.digest) if wanted else Piece(0, 0)


def _progress(upload: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(upload.received_bytes)}
    if upload.state == Upload.State.RECEIVING:
        headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return headers


def _capabilities(request: PortalRequest) -> HttpResponse:
    headers = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(request.membership.workspace.max_upload_bytes),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
    }
    return HttpResponse(status=204, headers=headers)

"""What the pages of the first step show: the form for a file, the file itself, what is wrong with it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from ingest.engine.errors import FileProblem
from ingest.forms.same_answers import said_in
from ingest.models import Batch
from ingest.services import problems
from ingest.services.file_words import encoding_words, notes_about, quote_words, separator_words
from ingest.services.files import FileGone
from ingest.services.look import look_at_file_of
from ingest.services.same_answers import same_answers_for
from ingest.services.upload_earlier import earlier_use, unfinished, unused
from ingest.views.http import PortalRequest
from ingest.views.steps import comes_back, frame, step_url
from ingest.views.wide import column_page


def new_page(request: PortalRequest, problem: str) -> HttpResponse:
    """The page that begins a transfer; with a problem it is shown again."""
    home = reverse("home", args=[request.membership.workspace.slug])
    context = {"step": 1, "back_url": home, "later_url": home} | upload_context(request, problem)
    return render(request, "ingest/transfer_new.html", context, status=422 if problem else 200)


def file_page(request: PortalRequest, batch: Batch, problem: str) -> HttpResponse:
    """The page about the file of a transfer; with a problem of another file it says that the old one stayed."""
    about = about_file(batch)
    context = frame(request, batch, "step_file") | upload_context(request, problem) | about
    if "look" in about:
        context["column_page"] = column_page(request, len(about["look"].header))
    same = same_answers_for(batch) if "look" in about else None
    if same is not None:
        context |= {"same": same, "said": said_in(same)}
    context["next_url"] = step_url(batch, "submit" if comes_back(request) else "step_people")
    return render(request, "ingest/step_file.html", context, status=422 if problem else 200)


def upload_context(request: PortalRequest, problem: str) -> dict[str, Any]:
    """For ingest/_upload.html."""
    workspace, now = request.membership.workspace, timezone.now()
    return {
        "max_bytes": workspace.max_upload_bytes,
        "unfinished": unfinished(workspace, request.user, now=now),
        "unused": unused(workspace, request.user, now=now),
        "upload_problem": problem,
        "problems": [{"url": "#id_file", "text": problem}] if problem else [],
    }


def about_file(batch: Batch) -> dict[str, Any]:
    """The file of a batch as it was read, or the sentence that says why it can't be."""
    if batch.upload is None:
        return {"upload": None}
    shown: dict[str, Any] = {"upload": batch.upload, "earlier": earlier_use(batch.upload, batch)}
    try:
        look = look_at_file_of(batch)
    except FileProblem as problem:
        return shown | {"file_problem": problems.about_file(problem)}
    except FileGone:
        return shown | {"file_gone": True}
    return shown | {
        "look": look,
        "notes": notes_about(look),
        "encoding": encoding_words(look.encoding),
        "separator": separator_words(look.delimiter),
        "quote": quote_words(look.quote),
    }

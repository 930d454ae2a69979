"""Taking back, step by step, what was done about columns, as long as nothing else was changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ingest.engine.errors import FileProblem
from ingest.forms.columns import CHANGED
from ingest.models import Batch, Role
from ingest.services import columns_save
from ingest.services.columns_save import Answer, all_answers, difference
from ingest.services.files import FileGone
from ingest.services.number_words import grouped
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch
from ingest.views.steps import onward, step_url, while_editable

_KEY: Final = "columns_undo"
MOST_STEPS: Final = 10
"""So many changes can be taken back; a session is read with every page."""


@dataclass(frozen=True)
class Before:
    """The answers about columns as they were in one version of the batch: settings of the mapping, no rows."""

    version: int
    answers: dict[str, Answer]

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Those of the batch now."""
        return cls(batch.version, all_answers(batch))


def offer_undo(request: PortalRequest, batch: Batch, before: Before, text: str = "") -> None:
    """Keep what was answered for the columns whose answer is another one now, and what was done, in words.

    Steps that follow each other without another change in between can all be taken back, the last one first.
    """
    was = difference(before.answers, all_answers(batch))
    if not was:
        return
    kept = request.session.get(_KEY) or {}
    follows = (kept.get("batch"), kept.get("version")) == (batch.pk, before.version)
    step = {
        "text": text or _changed(was),
        "was": {name: [answer.entry, answer.is_left_out] for name, answer in was.items()},
    }
    steps = [*(kept.get("steps", []) if follows else []), step][-MOST_STEPS:]
    request.session[_KEY] = {"batch": batch.pk, "version": batch.version, "steps": steps}


def _changed(names: Iterable[str]) -> str:
    changed = list(names)
    if len(changed) == 1:
        return _("Changed: %(column)s") % {"column": changed[0]}
    said = ngettext("Changed: %(count)s column", "Changed: %(count)s columns", len(changed))
    return said % {"count": grouped(len(changed))}


def undo_for(request: PortalRequest, batch: Batch) -> dict[str, Any] | None:
    """The last step that can be taken back, with how many are `before` it; None when the answers were changed again."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict) or (kept["batch"], kept["version"]) != (batch.pk, batch.version):
        return None
    return {**kept["steps"][-1], "before": len(kept["steps"]) - 1} if kept.get("steps") else None


@for_batch(Role.MAKER, own=True)
@while_editable
@require_POST
def columns_undo(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Put the answers back as they were before the last step, and show the columns that were shown."""
    step = undo_for(request, batch)
    if step is None:
        messages.info(request, _("Something was changed since, so nothing was taken back."))
        return redirect(step_url(batch, "step_columns"))
    kept = request.session[_KEY]
    was = {name: Answer(entry, left_out) for name, (entry, left_out) in step["was"].items()}
    try:
        columns_save.put_back(batch, was, actor=request.user, now=timezone.now(), expected_version=kept["version"])
    except (FileGone, FileProblem):
        return onward(request, batch, "step_file")
    request.session[_KEY] = {"batch": batch.pk, "version": batch.version, "steps": kept["steps"][:-1]}
    messages.info(request, _("Taken back – %(what)s") % {"what": step["text"]})
    seen = {name: request.POST[name] for name in ("show", "page") if name in request.POST} or {"show": CHANGED}
    return redirect(f"{step_url(batch, 'step_columns')}?{urlencode(seen)}")

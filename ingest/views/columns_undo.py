"""Taking back what was just done about columns, as long as nothing else was changed since."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ingest.models import Batch, Role
from ingest.services import columns_save
from ingest.services.columns_save import Answers
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch
from ingest.views.steps import step_url, while_editable

_KEY: Final = "columns_undo"


@dataclass(frozen=True)
class Before:
    """The answers about columns as they were: settings of the mapping, no cells."""

    columns: list[dict[str, Any]]
    not_sent: list[str]

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Those of the batch now."""
        return cls(list(batch.mapping.get("columns", ())), list(batch.not_sent))


def offer_undo(request: PortalRequest, batch: Batch, before: Before, text: str) -> None:
    """Keep what the answers were and what was done to them; nothing when they are the same still."""
    if before != Before.of(batch):
        request.session[_KEY] = {"batch": batch.pk, "version": batch.version, "text": text, **asdict(before)}


def undo_for(request: PortalRequest, batch: Batch) -> dict[str, Any] | None:
    """What can be taken back now; None when there is nothing, or when the answers were changed again."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict) or (kept["batch"], kept["version"]) != (batch.pk, batch.version):
        return None
    return kept


@for_batch(Role.MAKER, own=True)
@while_editable
@require_POST
def columns_undo(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Put the answers back."""
    kept = undo_for(request, batch)
    if kept is None:
        messages.info(request, _("Something was changed since, so nothing was taken back."))
        return redirect(step_url(batch, "step_columns"))
    before = Answers(kept["columns"], kept["not_sent"], ())
    columns_save.save(batch, before, actor=request.user, now=timezone.now(), expected_version=kept["version"])
    del request.session[_KEY]
    messages.info(request, _("Taken back. The columns are as they were before."))
    return redirect(step_url(batch, "step_columns") + "?show=")

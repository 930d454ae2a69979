"""Mending all rows with one finding alike, and taking that back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ingest.forms.fix import FixForm
from ingest.models import Batch, Role
from ingest.services import check as checks
from ingest.services import fixes as mending
from ingest.services.journey import first_open
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch
from ingest.views.steps import expected_version, step_url, while_editable


@for_batch(Role.MAKER, own=True, related=("result",))
@while_editable
@require_http_methods(["GET", "HEAD", "POST"])
def fix(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Change the matching and check everything again. Whoever comes by a link is shown the results."""
    form = FixForm(request.POST)
    if request.method == "POST" and form.is_valid():
        now, version = timezone.now(), expected_version(request)
        try:
            mending.apply(batch, form.fix, actor=request.user, now=now, expected_version=version)
        except mending.NotOffered:
            messages.info(request, _("These results have changed, so nothing was mended. Here are the newest ones."))
        except (checks.NotReady, checks.NotPossible) as missing:
            return _not_checked(request, batch, missing)
        else:
            return redirect(step_url(batch, "checking"))
    return redirect(step_url(batch, "results"))


@for_batch(Role.MAKER, own=True, related=("result",))
@while_editable
@require_http_methods(["GET", "HEAD", "POST"])
def fix_undo(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Put the matching back; the former result counts again where it is still kept."""
    if request.method == "POST":
        now, version = timezone.now(), expected_version(request)
        try:
            check = mending.undo(batch, actor=request.user, now=now, expected_version=version)
        except mending.NotOffered:
            messages.info(request, _("Something was changed since, so nothing was taken back."))
        except (checks.NotReady, checks.NotPossible) as missing:
            return _not_checked(request, batch, missing)
        else:
            if check is not None:
                return redirect(step_url(batch, "checking"))
            messages.success(request, _("Taken back. The matching and these results are as they were before."))
    return redirect(step_url(batch, "results"))


def _not_checked(request: PortalRequest, batch: Batch, missing: checks.NotReady | checks.NotPossible) -> HttpResponse:
    """Nothing was changed, because no check can begin now: to what is missing, or to the check that is under way."""
    if isinstance(missing, checks.NotReady):
        messages.warning(request, missing.sentence)
        return redirect(step_url(batch, first_open(batch)))
    messages.info(request, _("This transfer is being checked already, or it has gone on meanwhile."))
    return redirect(step_url(batch, "checking"))

"""S12 and S13: two transfers beside each other."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ingest.access import batches_for
from ingest.forms.compare import CompareForm
from ingest.services.side_by_side import RELATED, offered, side_by_side
from ingest.views.http import PortalRequest
from ingest.views.policies import for_members


@for_members()
@require_safe
def compare(request: PortalRequest) -> HttpResponse:
    """The two that the address names; where it names another number of them, what is to be chosen."""
    form = CompareForm(request.GET)
    numbers = form.numbers
    chosen = batches_for(request.membership, numbers, RELATED)
    if len(chosen) == len(numbers) == 2:
        return render(request, "ingest/compare.html", {"compared": side_by_side(*chosen)})
    if len(chosen) < len(numbers):
        form.add_error("of", _("There is no transfer with this reference here"))
    alone = chosen[0] if len(chosen) == 1 else None
    context = {
        "form": form if form.errors else CompareForm(),
        "batch": alone,
        "chosen": len(chosen),
        "others": offered(alone) if alone else [],
    }
    return render(request, "ingest/compare_choose.html", context, status=422 if form.errors else 200)

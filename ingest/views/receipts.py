"""S12: Adobe's receipt for a transfer, beside what was expected."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ingest.aam.receipt_mail import SENDER, SUBJECT
from ingest.forms.receipt import ReceiptForm
from ingest.models import Batch, Role
from ingest.services import receipts
from ingest.services.receipt_words import not_about
from ingest.views.http import PortalRequest
from ingest.views.policies import for_batch


@for_batch(Role.MAKER, also=Role.ADMIN, related=("delivery",))
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_add(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Paste or upload Adobe's e-mail."""
    if not receipts.may_have_receipt(batch):
        messages.warning(request, _("Nothing was changed: a receipt comes after a transfer was sent."))
        return redirect("transfer", batch.workspace.slug, batch.number)
    form = ReceiptForm(request.POST, request.FILES) if request.method == "POST" else ReceiptForm()
    if form.is_bound and form.is_valid():
        try:
            added = receipts.add(batch, form.mail, actor=request.user, now=timezone.now())
        except receipts.NotAbout as other:
            form.add_error(form.source, not_about(other, form.mail.names))
        else:
            _say(request, is_new=added.is_new)
            return redirect(reverse("transfer", args=[batch.workspace.slug, batch.number]) + "#receipt")
    context = {"batch": batch, "form": form, "sender": SENDER, "subject": SUBJECT}
    return render(request, "ingest/receipt.html", context, status=422 if form.is_bound else 200)


@for_batch(Role.MAKER, also=Role.ADMIN, related=("delivery",))
@require_POST
def receipt_remove(request: PortalRequest, batch: Batch, pk: int) -> HttpResponse:
    """Forget one that was added by mistake."""
    found = next((one for one in receipts.receipts_of(batch) if one.pk == pk), None)
    if found is None:
        raise Http404
    receipts.remove(found, actor=request.user, now=timezone.now())
    messages.success(request, _("The receipt is removed. You can add it again at any time."))
    return redirect("transfer", batch.workspace.slug, batch.number)


def _say(request: PortalRequest, *, is_new: bool) -> None:
    if is_new:
        messages.success(request, _("Adobe's receipt is added."))
    else:
        messages.info(request, _("This receipt is here already; nothing was changed."))

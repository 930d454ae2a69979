"""S12: what Adobe answered to a transfer."""

from datetime import timedelta

from django.utils import timezone

from ingest.aam.receipt_mail import ReceiptMail
from ingest.models import Batch, Part, Workspace
from ingest.services import receipts
from tests import factories
from tests.gallery.state import CONTINUE, Shown, page_of, state
from tests.services import working

_LINES = 1_182_340
_ALSO = {"signals": 2_301_118, "unused_signals": 40_112, "realized_traits": 1_700_450, "failed_traits": 0}


def _sent(where: Workspace, name: str, environment: str = "production", *, parts: int = 2) -> Batch:
    """A transfer to a place that is there once."""
    place = where.destinations.filter(environment=environment).first()
    delivery = working.sending(
        *(f'A-{number}\t"tier"="gold"\n'.encode() for number in range(parts)), workspace=where, name=name,
        destination=place or factories.destination(where, environment, name=environment.title()),
    )  # fmt: skip
    working.send_all(delivery)
    Part.objects.filter(check_run__batch=delivery.batch_id).update(records=_LINES // parts)
    return Batch.objects.select_related("workspace", "maker", "delivery").get(pk=delivery.batch_id)


def _answered(batch: Batch, *, stored: int, files: int = 2, **counts: int) -> Shown:
    assert batch.delivery is not None
    names = tuple(part.name for part in batch.delivery.parts.all())[:files]
    received = counts.pop("received", _LINES * files // 2)
    whole = {
        "received": received, "format_errors": 0, "invalid_aam_id": 0, "no_match": received - stored, "no_trait": 0,
        "processed": received, "stored": stored, **_ALSO, **counts,
    }  # fmt: skip
    now = timezone.now()
    mail = ReceiptMail(names, whole, now - timedelta(hours=2), now - timedelta(hours=1))
    receipts.add(batch, mail, actor=batch.maker, now=now)
    return page_of(batch, "transfer")


@state("transfer-receipt")
def answered() -> Shown:
    where = factories.workspace()
    _answered(_sent(where, "Loyalty – October 2026"), stored=820_113)
    return _answered(_sent(where, "Loyalty – November 2026"), stored=811_902)


@state("transfer-receipt-differs")
def differs() -> Shown:
    where = factories.workspace()
    _answered(_sent(where, "Loyalty – October 2026"), stored=820_113)
    return _answered(_sent(where, "Loyalty – November 2026"), stored=412_003, received=_LINES - 190, format_errors=12)


@state("transfer-receipt-of-some-files")
def of_some_files() -> Shown:
    return _answered(_sent(factories.workspace(), "Loyalty – November 2026"), stored=390_020, files=1)


@state("transfer-receipt-beta")
def from_beta() -> Shown:
    return _answered(_sent(factories.workspace(), "Loyalty – November 2026", "beta"), stored=0)


@state("receipt-add")
def adding() -> Shown:
    return page_of(_sent(factories.workspace(), "Loyalty – November 2026"), "receipt_add")


@state("receipt-add-wrong")
def adding_wrong() -> Shown:
    batch = _sent(factories.workspace(), "Loyalty – November 2026")
    text = "Your file was received.\nftp_dpm_478_1368806402.sync\nStored Records: 12\n"
    return page_of(
        batch, "receipt_add", fill={"#id_pasted_receipt": text}, press=CONTINUE, status=422,
    )  # fmt: skip

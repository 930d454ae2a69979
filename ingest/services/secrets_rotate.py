"""All secrets under the newest key: row by row, so that it may be ended at any moment and begun anew."""

from dataclasses import dataclass

from django.db import transaction

from ingest.models import DestinationSecret
from ingest.services.failpoints import failpoint
from ingest.services.secrets import Place, decrypt, encrypt, is_under_newest_key
from ingest.transfer.errors import Misconfigured


@dataclass(frozen=True)
class Rotated:
    """How many were encrypted anew, how many had the newest key, and which none of the keys can read."""

    renewed: int
    newest: int
    unreadable: tuple[DestinationSecret, ...]


def rotate_secrets() -> Rotated:
    """Encrypt every secret with the newest key; the secrets stay the same, so no approval is touched."""
    outcomes: dict[str, list[DestinationSecret]] = {"renewed": [], "newest": [], "unreadable": []}
    for key in list(DestinationSecret.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            locked = DestinationSecret.objects.select_for_update(of=("self",)).select_related("destination__workspace")
            row = locked.filter(pk=key).first()
            outcome = "" if row is None else _rotate(row)
        if row is not None:
            outcomes[outcome].append(row)
        if outcome == "renewed":
            failpoint("secrets.rotated")
    counts = {name: len(rows) for name, rows in outcomes.items()}
    return Rotated(counts["renewed"], counts["newest"], tuple(outcomes["unreadable"]))


def _rotate(row: DestinationSecret) -> str:
    place = Place(row.destination_id, row.field)
    try:
        secret = decrypt(row.ciphertext, place)
    except Misconfigured:
        return "unreadable"
    if is_under_newest_key(row.ciphertext):
        return "newest"
    # An admin may change the secret at the same time: then the newer one stays.
    same = DestinationSecret.objects.filter(pk=row.pk, revision=row.revision)
    same.update(ciphertext=encrypt(secret, place))
    failpoint("secrets.rotating")
    return "renewed"

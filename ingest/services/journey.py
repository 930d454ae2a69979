"""How far the answers of a batch are: which steps of the journey are answered, and which one comes next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ingest.crm.mapping import MappingError
from ingest.models import Batch, Check
from ingest.services.mapping_digest import document_of, is_stale
from ingest.services.people import identity_problems


@dataclass(frozen=True)
class Step:
    """One step: the name of its page's address, its number, its words, and whether a batch has answered it."""

    page: str
    number: int
    label: str | Promise
    is_answered: Callable[[Batch], bool]


def has_file(batch: Batch) -> bool:
    """Whether there is a file."""
    return batch.upload_id is not None


def has_people(batch: Batch) -> bool:
    """Whether it is said what identifies people, and under which data source."""
    return bool(batch.mapping.get("kind")) and (has_columns(batch) or not identity_problems(batch.mapping))


def has_columns(batch: Batch) -> bool:
    """Whether the mapping is complete. Columns that it doesn't name are the business of their own page."""
    try:
        document_of(batch)
    except MappingError:
        return False
    return True


def has_result(batch: Batch) -> bool:
    """Whether all rows were checked with these very answers and this very file."""
    check = batch.result
    return check is not None and check.state == Check.State.FINISHED and not is_stale(check, batch)


def has_destination(batch: Batch) -> bool:
    """Whether it has a name and goes somewhere; a practice run goes nowhere."""
    goes = batch.is_practice or (batch.destination is not None and batch.destination.is_active)
    return bool(batch.name) and goes


STEPS: Final = (
    Step("step_file", 1, _("File"), has_file),
    Step("step_people", 2, _("People"), has_people),
    Step("step_columns", 3, _("Columns"), has_columns),
    Step("results", 4, _("Check"), has_result),
    Step("step_destination", 5, _("Destination"), has_destination),
    Step("submit", 6, _("Approval"), lambda batch: batch.state not in {"draft", "checking", "checked"}),
)
"""The journey in its order."""

STEP_OF: Final[Mapping[str, Step]] = MappingProxyType({step.page: step for step in STEPS})


def first_open(batch: Batch) -> str:
    """The page of the first step that is not answered yet; the last one when all are."""
    return next((step.page for step in STEPS if not step.is_answered(batch)), STEPS[-1].page)

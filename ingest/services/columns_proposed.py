"""Proposals for the columns of a batch's file, made once while its answers are worked on."""

from typing import Final

from ingest.crm.mapping import Mode
from ingest.crm.proposals import ColumnProposals, propose_columns
from ingest.models import Batch
from ingest.services.look import PROPOSALS_NEED, look_at_file_of
from ingest.services.people import identifying_columns
from ingest.services.reader import reader_of
from ingest.services.recent import Recent
from ingest.services.remembered import Kept, known_to

_made: Final = Recent[tuple[ColumnProposals, ...]](64)


def proposals_for(batch: Batch, *, own: Kept, workspace: Kept) -> tuple[ColumnProposals, ...]:
    """What each column could become, in the order of the file. Raises FileProblem and FileGone.

    A preview follows every choice, and nothing of what proposals are made from changes by one; so the latest ones stay
    in this process. They hold no rows: names of columns, keys, traits, and the values of tables.
    """
    known, taken = known_to(batch), identifying_columns(batch.mapping)
    mode = Mode(batch.mapping.get("mode", Mode.SYNC))
    key = (batch.upload_id, repr(reader_of(batch)), known.digest, taken, mode, own.edition, workspace.edition)
    made = _made.get(key)
    if made is not None:
        return made
    looks = look_at_file_of(batch, samples=PROPOSALS_NEED).columns
    made = propose_columns(
        looks, known.catalogue(), taken=taken, mode=mode, own=own.remembered, workspace=workspace.remembered
    )
    _made.keep(key, made)
    return made

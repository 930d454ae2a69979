"""Proposals: who the people of a customer file are, what its columns could become, and what changed since last time.

This module is the door: everything that others need of proposals is here by name. A proposal is never more than a
guess that people confirm; what is sent is judged by the mapping and the check alone.
"""

from ingest.crm.catalogue import Catalogue, KnownKey, RuleTerm, TraitEntry, rule_terms
from ingest.crm.proposals_columns import propose_columns
from ingest.crm.proposals_fit import Fit, are_rounded, fit_of
from ingest.crm.proposals_ids import id_guesses_of, propose_emails, propose_ids, propose_sync_ids
from ingest.crm.proposals_memory import (
    Difference,
    Remembered,
    Renamed,
    compare_header,
    header_fingerprint,
    remembered_from,
    rename_columns,
)
from ingest.crm.proposals_signals import OWN_NAME
from ingest.crm.proposals_types import (
    ColumnLook,
    ColumnProposals,
    Confidence,
    EmailGuess,
    IdGuess,
    LooksLike,
    Personal,
    Proposal,
    Reason,
    Source,
    WayOut,
    name_of_entry,
)

__all__ = [
    "OWN_NAME",
    "Catalogue",
    "ColumnLook",
    "ColumnProposals",
    "Confidence",
    "Difference",
    "EmailGuess",
    "Fit",
    "IdGuess",
    "KnownKey",
    "LooksLike",
    "Personal",
    "Proposal",
    "Reason",
    "Remembered",
    "Renamed",
    "RuleTerm",
    "Source",
    "TraitEntry",
    "WayOut",
    "are_rounded",
    "compare_header",
    "fit_of",
    "header_fingerprint",
    "id_guesses_of",
    "name_of_entry",
    "propose_columns",
    "propose_emails",
    "propose_ids",
    "propose_sync_ids",
    "remembered_from",
    "rename_columns",
    "rule_terms",
]

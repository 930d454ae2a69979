"""Every event says what happened in a sentence; kinds that this version doesn't know are said to be that."""

import re
from pathlib import Path
from typing import Any

import pytest

from ingest.lifecycle import BatchAction
from ingest.models import Event
from ingest.services.answers import ANSWERS
from ingest.services.event_words import EVENTS, sentence_of

SERVICES = Path(__file__).parents[2] / "ingest" / "services"
WRITTEN = re.compile(r'(?:record|_tell|part_event)\(\s*"([a-z_]+\.[a-z_]+)"|, "(batch\.[a-z_]+)", actor')
OF_THE_WORKSPACE = ("data_source.", "destination.", "member.", "trait.", "upload.", "workspace.")


def _kinds_in_code() -> set[str]:
    """Every kind that a service writes by name, and one for each action of the life cycle."""
    found = (match for path in SERVICES.glob("*.py") for match in WRITTEN.finditer(path.read_text(encoding="utf-8")))
    named = {match[1] or match[2] for match in found}
    return {kind for kind in named if not kind.startswith(OF_THE_WORKSPACE)} | {f"batch.{a}" for a in BatchAction}


def test_every_kind_that_is_written_has_words_and_no_words_are_left_over() -> None:
    assert set(EVENTS) == _kinds_in_code()


@pytest.mark.parametrize(
    ("kind", "after", "sentence"),
    [
        ("batch.started", {"state": "draft"}, "The transfer was started"),
        ("batch.started", {"state": "draft", "copied_from": 1041}, "Started with the answers of T-1041"),
        ("batch.copied", {"copied_from": 7}, "Prepared for production with the very files of T-7"),
        ("batch.answers", {"changed": ["mapping", "name", "upload"]},
         "Changed: the matching, the name and the customer file"),
        ("batch.check_finished", {"accepted": 1182340, "rows": 1204118, "changed": 3},
         "1,182,340 of 1,204,118 rows can be sent"),
        ("batch.check_ended", {"outcome": "cancelled"}, "The check was stopped"),
        ("batch.check_ended", {"outcome": "ended", "code": "bug"}, "The check ended without a result"),
        ("batch.void", {"reason": "expired", "hours": 72}, "Nobody decided in time; the maker has to ask again"),
        ("batch.void", {"reason": "mapping"}, "The matching was changed, so the approval no longer counts"),
        ("batch.void", {}, "The request for approval no longer counts"),
        ("batch.sent_all", {"sent": 1, "parts": 1}, "1 file is at the receiver"),
        ("batch.sent_all", {"sent": 4, "parts": 4}, "All 4 files are at the receiver"),
        ("batch.sent_some", {"sent": 1, "parts": 4}, "Only 1 of 4 files are at the receiver"),
        ("batch.stop_sending", {"held_back": 1}, "Sending was stopped; 1 file was held back"),
        ("batch.corrections", {"replaced": 12, "unknown": 0}, "12 corrected rows were put in their places"),
        ("part.failed", {"name": "ftp_dpm_478_1.sync.gz"}, "ftp_dpm_478_1.sync.gz could not be sent"),
        ("check.delete_data", {"what": "parts"}, "The checked files were deleted at the end of their time"),
        ("batch.from_the_future", {}, "Something that this version of the portal has no words for"),
        ("batch.sent_some", {}, "Something that this version of the portal has no words for"),
    ],
)  # fmt: skip
def test_what_an_event_says(kind: str, after: dict[str, Any], sentence: str) -> None:
    assert sentence_of(Event(kind=kind, after=after)) == sentence


@pytest.mark.parametrize(("state", "lost"), [("waiting", "request for approval"), ("approved", "approval")])
def test_what_becomes_void_is_an_approval_only_where_there_was_one(state: str, lost: str) -> None:
    event = Event(kind="batch.void", before={"state": state}, after={"reason": "destination"})
    assert sentence_of(event) == f"The destination was changed, so the {lost} no longer counts"


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_every_answer_has_a_name_for_people(answer: str) -> None:
    assert "the " in sentence_of(Event(kind="batch.answers", after={"changed": [answer]}))

"""Sample files: each of them is read, guessed right and checks clean, without anybody changing an answer."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ingest.aam.identifiers import IdType
from ingest.crm.mapping import Kind, parse_mapping
from ingest.crm.proposals import propose_emails, propose_ids, propose_sync_ids
from ingest.engine.examine import Examined, examine
from ingest.engine.run import onboard
from ingest.services.samples import PEOPLE, SAMPLES, Sample

TIMESTAMP = 1_700_000_000
ID_TYPES = {
    "customers": IdType.CUSTOMER_ID, "apple-ids": IdType.IDFA, "android-ids": IdType.GAID,
    "hashed-emails": IdType.CUSTOMER_ID,
}  # fmt: skip


def answers(sample: Sample, seen: Examined) -> dict[str, Any]:
    """A mapping made of nothing but the best proposals."""
    given: dict[str, Any] = {"version": 1, "kind": sample.kind.value, "mode": "sync"}
    if sample.kind is Kind.ID_SYNC:
        guesses = propose_sync_ids(seen.columns)
        ids = [{"column": guess.column, "type": guess.type.value, "dpid": guess.dpid or 478} for guess in guesses]
        return {**given, "ids": ids}
    best = propose_ids(seen.columns, sample.kind)[0]
    assert best.type is ID_TYPES[sample.topic]
    given |= {"dpid": best.dpid or 478, "id": {"column": best.column, "type": best.type.value}}
    if sample.kind is Kind.HASHED_EMAILS:
        emails = [guess.email for guess in propose_emails(seen.columns)]
        linked = [{"column": email.column, "hashed": email.hashed} for email in emails]
        return {**given, "email_dpid": 479, "emails": linked}
    signals = [column for column in seen.header if column != best.column]
    target = {"target_dpid": 478} if best.dpid else {}
    columns = [{"column": name, "action": "signal", "key": name} for name in signals]
    return {**given, **target, "columns": columns}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_sample_checks_clean_with_what_is_proposed(sample: Sample, tmp_path: Path) -> None:
    file, out = tmp_path / sample.file_name, tmp_path / "out"
    file.write_bytes(sample.content())
    out.mkdir()
    document = parse_mapping(answers(sample, examine(file)))
    report = onboard(file, document, out, timestamp=TIMESTAMP, workers=1)
    assert (report["rows"], report["accepted"], report["refused"]) == (PEOPLE, PEOPLE, 0), json.dumps(report)
    assert report["findings"] == []


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_sample_holds_nobody_who_exists(sample: Sample) -> None:
    text = sample.content().decode("utf-8-sig")
    assert "@" not in text
    rows = list(csv.reader(io.StringIO(text)))
    assert len({row[0] for row in rows}) == len(rows) == PEOPLE + 1


def test_the_same_person_is_in_all_of_them() -> None:
    def column(topic: str, name: str) -> list[str]:
        return [row[name] for row in csv.DictReader(io.StringIO(SAMPLES[topic].content().decode("utf-8-sig")))]

    assert column("customers", "customer_id") == column("hashed-emails", "customer_id")
    assert column("android-ids", "gaid") == column("id-sync", "gaid")

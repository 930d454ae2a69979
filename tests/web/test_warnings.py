"""Warnings: what is sent although something was found in it is told to the maker and to the approver."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.aam.findings import FINDINGS, Severity
from ingest.models import Batch, Check
from ingest.services import approvals, results
from ingest.services.found import Found, Sample
from ingest.services.results import Report
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db
PHONE, CHANGED, LEFT_OUT = "value.phone", "value.unsafe_characters", "id.missing"


def _found(code: str, rows: int, severity: Severity) -> Found:
    return Found(FINDINGS[code], rows, severity, (Sample(2, "tier", "+44 20 7946 0000", ""),))


WARNINGS = (_found(PHONE, 30, Severity.NOTICE), _found(CHANGED, 4000, Severity.CHANGED))


def _checked(monkeypatch: pytest.MonkeyPatch, *findings: Found, refused: int = 0) -> Batch:
    """A checked batch whose report tells of these findings."""
    batch = working.checked()
    Check.objects.filter(pk=working.result_of(batch).pk).update(rows=9, accepted=9 - refused, refused=refused)
    report = Report(9, 9, 0, 0, 0, 0, {}, findings, (), {})
    for module in (approvals, results):
        monkeypatch.setattr(module, "report_of", lambda _check: report)
    return batch


def _page(client: Client, batch: Batch, name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", _source(client, batch, name)))


def _source(client: Client, batch: Batch, name: str) -> str:
    reader = batch.maker
    if name == "approval":
        Batch.objects.filter(pk=batch.pk).update(state="waiting", state_at=timezone.now())
        reader = factories.member(batch.workspace, "Wei", roles=("approver",))
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(reverse(name, args=[batch.workspace.slug, batch.number])).content.decode()


@pytest.mark.parametrize(
    ("findings", "refused", "said", "unsaid"),
    [
        ((), 0, "Ready Nothing is left out.", "warnings"),
        (WARNINGS, 0, "Ready, 4,030 warnings Nothing is left out. Look at what was found below", "Ready Nothing"),
        ((_found(PHONE, 1, Severity.NOTICE),), 0, "Ready, 1 warning Nothing is left out.", "warnings"),
        (
            (_found(LEFT_OUT, 1, Severity.REFUSED), *WARNINGS),
            1,
            "Look at 4,030 warnings below, too; some may be about rows that are left out anyway.",
            "Ready,,",
        ),
        ((_found(LEFT_OUT, 1, Severity.REFUSED),), 1, "or correct these rows first.", "warnings"),
    ],
)
def test_the_headline_of_a_result_counts_its_warnings(
    client: Client, monkeypatch: pytest.MonkeyPatch, findings: tuple[Any, ...], refused: int, said: str, unsaid: str
) -> None:
    batch = _checked(monkeypatch, *findings, refused=refused)
    batch.workspace.max_left_out_percent = 100
    batch.workspace.save()
    text = _page(client, batch, "results")
    assert said in text
    assert unsaid not in text


def test_the_number_of_warnings_leads_to_the_first_of_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = _checked(monkeypatch, _found(LEFT_OUT, 1, Severity.REFUSED), *WARNINGS, refused=1)
    batch.workspace.max_left_out_percent = 100
    batch.workspace.save()
    page = _source(client, batch, "results")
    assert '<a href="#found-warning">4,030 warnings</a>' in page
    assert 'id="found-warning"' in page


def test_a_reason_tells_its_column_and_how_many_rows_its_examples_are_of(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _page(client, _checked(monkeypatch, *WARNINGS), "results")
    assert f"tier: {FINDINGS[PHONE].meaning}" in text
    assert "The first 1 of 30 rows" in text


def test_an_approver_reads_what_is_sent_all_the_same_in_figures_without_a_value(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _page(client, _checked(monkeypatch, *WARNINGS), "approval")
    assert f"{FINDINGS[CHANGED].meaning} Sent after a change 4,000" in text
    assert f"{FINDINGS[PHONE].meaning} Sent as it is 30" in text
    assert "7946" not in text
    also = "Rows that are left out for another reason are counted here, too."
    assert also not in text
    assert also in _page(client, _checked(monkeypatch, *WARNINGS, refused=1), "approval")


def test_a_dossier_without_warnings_has_no_list_of_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "worth a look" not in _page(client, _checked(monkeypatch), "approval")

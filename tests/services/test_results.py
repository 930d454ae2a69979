"""What a check found, read back from its files: groups, samples, first lines, the comparison with last time."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingest.aam.findings import Severity
from ingest.models import Batch, Check, Delivery, Membership, Workspace
from ingest.services import check as checks
from ingest.services import comparison, files, refused, results
from tests import factories
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
CONTENT = (
    "crm_id,tier,city\nA-1,gold,Rome\nA-2,silver,Lyon\n,gold,Oslo\n ,bronze,Bari\nA-5,=1+1,Köln\nada@example.com,x,y\n"
).encode()


def _checked(content: bytes = CONTENT, **mapping: Any) -> Check:
    batch = working.draft(content, mapping={**factories.MAPPING, **mapping})
    one = checks.start(batch, actor=batch.maker, now=NOW)
    working.work(one)
    one.refresh_from_db()
    assert one.state == "finished", one.problem
    return Check.objects.select_related("batch__result", "batch__workspace").get(pk=one.pk)


def _membership(of: Check) -> Membership:
    return Membership.objects.get(workspace=of.batch.workspace, user=of.batch.maker)


def _results(of: Check) -> results.Results:
    found = results.results_of(of.batch, _membership(of))
    assert found is not None
    return found


def _left_out(of: Check) -> dict[str, int]:
    report = results.report_of(of)
    assert report is not None
    return {found.rule.code: found.rows for found in report.left_out}


def test_the_report_says_what_is_left_out_most_rows_first() -> None:
    one = _checked()
    report = results.report_of(one)
    assert report is not None
    assert (report.rows, report.accepted, report.refused) == (one.rows, one.accepted, one.refused) == (6, 3, 3)
    assert [found.rows for found in report.left_out] == sorted(_left_out(one).values(), reverse=True)
    assert sum(_left_out(one).values()) >= one.refused
    assert {found.severity for found in report.left_out} == {Severity.REFUSED}


def test_samples_have_the_row_numbers_of_the_spreadsheet() -> None:
    report = results.report_of(_checked())
    assert report is not None
    empty = next(found for found in report.left_out if found.rule.code == "id.missing")
    assert [sample.row for sample in empty.samples] == [4, 5]
    assert {sample.column for sample in empty.samples} == {"crm_id"}


def test_findings_are_grouped_by_what_they_do_to_their_rows() -> None:
    groups = _results(_checked()).groups
    assert [group.title for group in groups] == ["Left out", "Sent after a change", "Sent as it is, worth a look"]
    assert [group.is_left_out for group in groups] == [True, False, False]
    for group, severity in zip(groups, (Severity.REFUSED, Severity.CHANGED, Severity.NOTICE), strict=True):
        assert {found.severity for found in group.found} <= {severity}
    assert groups[0].found


def test_without_its_files_a_check_keeps_its_figures_only() -> None:
    one = _checked()
    files.remove(one.report_key)
    files.remove(one.refused_key)
    found = _results(one)
    assert (found.report, found.groups, found.check.refused) == (None, [], 3)
    assert refused.refused_rows(one) is None


def test_files_whose_time_is_over_are_not_looked_for() -> None:
    one = _checked()
    one.files_deleted_at = timezone.now()
    assert results.report_of(one) is None
    assert refused.refused_rows(one) is None


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_the_first_lines_are_those_of_the_very_first_part(compression: str) -> None:
    one = _checked(output={"compression": compression})
    stored = files.read(one.parts.get().key)
    text = (gzip.decompress(stored) if compression == "gzip" else stored).decode()
    assert results.sample_lines(one, 2) == tuple(text.splitlines()[:2])
    assert results.sample_lines(one, 99) == tuple(text.splitlines())


def test_a_long_line_is_cut_off_and_bytes_that_are_no_text_do_not_matter() -> None:
    one = factories.finished_check(working.draft(), parts=(b"A-1\t" + b"x" * 5000 + b"\nA-2\t\xff\n",))
    first, second = results.sample_lines(one, 8)
    assert (len(first), second) == (600, "A-2\t�")


@pytest.mark.parametrize("damage", [b"\x1f\x8b\x08 no gzip at all", b"\x1f\x8b"], ids=["damaged", "cut off"])
def test_a_part_that_cannot_be_read_shows_no_lines(damage: bytes) -> None:
    one = factories.finished_check(working.draft())
    with files.local_copy(one.parts.get().key) as path:
        path.write_bytes(damage)
    assert results.sample_lines(one, 8) == ()


def test_a_part_that_is_gone_shows_no_lines() -> None:
    one = factories.finished_check(working.draft())
    files.remove(one.parts.get().key)
    assert results.sample_lines(one, 8) == ()
    one.parts.all().delete()
    assert results.sample_lines(one, 8) == ()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("A-1\ttier=gold", "A…\ttier=gold"),
        ("123456\tx", "1…\tx"),
        ("1234567\tx", "12…67\tx"),
        ("no tab", "n…"),
        ("\tx", "…\tx"),
        ("", "…"),
    ],
)
def test_an_id_is_masked_to_its_ends(line: str, shown: str) -> None:
    assert results.masked(line) == shown


def test_rows_that_are_left_out_are_read_a_few_at_a_time() -> None:
    one = _checked()
    everything = refused.refused_rows(one)
    assert everything is not None
    assert everything.header == ("crm_id", "tier", "city")
    assert [row.number for row in everything.rows] == [4, 5, 7]
    assert (everything.rows[0].cells, everything.more) == (("", "gold", "Oslo"), False)
    few = refused.refused_rows(one, limit=2)
    assert few is not None
    assert ([row.number for row in few.rows], few.more) == ([4, 5], True)
    exactly = refused.refused_rows(one, limit=3)
    assert exactly is not None
    assert not exactly.more


def test_cells_that_a_short_row_lacks_are_empty() -> None:
    shown = refused.refused_rows(_checked(b"crm_id,tier,city\nA-1,gold,Rome\nA-2\n"))
    assert shown is not None
    assert shown.rows[0].cells == ("A-2", "", "")


def test_rows_of_one_reason_are_those_and_the_file_of_them_says_the_same() -> None:
    one = _checked()
    missing = refused.refused_rows(one, "id.missing")
    assert missing is not None
    assert [row.number for row in missing.rows] == [4, 5]
    assert all("id.missing" in [rule.code for rule in row.rules] for row in missing.rows)
    lines = b"".join(refused.refused_with(one, "id.missing")).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["row", "4", "5"]


def test_cells_of_formulas_are_shown_as_they_were_and_protected_in_the_file() -> None:
    one = _checked(b"crm_id,tier\n,=1+1\n")
    shown = refused.refused_rows(one)
    assert shown is not None
    assert shown.rows[0].cells == ("", "=1+1")
    assert b"'=1+1" in b"".join(refused.refused_with(one, "id.missing"))


def test_a_batch_that_was_never_checked_has_no_results() -> None:
    batch = working.draft()
    membership = Membership.objects.get(workspace=batch.workspace, user=batch.maker)
    assert (results.results_of(batch, membership), results.newest_check(batch)) == (None, None)


@pytest.mark.parametrize(("limit", "too_many"), [(49, True), (50, False), (100, False)])
def test_too_many_is_more_than_the_workspace_allows(limit: int, too_many: bool) -> None:
    one = _checked()
    Workspace.objects.filter(pk=one.batch.workspace_id).update(max_left_out_percent=limit)
    one.batch.workspace.refresh_from_db()
    assert _results(one).too_many_left_out is too_many


def test_results_are_stale_once_the_answers_are_others() -> None:
    one = _checked()
    assert not _results(one).is_stale
    one.batch.mapping = {**one.batch.mapping, "dpid": 479}
    assert _results(one).is_stale


def test_only_the_maker_may_change_and_only_before_it_is_submitted() -> None:
    one = _checked()
    assert _results(one).may_change
    viewer = factories.member(one.batch.workspace, "Vic", roles=())
    theirs = results.results_of(one.batch, Membership.objects.get(user=viewer))
    assert theirs is not None
    assert not theirs.may_change
    one.batch.state = "waiting"
    assert not _results(one).may_change


def test_the_bar_has_no_empty_part() -> None:
    assert [part["value"] for part in _results(_checked()).bar] == [3, 3]
    assert [part["kind"] for part in _results(_checked(b"crm_id,tier\nA-1,x\n")).bar] == ["success"]


def test_rows_that_are_sent_with_a_notice_are_a_part_of_the_bar() -> None:
    found = _results(_checked(b"crm_id,tier\nA-1,x\nA%202,x\nA%203,x\n,x\n"))
    assert [(part["label"], part["value"], part["kind"]) for part in found.bar] == [
        ("Ready, without a warning", 1, "success"), ("Ready, with a warning", 2, "warning"), ("Left out", 1, "error"),
    ]  # fmt: skip


def test_files_are_named_as_if_they_were_sent_when_the_check_was_finished() -> None:
    one = _checked()
    assert one.finished_at is not None
    (name,) = results.part_names_of(one)
    assert name == f"ftp_dpm_478_{int(one.finished_at.timestamp())}.sync.gz"


def _sent(where: Workspace, people: int, days_ago: int = 1, **mapping: Any) -> Batch:
    """A transfer that was sent some days ago."""
    delivery: Delivery = working.sending(workspace=where, mapping={**factories.MAPPING, **mapping})
    working.end(delivery)
    batch = delivery.batch
    Check.objects.filter(pk=working.result_of(batch).pk).update(distinct_ids=people)
    Batch.objects.filter(pk=batch.pk).update(state="sent", created_at=timezone.now() - timedelta(days=days_ago))
    return batch


def test_the_comparison_is_with_the_last_one_sent_for_the_same_data_source() -> None:
    one = _checked()
    where = one.batch.workspace
    _sent(where, 999, days_ago=9)
    wanted = _sent(where, 6, days_ago=2)
    _sent(where, 5, days_ago=1, dpid=900)
    found = comparison.compare_with_last(one.batch, one)
    assert found is not None
    assert (found.earlier, found.people, found.people_before) == (wanted, one.distinct_ids, 6)
    assert found.change_percent == pytest.approx(100 * (one.distinct_ids - 6) / 6)


def test_there_is_nothing_to_compare_with_at_first() -> None:
    one = _checked()
    factories.batch(one.batch.workspace, one.batch.maker)
    _sent(factories.workspace(), 6)
    assert comparison.compare_with_last(one.batch, one) is None


def test_after_a_transfer_of_nobody_no_percentage_is_made_up() -> None:
    one = _checked()
    _sent(one.batch.workspace, 0)
    found = comparison.compare_with_last(one.batch, one)
    assert found is not None
    assert found.change_percent == 0


def test_the_report_in_the_store_is_the_one_that_is_told() -> None:
    one = _checked()
    document = json.loads(files.read(one.report_key))
    report = results.report_of(one)
    assert report is not None
    assert report.items == document["items"]
    assert [column["name"] for column in report.columns] == ["crm_id", "tier", "city"]


def test_the_cell_that_is_at_fault_is_marked_and_stays_whole_where_others_are_cut_off() -> None:
    long = "x" * 300
    one = _checked(f"crm_id,tier,city\nA:{long},gold,{long}\n".encode())
    shown = refused.refused_rows(one, faults={"id.colon": {"crm_id"}})
    assert shown is not None
    wrong, _tier, other = shown.rows[0].told
    assert (wrong.column, wrong.text, wrong.is_at_fault) == ("crm_id", f"A:{long}", True)
    assert (other.text, other.is_at_fault) == ("x" * 200, False)

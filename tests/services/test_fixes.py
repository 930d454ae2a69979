"""Fix all alike: a change of the mapping mends every row with a finding, next month's too, and can be taken back."""

import gzip
from typing import Any

import pytest

from ingest.crm.fixes import Fix, FixKind
from ingest.crm.mapping import Kind
from ingest.models import Batch, Check, Event
from ingest.services import check as checks
from ingest.services import files, fixes, retain
from ingest.services.answers import NotEditable, Stale, change
from ingest.services.fixes import NotOffered
from ingest.services.people import choose_kind
from ingest.services.results import report_of
from ingest.services.same_answers import same_answers_for, take_same_answers
from tests import factories
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db
K = FixKind
UUID = "6D92078A-8246-4BA4-AE5B-7610486{:05X}"
DEVICES: dict[str, Any] = {
    **factories.MAPPING, "dpid": 20915, "target_dpid": 478, "id": {"column": "idfa", "type": "idfa"},
}  # fmt: skip
BLANKS = "idfa,tier\n" + "".join(f"{UUID.format(n)[:9]} {UUID.format(n)[9:]},gold\n" for n in range(3)) + UUID.format(9)
BLANKS += ",gold\nnonsense,gold\n"


def checked(content: str | bytes, mapping: dict[str, Any] | None = None, **fields: Any) -> Batch:
    """A batch whose file was really checked."""
    raw = content.encode() if isinstance(content, str) else content
    batch = working.draft(raw, mapping=mapping or factories.MAPPING, **fields)
    return _work(checks.start(batch, actor=batch.maker, now=NOW))


def _work(check: Check) -> Batch:
    working.work(check)
    check.refresh_from_db()
    assert check.state == "finished", check.problem
    return Batch.objects.select_related("workspace", "maker", "result", "upload").get(pk=check.batch_id)


def offered(batch: Batch) -> list[Fix]:
    """Every fix that is offered now."""
    assert batch.result is not None
    report = report_of(batch.result)
    assert report is not None
    return [offer.fix for some in fixes.offers_for(batch, report).values() for offer in some]


def _wanted(batch: Batch, kind: FixKind, **more: str) -> Fix:
    """What a page sends for the offer of a kind."""
    found = next(fix for fix in offered(batch) if fix.kind is kind)
    return Fix(found.code, found.kind, found.column, value=found.value, **more)


def mend(batch: Batch, kind: FixKind, **more: str) -> Batch:
    """Do the offered fix of a kind, and the check after it."""
    return _work(fixes.apply(batch, _wanted(batch, kind, **more), actor=batch.maker, now=NOW))


def accepted(batch: Batch) -> int:
    return working.result_of(batch).accepted


def _lines(batch: Batch) -> list[str]:
    parts = working.result_of(batch).parts.all()
    return [line for part in parts for line in gzip.decompress(files.read(part.key)).decode().splitlines()]


def test_blanks_are_removed_from_all_device_ids_alike() -> None:
    batch = checked(BLANKS, DEVICES)
    assert accepted(batch) == 1
    after = mend(batch, K.REMOVE_BLANKS)
    assert accepted(after) == 4
    assert after.mapping["id"]["transforms"] == [{"replace": [" ", ""]}]
    assert [line.split("\t")[0] for line in _lines(after)] == [UUID.format(n) for n in (0, 1, 2, 9)]
    done = fixes.done_for(after)
    assert done is not None
    assert (done.text, done.follows) == ("Blanks were removed from 3 IDs", "3 more rows can be sent.")


def test_blanks_in_a_key_of_the_customers_own_are_left_alone() -> None:
    assert offered(checked('crm_id,tier\n"A\t1",gold\n')) == []


def test_blanks_whose_removal_mends_no_example_are_not_offered() -> None:
    assert offered(checked("idfa,tier\nno id at all,gold\n", DEVICES)) == []


@pytest.mark.parametrize(
    ("id_type", "dpid", "kind", "transform"),
    [("idfa", 20915, K.CAPITALS, "upper"), ("gaid", 20914, K.SMALL_LETTERS, "lower")],
)
def test_the_case_of_device_ids_becomes_a_part_of_the_mapping_and_no_warning(
    id_type: str, dpid: int, kind: FixKind, transform: str
) -> None:
    mixed = UUID.format(1)[:20].lower() + UUID.format(1)[20:]
    batch = checked(
        f"device,tier\n{mixed},gold\n", {**DEVICES, "dpid": dpid, "id": {"column": "device", "type": id_type}}
    )
    before = _lines(batch)
    after = mend(batch, kind)
    assert after.mapping["id"]["transforms"] == [transform]
    assert (_lines(after), working.result_of(after).changed) == (before, 0)


def test_repeated_people_get_one_line_each_and_exact_duplicates_vanish() -> None:
    batch = checked("crm_id,tier,city\nA-1,gold,x\nA-1,gold,x\nA-1,silver,x\nA-2,gold,x\n")
    after = mend(batch, K.MERGE_REPEATED)
    assert _lines(after) == ['A-1\t"tier"="gold","tier"="silver"', 'A-2\t"tier"="gold"']
    assert after.mapping["repeated_ids"] == "merge"
    assert offered(after) == []


def test_addresses_in_a_column_of_hashes_are_hashed_where_none_is_a_hash() -> None:
    mapping = {
        "version": 1, "kind": "hashed_emails", "mode": "sync", "dpid": 478, "email_dpid": 900,
        "id": {"column": "crm_id", "type": "customer_id"}, "emails": [{"column": "email", "hashed": True}],
    }  # fmt: skip
    after = mend(checked("crm_id,email\nA-1,ada@example.com\nA-2,bo@example.com\n", mapping), K.HASH_ADDRESSES)
    assert (accepted(after), after.mapping["emails"]) == (2, [{"column": "email", "hashed": False}])
    some = checked(f"crm_id,email\nA-1,ada@example.com\nA-2,{'ab12' * 16}\n", mapping)
    assert offered(some) == [], "a hash must not be hashed once more"


def test_a_column_of_addresses_is_hashed_or_left_out() -> None:
    mapping = {**factories.MAPPING, "columns": [
        {"column": "tier", "action": "signal", "key": "tier"}, {"column": "mail", "action": "signal", "key": "mail"},
    ]}  # fmt: skip
    batch = checked("crm_id,tier,mail\nA-1,gold,ada@example.com\nA-2,gold,bo@example.com\n", mapping)
    assert accepted(batch) == 0
    assert [fix.kind for fix in offered(batch)] == [K.HASH_COLUMN, K.LEAVE_OUT]
    hashed = mend(batch, K.HASH_COLUMN)
    assert (accepted(hashed), hashed.mapping["columns"][1]["transforms"]) == (2, ["email_sha256"])
    assert fixes.undo(hashed, actor=hashed.maker, now=NOW) is None
    out = mend(Batch.objects.select_related("workspace", "result", "maker").get(pk=batch.pk), K.LEAVE_OUT)
    assert (accepted(out), out.not_sent, len(out.mapping["columns"])) == (2, ["mail"], 1)


def test_the_only_column_is_not_offered_to_be_left_out() -> None:
    mapping = {**factories.MAPPING, "columns": [{"column": "mail", "action": "signal", "key": "mail"}]}
    batch = checked("crm_id,mail\nA-1,ada@example.com\n", mapping)
    assert [fix.kind for fix in offered(batch)] == [K.HASH_COLUMN]


TABLE = {**factories.MAPPING, "columns": [
    {"column": "tier", "action": "signal", "key": "tier", "values": {"G": "gold"}, "otherwise": "reject"},
    {"column": "city", "action": "signal", "key": "city"},
]}  # fmt: skip


def test_a_value_is_replaced_by_one_more_line_of_the_table() -> None:
    batch = checked("crm_id,tier,city\nA-1,G,Rome\nA-2,Gld,Rome\nA-3,Slv,Rome\n", TABLE)
    values = [fix.value for fix in offered(batch) if fix.kind is K.REPLACE_VALUE]
    assert values == ["Gld", "Slv"]
    after = mend(batch, K.REPLACE_VALUE, like="G")
    assert (accepted(after), after.mapping["columns"][0]["values"]) == (2, {"G": "gold", "Gld": "gold"})
    assert "Gld" not in repr(list(Event.objects.values_list("after", flat=True))), "no value of the file in events"
    assert "Gld" not in repr(working.result_of(after).fix)


def test_a_value_is_treated_like_one_that_gives_traits() -> None:
    mapping = {**TABLE, "columns": [
        {"column": "tier", "action": "trait_if", "values": {"G": {"add": [7]}}, "otherwise": "reject"},
    ]}  # fmt: skip
    after = mend(checked("crm_id,tier\nA-1,Gld\n", mapping), K.REPLACE_VALUE, like="G")
    assert _lines(after) == ["A-1\td_sid=7"]


def test_a_value_like_one_that_no_table_lists_is_refused() -> None:
    batch = checked("crm_id,tier,city\nA-1,Gld,Rome\n", TABLE)
    with pytest.raises(NotOffered):
        fixes.apply(batch, _wanted(batch, K.REPLACE_VALUE, like="platinum"), actor=batch.maker, now=NOW)
    assert working.state_of(batch) == "checked"


def test_rows_are_sent_without_values_that_no_table_lists() -> None:
    after = mend(checked("crm_id,tier,city\nA-1,G,Rome\nA-2,Gld,Rome\n", TABLE), K.SKIP_VALUES)
    assert _lines(after) == ['A-1\t"tier"="gold","city"="Rome"', 'A-2\t"city"="Rome"']


def test_characters_that_hold_rows_back_become_blanks() -> None:
    batch = checked('crm_id,tier\nA-1,"go,ld"\n', {**factories.MAPPING, "unsafe_values": "reject"})
    after = mend(batch, K.CLEAN_VALUES)
    assert _lines(after) == ['A-1\t"tier"="go ld"']
    assert offered(checked('crm_id,tier\nA-1,"go,ld"\n')) == [], "cleaned already"


def test_undo_brings_back_the_answers_and_the_very_result() -> None:
    batch = checked(BLANKS, DEVICES)
    first = working.result_of(batch)
    after = mend(batch, K.REMOVE_BLANKS)
    assert fixes.undo(after, actor=after.maker, now=NOW) is None
    after.refresh_from_db()
    assert (after.mapping, after.result, after.state) == (DEVICES, first, "checked")
    assert working.kinds(after)[-3:] == ["batch.answers", "batch.edit", "batch.restore"]
    assert fixes.done_for(after) is None
    with pytest.raises(NotOffered):
        fixes.undo(after, actor=after.maker, now=NOW)


def test_fixes_are_undone_one_after_the_other() -> None:
    batch = checked("crm_id,tier,city\nA-1,G,Rome\nA-2,Gld,Rome\nA-3,Slv,Rome\n", TABLE)
    one = mend(batch, K.REPLACE_VALUE, like="G")
    two = mend(one, K.SKIP_VALUES)
    assert [accepted(done) for done in (batch, one, two)] == [1, 2, 3]
    assert fixes.undo(two, actor=two.maker, now=NOW) is None
    two = Batch.objects.select_related("result", "workspace", "maker").get(pk=two.pk)
    assert fixes.undo(two, actor=two.maker, now=NOW) is None
    two.refresh_from_db()
    assert two.result == batch.result


def test_undo_checks_again_where_the_former_result_may_be_deleted_any_moment() -> None:
    after = mend(checked(BLANKS, DEVICES), K.REMOVE_BLANKS)
    before = working.result_of(after).before
    assert before is not None
    assert before.finished_at is not None
    late = before.finished_at + retain.REPLACED_FOR
    again = fixes.undo(after, actor=after.maker, now=late)
    assert again is not None
    assert (again.mapping, again.fix) == (DEVICES, {})
    assert accepted(_work(again)) == 1


def test_undo_checks_again_where_the_former_files_are_gone() -> None:
    after = mend(checked(BLANKS, DEVICES), K.REMOVE_BLANKS)
    before = working.result_of(after).before
    assert before is not None
    Check.objects.filter(pk=before.pk).update(parts_deleted_at=NOW)
    after = Batch.objects.select_related("result__before", "workspace", "maker").get(pk=after.pk)
    assert fixes.undo(after, actor=after.maker, now=NOW) is not None


def test_a_fix_whose_check_was_stopped_can_be_taken_back() -> None:
    batch = checked(BLANKS, DEVICES)
    check = fixes.apply(batch, _wanted(batch, K.REMOVE_BLANKS), actor=batch.maker, now=NOW)
    assert checks.stop(check, actor=batch.maker, now=NOW)
    batch = Batch.objects.select_related("result", "workspace", "maker").get(pk=batch.pk)
    assert batch.state == "draft"
    done = fixes.done_for(batch)
    assert done is not None
    assert done.follows.startswith("Not checked since.")
    assert fixes.undo(batch, actor=batch.maker, now=NOW) is None
    assert working.state_of(batch) == "checked"


def test_another_answer_after_a_fix_leaves_nothing_to_undo() -> None:
    after = mend(checked(BLANKS, DEVICES), K.REMOVE_BLANKS)
    change(after, actor=after.maker, now=NOW, mapping={**after.mapping, "mode": "overwrite"})
    assert fixes.done_for(after) is None


def test_a_fix_is_done_once_and_from_the_page_that_is_newest() -> None:
    batch = checked(BLANKS, DEVICES)
    wanted = _wanted(batch, K.REMOVE_BLANKS)
    with pytest.raises(Stale):
        fixes.apply(batch, wanted, actor=batch.maker, now=NOW, expected_version=batch.version + 1)
    after = _work(fixes.apply(batch, wanted, actor=batch.maker, now=NOW, expected_version=batch.version))
    with pytest.raises(NotOffered):
        fixes.apply(after, wanted, actor=batch.maker, now=NOW)


def test_what_waits_for_approval_is_neither_mended_nor_taken_back() -> None:
    after = mend(checked(BLANKS, DEVICES), K.REMOVE_BLANKS)
    place = factories.destination(after.workspace)
    Batch.objects.filter(pk=after.pk).update(state="waiting", destination=place)
    after.refresh_from_db()
    assert (offered(after), fixes.done_for(after)) == ([], None)
    with pytest.raises(NotEditable):
        fixes.undo(after, actor=after.maker, now=NOW)
    assert working.state_of(after) == "waiting"


def test_whoever_mends_is_an_editor_and_cannot_approve() -> None:
    batch = checked(BLANKS, DEVICES)
    other = factories.member(batch.workspace, "Wei", roles=["maker", "approver"])
    fixes.apply(batch, _wanted(batch, K.REMOVE_BLANKS), actor=other, now=NOW)
    assert batch.editors.filter(pk=other.pk).exists()


@pytest.mark.parametrize("way", ["same answers", "question by question"])
def test_next_month_is_mended_as_well(way: str) -> None:
    after = mend(checked("crm_id,tier\nA-1,gold\nA-1,gold\n", header_sha256="ab" * 32), K.MERGE_REPEATED)
    factories.data_source(after.workspace)
    upload = factories.upload(after.workspace, after.maker)
    new = factories.batch(after.workspace, after.maker, mapping={"version": 1}, upload=upload, header_sha256="ab" * 32)
    if way == "same answers":
        found = same_answers_for(new)
        assert found is not None
        take_same_answers(new, found, actor=new.maker, now=NOW, expected_version=None)
    else:
        choose_kind(new, Kind.TRAITS, actor=new.maker, now=NOW, expected_version=None)
    assert new.mapping["repeated_ids"] == "merge"

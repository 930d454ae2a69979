"""Adobe's receipts: known again by their files, laid beside what was sent, told of when they differ."""

import pytest

from ingest.aam.receipt_mail import ReceiptMail
from ingest.models import AdobeReceipt, Batch, Delivery, Destination, Event, User, Workspace
from ingest.services import receipts
from ingest.services.forecast import forecast_of
from ingest.services.receipt_figures import Reading
from ingest.services.receipt_words import difference_words, headline, not_about
from ingest.services.timeline import events_of, timeline_of
from tests import factories
from tests.services import working
from tests.services.working import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def where() -> Workspace:
    return factories.workspace()


def sent(where: Workspace, *parts: int, place: Destination | None = None) -> Batch:
    """A transfer whose files hold so many lines each."""
    files = [
        "".join(f'P{file}-{row}\t"tier"="gold"\n' for row in range(rows)).encode() for file, rows in enumerate(parts)
    ]
    delivery = working.sending(
        *files, workspace=where, destination=place or factories.destination(where, "production"),
    )  # fmt: skip
    working.send_all(delivery)
    for part, rows in zip(delivery.parts.select_related("part"), parts, strict=True):
        type(part.part).objects.filter(pk=part.part_id).update(records=rows)
    return Batch.objects.select_related("workspace", "maker", "delivery", "result").get(pk=delivery.batch_id)


def names(batch: Batch) -> list[str]:
    return [part.name.removesuffix(".gz") for part in batch.delivery.parts.all()] if batch.delivery else []


def mail(batch: Batch, *more: str, **counts: int) -> ReceiptMail:
    whole = {"received": 100, "format_errors": 0, "no_match": 30, "no_trait": 0, "stored": 70} | counts
    return ReceiptMail((*names(batch), *more), whole)


def add(batch: Batch, said: ReceiptMail, actor: User | None = None) -> receipts.Added:
    return receipts.add(batch, said, actor=actor or batch.maker, now=NOW)


def answer_to(batch: Batch) -> receipts.Answer:
    assert batch.delivery is not None
    answer = receipts.answer_to(batch, batch.delivery.parts.all())
    assert answer is not None
    return answer


def first(batch: Batch) -> Reading:
    return answer_to(batch).readings[-1]


def test_a_receipt_is_kept_once_and_stands_on_the_timeline(where: Workspace) -> None:
    batch = sent(where, 60, 40)
    said = mail(batch)
    assert (add(batch, said).is_new, add(batch, said).is_new) == (True, False)
    answer = answer_to(batch)
    assert (len(answer.readings), answer.files, answer.named) == (1, 2, 2)
    moment = timeline_of(batch, events_of(batch))[-1]
    assert (str(moment.title), moment.state) == ("Adobe's receipt", "done")
    assert moment.note == "Adobe's receipt: 70 of 100 records are stored"


def test_without_a_receipt_before_only_the_form_can_be_judged(where: Workspace) -> None:
    batch = sent(where, 60, 40)
    add(batch, mail(batch))
    reading = first(batch)
    said = {laid.line.code: (laid.expected, difference_words(laid)) for laid in reading.lines}
    assert said["received"] == (100, "as expected")
    assert said["format_errors"] == (0, "as expected")
    assert said["no_match"] == said["stored"] == (None, "")
    shown = headline(reading)
    assert (shown.kind, shown.title) == ("success", "Adobe stored 70 of 100 records.")
    assert shown.text.startswith("Its form is as expected")


def test_the_next_one_is_expected_to_be_like_the_last(where: Workspace) -> None:
    place = factories.destination(where, "production")
    before, batch = sent(where, 100, place=place), sent(where, 200, place=place)
    add(before, mail(before))
    add(batch, mail(batch, received=200, no_match=64, stored=136))
    reading = first(batch)
    said = {laid.line.code: (laid.expected, laid.is_guess) for laid in reading.lines}
    assert (said["no_match"], said["stored"], said["received"]) == ((60, True), (140, True), (200, False))
    assert headline(reading).text == "That is what was expected."
    check = batch.result
    assert check is not None
    assert {one.line.code: one.last for one in forecast_of(check, receipts.shares_like(where, names(batch)))} == {
        "received": None, "format_errors": None, "invalid_aam_id": None, "invalid_device_id": None,
        "no_match": 0.32, "no_trait": 0.0, "stored": 0.68,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "alarm", "title"),
    [
        ({"received": 90, "stored": 60}, "received", "Adobe received 90 records; 100 were sent."),
        ({"format_errors": 6}, "format_errors", "Adobe counts 6 under “Format errors”, where none was expected."),
        ({"failed_users": 9, "failed_traits": 40}, "failed_users", "Adobe counts 9 under “Total users that"),
        ({"stored": 0, "no_match": 100}, "stored", "Adobe stored 0 of 100 records."),
        ({"received": 96}, "", "Adobe stored 70 of 96 records."),
        ({"format_errors": 5}, "", "Adobe stored 70 of 100 records."),
    ],
)
def test_what_is_far_off_is_said_first(where: Workspace, counts: dict[str, int], alarm: str, title: str) -> None:
    batch = sent(where, 60, 40)
    add(batch, mail(batch, **counts))
    reading = first(batch)
    assert reading.alarm == alarm
    shown = headline(reading)
    assert shown.title.startswith(title)
    assert shown.kind == ("warning" if alarm else "success")
    moment = timeline_of(batch, events_of(batch))[-1]
    assert (str(moment.title), moment.state) == (
        ("Adobe's receipt differs", "warning") if alarm else ("Adobe's receipt", "done")
    )


def test_fewer_than_last_time_is_said_and_more_is_not(where: Workspace) -> None:
    place = factories.destination(where, "production")
    for stored, alarm in ((70, ""), (60, "stored"), (80, ""), (77, "")):
        batch = sent(where, 100, place=place)
        add(batch, mail(batch, stored=stored, no_match=100 - stored))
        assert first(batch).alarm == alarm, stored


def test_what_a_workspace_wants_to_be_told_of_is_its_own(where: Workspace) -> None:
    where.receipt_differs_percent = 10
    where.save()
    batch = sent(where, 60, 40)
    add(batch, mail(batch, received=91))
    assert first(batch).alarm == ""


def test_beta_never_stores_anything_which_alarms_nobody(where: Workspace) -> None:
    batch = sent(where, 60, 40, place=factories.destination(where, "beta"))
    add(batch, mail(batch, stored=0, no_match=100))
    reading = first(batch)
    assert (reading.alarm, reading.advised, headline(reading).kind) == ("", (), "info")
    assert receipts.shares_like(where, names(batch)) is None, "and it says nothing about production"


def test_one_e_mail_about_two_transfers_stands_on_both(where: Workspace) -> None:
    place = factories.destination(where, "production")
    one, other = sent(where, 60, place=place), sent(where, 40, place=place)
    receipt = add(one, mail(one, *names(other))).receipt
    assert first(one).receipt == first(other).receipt == receipt
    assert (first(one).lines[0].expected, first(one).receipt.foreign_files) == (100, 0)
    assert Event.objects.filter(kind="batch.receipt").count() == 2


def test_files_from_elsewhere_leave_nothing_to_compare_with(where: Workspace) -> None:
    batch = sent(where, 60, 40)
    add(batch, mail(batch, "ftp_dpm_478_1368806402.sync"))
    reading = first(batch)
    assert (reading.receipt.foreign_files, reading.lines[0].expected, reading.alarm) == (1, None, "")


def test_a_part_that_no_receipt_names_is_counted(where: Workspace) -> None:
    batch = sent(where, 60, 40)
    add(batch, ReceiptMail(tuple(names(batch)[:1]), {"received": 60, "stored": 50}))
    answer = answer_to(batch)
    assert (answer.files, answer.named, answer.readings[0].lines[0].expected) == (2, 1, 60)


def test_a_receipt_about_others_is_not_kept_and_says_where_it_belongs(where: Workspace) -> None:
    place = factories.destination(where, "production")
    one, other = sent(where, 60, place=place), sent(where, 40, place=place)
    with pytest.raises(receipts.NotAbout) as caught:
        add(one, mail(other))
    assert f"another transfer: {other.reference} ({other.title})" in not_about(caught.value, names(other))
    with pytest.raises(receipts.NotAbout) as caught:
        add(one, ReceiptMail(("ftp_dpm_478_1368806402.sync",), mail(one).counts))
    assert "(ftp_dpm_478_1368806402.sync) was not sent" in not_about(caught.value, ["ftp_dpm_478_1368806402.sync"])
    assert not AdobeReceipt.objects.exists()


def test_another_workspace_s_files_are_nobody_s_business(where: Workspace) -> None:
    theirs = sent(factories.workspace(), 40)
    mine = sent(where, 60)
    Delivery.objects.filter(batch=mine).update(stamp=1)
    with pytest.raises(receipts.NotAbout) as caught:
        add(mine, mail(theirs))
    assert caught.value.others == []


def test_one_that_was_added_by_mistake_goes_away_again(where: Workspace) -> None:
    batch = sent(where, 60, 40)
    receipt = add(batch, mail(batch)).receipt
    receipts.remove(receipt, actor=batch.maker, now=NOW)
    answer = answer_to(batch)
    assert answer.readings == ()
    assert working.kinds(batch)[-2:] == ["batch.receipt", "batch.receipt_removed"]
    assert add(batch, mail(batch)).is_new

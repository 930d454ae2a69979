"""S1: what needs somebody, what is under way, how the last days were; for each role, and on the first day."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone

from ingest.models import Batch, Decision, User, Workspace
from ingest.services.start import start_batch
from tests import factories
from tests.services import working
from tests.web.home_page import home_of, section_of, sent, waiting
from tests.web.journey import title, words

pytestmark = pytest.mark.django_db
CAUGHT_UP = "You're all caught up."


@pytest.fixture
def where() -> Workspace:
    """A workspace."""
    return factories.workspace()


def test_on_the_first_day_a_maker_sees_what_this_is_and_one_button(client: Client, where: Workspace) -> None:
    page = home_of(client, factories.member(where), where)
    text = words(page)
    assert title(page) == "Home – amportal"
    assert "Send your first audience" in text
    assert page.content.decode().count(f'href="{reverse("transfer_new", args=[where.slug])}"') == 1
    assert "Needs you" not in text
    assert "Last 30 days" not in text


def test_a_draft_whose_file_cannot_be_used_goes_on_at_its_file(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    draft = start_batch(factories.upload(where, maker, b""), actor=maker, now=timezone.now())
    page = home_of(client, maker, where)
    assert "Step 1 of 6" in words(page)
    assert f'href="{reverse("step_file", args=[where.slug, draft.number])}"' in page.content.decode()


def test_on_the_first_day_others_read_why_they_cannot_start(client: Client, where: Workspace) -> None:
    ask, give = "ask an admin for the role of a maker", "give yourself the role of a maker under Manage › People"
    look, decide = "You can look at transfers here.", "You decide on transfers here."
    for roles, does, how in (((), look, ask), (("approver",), decide, ask), (("admin", "approver"), decide, give)):
        page = home_of(client, factories.member(where, roles=roles), where)
        assert f"{does} To start one, {how}." in words(page)
        assert reverse("transfer_new", args=[where.slug]) not in page.content.decode()
        assert CAUGHT_UP in words(page)


def test_a_maker_sees_drafts_with_the_page_where_they_go_on(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    fresh = factories.batch(where, maker)
    file = {"upload": factories.upload(where, maker), "header_sha256": "a" * 64}
    named = factories.batch(where, maker, name="Loyalty", **file)
    page = home_of(client, maker, where)
    needs = section_of(page, "needs-you")
    assert "Needs you 2" in needs
    assert fresh.reference in needs
    assert "Step 1 of 6" in needs
    assert "Step 2 of 6" in needs
    assert "Loyalty" in needs
    for batch, step in ((fresh, "step_file"), (named, "step_people")):
        assert f'href="{reverse(step, args=[where.slug, batch.number])}"' in page.content.decode()
    assert "Continue Loyalty" in needs, "the button says of what, for those who hear it by itself"


def test_what_was_sent_back_comes_first_with_its_reason_and_who_said_it(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    batch = waiting(where, maker, "October VIP")
    factories.batch(where, maker, name="A newer draft")
    assert batch.result is not None
    assert batch.destination is not None
    decision = Decision.objects.create(
        batch=batch, check_run=batch.result, verdict="changes_needed", reason="Wrong trait", maker=maker,
        approver=factories.member(where, "Ana", roles=("approver",)), destination=batch.destination,
        created_at=timezone.now(),
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(state="changes_needed", decision=decision)
    needs = section_of(home_of(client, maker, where), "needs-you")
    assert "Ana: Wrong trait" in needs
    assert needs.index("October VIP") < needs.index("A newer draft")


def test_an_approver_decides_on_others_transfers_and_never_on_their_own(client: Client, where: Workspace) -> None:
    both = factories.member(where, "Ana", roles=("maker", "approver"))
    theirs = waiting(where, factories.member(where, "Ben"), "Of Ben")
    waiting(where, both, "Of Ana")
    page = home_of(client, both, where)
    assert "Needs you 1" in section_of(page, "needs-you")
    assert "Decide Of Ben" in section_of(page, "needs-you")
    assert "Of Ana" in section_of(page, "under-way")
    assert "Of Ben" not in section_of(page, "under-way")
    assert f'href="{reverse("approval", args=[where.slug, theirs.number])}"' in page.content.decode()


def test_who_changed_a_transfer_is_not_asked_to_decide_on_it(client: Client, where: Workspace) -> None:
    ana = factories.member(where, "Ana", roles=("approver",))
    batch = waiting(where, factories.member(where, "Ben"), "Of Ben")
    batch.editors.add(ana)
    page = home_of(client, ana, where)
    assert CAUGHT_UP in words(page)
    assert "Of Ben" in section_of(page, "under-way")


def test_what_waits_longest_is_decided_first(client: Client, where: Workspace) -> None:
    ben = factories.member(where, "Ben")
    now = timezone.now()
    waiting(where, ben, "Asked today", state_at=now)
    waiting(where, ben, "Asked last week", state_at=now - timedelta(days=7))
    needs = section_of(home_of(client, factories.member(where, "Ana", roles=("approver",)), where), "needs-you")
    assert needs.index("Asked last week") < needs.index("Asked today")


def test_somebody_who_only_looks_has_nothing_to_do_and_sees_what_is_under_way(client: Client, where: Workspace) -> None:
    waiting(where, factories.member(where, "Ben"), "Of Ben")
    page = home_of(client, factories.member(where, "Vic", roles=()), where)
    assert CAUGHT_UP in section_of(page, "needs-you")
    assert "Look Of Ben" in section_of(page, "under-way")
    for word in ("Decide", "Continue", "Start a transfer"):
        assert word not in words(page)


def test_all_caught_up_says_so_and_counts_the_last_30_days(client: Client, where: Workspace) -> None:
    sent(where, 1200, days_ago=3)
    sent(where, 34, days_ago=29)
    sent(where, 5000, days_ago=31)
    page = home_of(client, factories.member(where), where)
    assert CAUGHT_UP in section_of(page, "needs-you")
    assert "2 transfers sent, 1,234 people" in section_of(page, "last-days")
    assert "Under way" not in words(page)
    assert f'href="{reverse("history", args=[where.slug])}"' in page.content.decode()


def test_the_last_30_days_are_drawn_as_bars_and_told_as_a_table(client: Client, where: Workspace) -> None:
    sent(where, 1200, days_ago=3)
    sent(where, 300, days_ago=3)
    sent(where, 750, days_ago=29)
    page = home_of(client, factories.member(where), where)
    text = page.content.decode()
    drawn = text[text.index('class="day-bars"') : text.index('aria-labelledby="sources"')]
    bars = re.findall(r'<rect class="(fill-accent|track)"[^>]*height="([\d.]+)"', drawn)
    heights = [float(height) if kind == "fill-accent" else 0 for kind, height in bars]
    assert len(heights) == 30
    assert {place: height for place, height in enumerate(heights) if height} == {0: 20, 26: 40}
    assert "<title>People sent on each of the last 30 days</title>" in text
    day = formats.date_format(timezone.localtime() - timedelta(days=3), "DATE_FORMAT")
    assert f"{day} 2 1,500" in section_of(page, "last-days")


def test_days_are_those_of_the_persons_time_zone_and_of_the_sending(client: Client, where: Workspace) -> None:
    viewer = factories.member(where, roles=())
    User.objects.filter(pk=viewer.pk).update(time_zone="Pacific/Kiritimati")
    viewer.refresh_from_db()
    batch = sent(where, 7, days_ago=0)
    Batch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=90))
    day = timezone.localtime(timezone.now(), ZoneInfo("Pacific/Kiritimati"))
    assert f"{formats.date_format(day.date(), 'DATE_FORMAT')} 1 7" in section_of(
        home_of(client, viewer, where), "last-days"
    )


def test_nothing_sent_is_said_without_a_picture(client: Client, where: Workspace) -> None:
    factories.batch(where, factories.member(where, "Ben"))
    page = home_of(client, factories.member(where), where)
    assert "Nothing was sent." in section_of(page, "last-days")
    assert 'class="day-bars"' not in page.content.decode()


def test_one_transfer_is_counted_in_the_singular(client: Client, where: Workspace) -> None:
    sent(where, 7, days_ago=1)
    assert "1 transfer sent, 7 people" in words(home_of(client, factories.member(where), where))


def test_what_failed_needs_its_maker(client: Client, where: Workspace) -> None:
    batch = working.sending(workspace=where).batch
    Batch.objects.filter(pk=batch.pk).update(state="failed", name="November")
    page = home_of(client, batch.maker, where)
    assert "Look November" in section_of(page, "needs-you")
    assert f'href="{reverse("transfer", args=[where.slug, batch.number])}"' in page.content.decode()


def test_names_are_text_whatever_they_hold(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    factories.batch(where, maker, name="<script>alert(1)</script>")
    page = home_of(client, maker, where)
    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content


def test_nothing_of_another_workspace_is_shown(client: Client, where: Workspace) -> None:
    elsewhere = factories.workspace()
    maker = factories.member(where)
    waiting(elsewhere, factories.member(elsewhere, "Ben"), "Elsewhere")
    assert "Elsewhere" not in words(home_of(client, maker, where))
    assert home_of(client, maker, elsewhere).status_code == 404


def test_the_page_asks_the_database_no_more_for_many_rows(
    client: Client, where: Workspace, django_assert_max_num_queries: Any
) -> None:
    maker = factories.member(where, roles=("maker", "approver"))
    for number in range(12):
        factories.batch(where, maker, name=f"Draft {number}")
        waiting(where, factories.member(where, "Ben"), f"Waiting {number}")
    client.force_login(maker)
    client.get(reverse("home", args=[where.slug]))  # the months that are over are counted once a day
    with django_assert_max_num_queries(22):
        client.get(reverse("home", args=[where.slug]))


def test_a_check_that_runs_needs_nobody_and_its_button_leads_to_it(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    batch = factories.batch(where, maker, name="Loyalty", state="checking", upload=factories.upload(where, maker))
    page = home_of(client, maker, where)
    assert CAUGHT_UP in section_of(page, "needs-you")
    assert "Look Loyalty" in section_of(page, "under-way")
    assert f'href="{reverse("checking", args=[where.slug, batch.number])}"' in page.content.decode()


def test_the_header_counts_only_what_an_approver_can_decide(client: Client, where: Workspace) -> None:
    waiting(where, factories.member(where, "Ben"), "Of Ben")
    for roles, shown in (
        (("approver",), "Approvals ( 1 ) History"),
        (("maker",), "Approvals History"),
        ((), "Approvals History"),
    ):
        page = home_of(client, factories.member(where, "Eva", roles=roles), where)
        assert shown in words(page), roles

"""S1: what needs somebody, what is under way, how the last days were; for each role, and on the first day."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone

from ingest.models import Batch, Check, Decision, User, Workspace
from ingest.services import home
from ingest.services.start import start_batch
from tests import factories
from tests.services import working
from tests.web.journey import title, words

pytestmark = pytest.mark.django_db
CAUGHT_UP = "You're all caught up."


@pytest.fixture
def where() -> Workspace:
    """A workspace."""
    return factories.workspace()


def _home(client: Client, user: User, where: Workspace) -> Any:
    client.force_login(user)
    return client.get(reverse("home", args=[where.slug]))


def _waiting(where: Workspace, maker: User, name: str, **fields: Any) -> Batch:
    """A transfer that waits for approval."""
    batch = factories.batch(where, maker, name=name, mapping=factories.MAPPING)
    factories.finished_check(batch)
    place = factories.destination(where)
    Batch.objects.filter(pk=batch.pk).update(state="waiting", destination=place, **fields)
    batch.refresh_from_db()
    return batch


def _sent(where: Workspace, people: int, days_ago: int) -> Batch:
    delivery = working.sending(workspace=where)
    working.end(delivery)
    batch = delivery.batch
    Check.objects.filter(pk=working.result_of(batch).pk).update(distinct_ids=people)
    Batch.objects.filter(pk=batch.pk).update(state="sent", state_at=timezone.now() - timedelta(days=days_ago))
    return batch


def _section(response: Any, heading: str) -> str:
    """The words of one section of the page."""
    text: str = response.content.decode()
    start = text.index(f'aria-labelledby="{heading}"')
    part = type("Part", (), {"content": text[start : text.index("</section>", start)].encode()})
    return words(part)


def test_on_the_first_day_a_maker_sees_what_this_is_and_one_button(client: Client, where: Workspace) -> None:
    page = _home(client, factories.member(where), where)
    text = words(page)
    assert title(page) == "Home – amportal"
    assert "Send your first audience" in text
    assert page.content.decode().count(f'href="{reverse("transfer_new", args=[where.slug])}"') == 1
    assert "Needs you" not in text
    assert "Last 30 days" not in text


def test_a_draft_whose_file_cannot_be_used_goes_on_at_its_file(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    draft = start_batch(factories.upload(where, maker, b""), actor=maker, now=timezone.now())
    page = _home(client, maker, where)
    assert "Step 1 of 6" in words(page)
    assert f'href="{reverse("step_file", args=[where.slug, draft.number])}"' in page.content.decode()


def test_on_the_first_day_others_read_why_they_cannot_start(client: Client, where: Workspace) -> None:
    for roles in ((), ("approver",), ("admin",)):
        page = _home(client, factories.member(where, roles=roles), where)
        assert "Starting one takes the role of a maker" in words(page)
        assert reverse("transfer_new", args=[where.slug]) not in page.content.decode()
        assert CAUGHT_UP in words(page)


def test_a_maker_sees_drafts_with_the_page_where_they_go_on(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    fresh = factories.batch(where, maker)
    file = {"upload": factories.upload(where, maker), "header_sha256": "a" * 64}
    named = factories.batch(where, maker, name="Loyalty", **file)
    page = _home(client, maker, where)
    needs = _section(page, "needs-you")
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
    batch = _waiting(where, maker, "October VIP")
    factories.batch(where, maker, name="A newer draft")
    assert batch.result is not None
    assert batch.destination is not None
    decision = Decision.objects.create(
        batch=batch, check_run=batch.result, verdict="changes_needed", reason="Wrong trait", maker=maker,
        approver=factories.member(where, "Ana", roles=("approver",)), destination=batch.destination,
        created_at=timezone.now(),
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(state="changes_needed", decision=decision)
    needs = _section(_home(client, maker, where), "needs-you")
    assert "Ana: Wrong trait" in needs
    assert needs.index("October VIP") < needs.index("A newer draft")


def test_an_approver_decides_on_others_transfers_and_never_on_their_own(client: Client, where: Workspace) -> None:
    both = factories.member(where, "Ana", roles=("maker", "approver"))
    theirs = _waiting(where, factories.member(where, "Ben"), "Of Ben")
    _waiting(where, both, "Of Ana")
    page = _home(client, both, where)
    assert "Needs you 1" in _section(page, "needs-you")
    assert "Decide Of Ben" in _section(page, "needs-you")
    assert "Of Ana" in _section(page, "under-way")
    assert "Of Ben" not in _section(page, "under-way")
    assert f'href="{reverse("approval", args=[where.slug, theirs.number])}"' in page.content.decode()


def test_who_changed_a_transfer_is_not_asked_to_decide_on_it(client: Client, where: Workspace) -> None:
    ana = factories.member(where, "Ana", roles=("approver",))
    batch = _waiting(where, factories.member(where, "Ben"), "Of Ben")
    batch.editors.add(ana)
    page = _home(client, ana, where)
    assert CAUGHT_UP in words(page)
    assert "Of Ben" in _section(page, "under-way")


def test_what_waits_longest_is_decided_first(client: Client, where: Workspace) -> None:
    ben = factories.member(where, "Ben")
    now = timezone.now()
    _waiting(where, ben, "Asked today", state_at=now)
    _waiting(where, ben, "Asked last week", state_at=now - timedelta(days=7))
    needs = _section(_home(client, factories.member(where, "Ana", roles=("approver",)), where), "needs-you")
    assert needs.index("Asked last week") < needs.index("Asked today")


def test_somebody_who_only_looks_has_nothing_to_do_and_sees_what_is_under_way(client: Client, where: Workspace) -> None:
    _waiting(where, factories.member(where, "Ben"), "Of Ben")
    page = _home(client, factories.member(where, "Vic", roles=()), where)
    assert CAUGHT_UP in _section(page, "needs-you")
    assert "Look Of Ben" in _section(page, "under-way")
    for word in ("Decide", "Continue", "Start a transfer"):
        assert word not in words(page)


def test_all_caught_up_says_so_and_counts_the_last_30_days(client: Client, where: Workspace) -> None:
    _sent(where, 1200, days_ago=3)
    _sent(where, 34, days_ago=29)
    _sent(where, 5000, days_ago=31)
    page = _home(client, factories.member(where), where)
    assert CAUGHT_UP in _section(page, "needs-you")
    assert "2 transfers sent, 1,234 people" in _section(page, "last-days")
    assert "Under way" not in words(page)
    assert f'href="{reverse("history", args=[where.slug])}"' in page.content.decode()


def test_the_last_30_days_are_drawn_as_bars_and_told_as_a_table(client: Client, where: Workspace) -> None:
    _sent(where, 1200, days_ago=3)
    _sent(where, 300, days_ago=3)
    _sent(where, 750, days_ago=29)
    page = _home(client, factories.member(where), where)
    text = page.content.decode()
    drawn = text[text.index('class="day-bars"') : text.index('aria-labelledby="sources"')]
    bars = re.findall(r'<rect class="(fill-accent|track)"[^>]*height="([\d.]+)"', drawn)
    heights = [float(height) if kind == "fill-accent" else 0 for kind, height in bars]
    assert len(heights) == 30
    assert {place: height for place, height in enumerate(heights) if height} == {0: 20, 26: 40}
    assert "<title>People sent on each of the last 30 days</title>" in text
    day = formats.date_format(timezone.localtime() - timedelta(days=3), "DATE_FORMAT")
    assert f"{day} 2 1,500" in _section(page, "last-days")


def test_days_are_those_of_the_persons_time_zone_and_of_the_sending(client: Client, where: Workspace) -> None:
    viewer = factories.member(where, roles=())
    User.objects.filter(pk=viewer.pk).update(time_zone="Pacific/Kiritimati")
    viewer.refresh_from_db()
    batch = _sent(where, 7, days_ago=0)
    Batch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=90))
    day = timezone.localtime(timezone.now(), ZoneInfo("Pacific/Kiritimati"))
    assert f"{formats.date_format(day.date(), 'DATE_FORMAT')} 1 7" in _section(
        _home(client, viewer, where), "last-days"
    )


def test_nothing_sent_is_said_without_a_picture(client: Client, where: Workspace) -> None:
    factories.batch(where, factories.member(where, "Ben"))
    page = _home(client, factories.member(where), where)
    assert "Nothing was sent." in _section(page, "last-days")
    assert 'class="day-bars"' not in page.content.decode()


def test_one_transfer_is_counted_in_the_singular(client: Client, where: Workspace) -> None:
    _sent(where, 7, days_ago=1)
    assert "1 transfer sent, 7 people" in words(_home(client, factories.member(where), where))


def test_what_failed_needs_its_maker(client: Client, where: Workspace) -> None:
    batch = working.sending(workspace=where).batch
    Batch.objects.filter(pk=batch.pk).update(state="failed", name="November")
    page = _home(client, batch.maker, where)
    assert "Look November" in _section(page, "needs-you")
    assert f'href="{reverse("transfer", args=[where.slug, batch.number])}"' in page.content.decode()


def test_names_are_text_whatever_they_hold(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    factories.batch(where, maker, name="<script>alert(1)</script>")
    page = _home(client, maker, where)
    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content


def test_nothing_of_another_workspace_is_shown(client: Client, where: Workspace) -> None:
    elsewhere = factories.workspace()
    maker = factories.member(where)
    _waiting(elsewhere, factories.member(elsewhere, "Ben"), "Elsewhere")
    assert "Elsewhere" not in words(_home(client, maker, where))
    assert _home(client, maker, elsewhere).status_code == 404


def test_the_page_asks_the_database_no_more_for_many_rows(
    client: Client, where: Workspace, django_assert_max_num_queries: Any
) -> None:
    maker = factories.member(where, roles=("maker", "approver"))
    for number in range(12):
        factories.batch(where, maker, name=f"Draft {number}")
        _waiting(where, factories.member(where, "Ben"), f"Waiting {number}")
    client.force_login(maker)
    client.get(reverse("home", args=[where.slug]))  # the months that are over are counted once a day
    with django_assert_max_num_queries(22):
        client.get(reverse("home", args=[where.slug]))


def test_a_check_that_runs_needs_nobody_and_its_button_leads_to_it(client: Client, where: Workspace) -> None:
    maker = factories.member(where)
    batch = factories.batch(where, maker, name="Loyalty", state="checking", upload=factories.upload(where, maker))
    page = _home(client, maker, where)
    assert CAUGHT_UP in _section(page, "needs-you")
    assert "Look Loyalty" in _section(page, "under-way")
    assert f'href="{reverse("checking", args=[where.slug, batch.number])}"' in page.content.decode()


def test_the_header_counts_only_what_an_approver_can_decide(client: Client, where: Workspace) -> None:
    _waiting(where, factories.member(where, "Ben"), "Of Ben")
    for roles, shown in (
        (("approver",), "Approvals ( 1 ) History"),
        (("maker",), "Approvals History"),
        ((), "Approvals History"),
    ):
        page = _home(client, factories.member(where, "Eva", roles=roles), where)
        assert shown in words(page), roles


def test_each_data_source_has_its_months_and_a_way_to_its_transfers(client: Client, where: Workspace) -> None:
    factories.data_source(where, 478, name="CRM customers")
    for people, days_ago in ((1200, 0), (34, 100), (7, 400)):
        _sent(where, people, days_ago)
    page = _home(client, factories.member(where, "Vic", roles=()), where)
    told = _section(page, "sources")
    assert "CRM customers" in told
    assert "1,234 people in 2 transfers" in told, "what is older than twelve months is not counted"
    assert f'href="{reverse("history", args=[where.slug])}?source=478"' in page.content.decode()
    assert "People sent for CRM customers in each of the last 12 months" in page.content.decode()
    month = formats.date_format(timezone.localtime(timezone.now() - timedelta(days=100)), "YEAR_MONTH_FORMAT")
    assert f"CRM customers {month} 1 34" in told


def test_months_that_are_over_are_counted_once_and_this_one_anew(client: Client, where: Workspace) -> None:
    _sent(where, 34, 100)
    viewer = factories.member(where, "Vic", roles=())
    assert "34 people in 1 transfer" in _section(_home(client, viewer, where), "sources")
    _sent(where, 1000, 0)
    assert "1,034 people in 2 transfers" in _section(_home(client, viewer, where), "sources")


@pytest.mark.parametrize(("figures", "section"), [("_days", "last-days"), ("months_of", "sources")])
def test_figures_that_cannot_be_read_say_so_and_the_rest_stays(
    client: Client, where: Workspace, monkeypatch: pytest.MonkeyPatch, figures: str, section: str
) -> None:
    _waiting(where, factories.member(where), "Loyalty")
    _sent(where, 5, 0)

    def broken(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(home, figures, broken)
    page = _home(client, factories.member(where, "Wei", roles=("approver",)), where)
    assert page.status_code == 200
    assert "These figures could not be read" in _section(page, section)
    assert words(page).count("These figures could not be read") == 1
    assert "Loyalty" in _section(page, "needs-you")


def test_a_workspace_that_has_sent_nothing_says_so_for_its_data_sources(client: Client, where: Workspace) -> None:
    _waiting(where, factories.member(where), "Loyalty")
    assert "Nothing was sent." in _section(_home(client, factories.member(where), where), "sources")

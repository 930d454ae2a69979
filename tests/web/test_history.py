"""The history in a browser: narrowed by its address, searched, page by page, empty, and of one workspace only."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from ingest.models import Batch, User, Workspace
from tests import factories
from tests.services import working
from tests.web.history_pages import link, many, moment, shown, signed_in, url
from tests.web.journey import words

pytestmark = pytest.mark.django_db
NOW = factories.NOW
HTMX = {"HX-Request": "true"}


@pytest.fixture
def where() -> Workspace:
    """A workspace."""
    return factories.workspace()


@pytest.fixture
def ada(where: Workspace) -> User:
    """A maker in it."""
    return factories.member(where)


@pytest.fixture
def client(ada: User) -> Client:
    """Her browser."""
    return signed_in(ada)


@pytest.fixture
def three(where: Workspace, ada: User) -> dict[str, Batch]:
    """Transfers of two makers: one that is sent to beta, a draft of a file, one that is cancelled."""
    ben = factories.member(where, "Ben")
    factories.data_source(where, 478)
    sent = working.sending(workspace=where).batch
    upload = factories.upload(where, ben, name="crm-november.csv")
    draft = factories.batch(where, ben, name="Lapsed buyers", upload=upload)
    cancelled = factories.batch(where, ada, name="=HYPERLINK(1)", state="cancelled")
    days = {"sent": ("2026-11-01T23:30Z", sent), "draft": ("2026-11-02T08:00Z", draft),
            "cancelled": ("2026-11-03T00:00Z", cancelled)}  # fmt: skip
    for name, (day, batch) in days.items():
        Batch.objects.filter(pk=batch.pk).update(created_at=day, **({"state": name} if name == "sent" else {}))
    return {"sent": sent, "draft": draft, "cancelled": cancelled}


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({}, {"sent", "draft", "cancelled"}),
    ({"q": "lapsed"}, {"draft"}),
    ({"q": "CRM-November"}, {"draft"}),
    ({"q": "  lapsed buyers  "}, {"draft"}),
    ({"q": "100%"}, set()),
    ({"state": "sent"}, {"sent"}),
    ({"environment": "beta"}, {"sent"}),
    ({"environment": "production"}, set()),
    ({"source": "478"}, {"sent"}),
    ({"source": "20914"}, set()),
    ({"source": "478", "environment": "beta", "state": "sent"}, {"sent"}),
    ({"source": "478", "state": "draft"}, set()),
    ({"since": "2026-11-02"}, {"draft", "cancelled"}),
    ({"until": "2026-11-02"}, {"sent", "draft"}),
    ({"since": "2026-11-02", "until": "2026-11-02"}, {"draft"}),
    ({"since": "2026-11-02", "state": "draft", "q": "buyers"}, {"draft"}),
    ({"since": "2026-11-02", "state": "sent"}, set()),
    ({"environment": "beta", "state": "sent", "until": "2026-11-01"}, {"sent"}),
]


@pytest.mark.parametrize(("given", "left"), FILTERS, ids=[urlencode(given) or "nothing" for given, _ in FILTERS])
def test_filters_in_the_address_narrow_alone_and_together(
    client: Client, where: Workspace, three: dict[str, Batch], given: dict[str, str], left: set[str]
) -> None:
    page = client.get(url(where, f"?{urlencode(given)}"))
    assert set(shown(page)) == {three[name].number for name in left}
    for value in given.values():
        assert f'value="{value}"' in page.content.decode(), "it still stands in its field"


def test_days_are_those_of_the_readers_time_zone(ada: User, where: Workspace, three: dict[str, Batch]) -> None:
    User.objects.filter(pk=ada.pk).update(time_zone="Asia/Shanghai")
    ada.refresh_from_db()
    page = signed_in(ada).get(url(where, "?since=2026-11-02&until=2026-11-02"))
    assert shown(page) == [three["draft"].number, three["sent"].number], "23:30 UTC is the next morning there"


def test_a_maker_can_be_looked_for_also_after_leaving(
    client: Client, where: Workspace, three: dict[str, Batch]
) -> None:
    ben = three["draft"].maker
    ben.memberships.all().delete()
    page = client.get(url(where, f"?maker={ben.pk}"))
    assert shown(page) == [three["draft"].number]
    assert f'<option value="{ben.pk}" selected>Ben</option>' in page.content.decode()


def test_a_reference_finds_its_transfer_however_it_is_written(client: Client, where: Workspace, ada: User) -> None:
    many(where, ada, 43)
    for search in ("T-42", "t-42", "T42", " T-42 "):
        assert shown(client.get(url(where, f"?{urlencode({'q': search})}"))) == [42]
    for search in ("T-99", f"T-{'9' * 10}", "T-0"):
        assert shown(client.get(url(where, f"?{urlencode({'q': search})}"))) == []


def test_the_name_of_a_sent_file_finds_its_transfer(client: Client, where: Workspace, three: dict[str, Batch]) -> None:
    name = three["sent"].deliveries.get().parts.get(part__number=2).name
    assert shown(client.get(url(where, f"?q={name}"))) == [three["sent"].number]


NONSENSE = [
    ("state=gone", "Choose one of the statuses"),
    ("environment=moon", "Choose one of the environments"),
    ("maker=0", "Choose one of the people"),
    ("maker=%00", "Choose one of the people"),
    ("since=yesterday", "Enter a date such as 2026-11-23"),
    ("until=2026-02-30", "Enter a date such as 2026-11-23"),
    ("since=0001-01-01", "Enter a date such as 2026-11-23"),
    ("until=9999-12-31", "Enter a date such as 2026-11-23"),
    ("since=2026-11-02&until=2026-11-01&state=", "Enter a last day that is not before the first one"),
    (f"q={'a' * 201}", "Search for 200 characters or fewer"),
]


@pytest.mark.parametrize(("query", "sentence"), NONSENSE)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_filter_that_makes_no_sense_is_said_and_narrows_nothing(
    client: Client, where: Workspace, ada: User, query: str, sentence: str, headers: dict[str, str]
) -> None:
    many(where, ada, 3)
    page = client.get(url(where, f"?{query}"), headers=headers)
    assert page.status_code == 200
    assert sentence in words(page)
    assert shown(page) == [3, 2, 1]


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "before=x", "after=1.000000-", "before=&after=", "a=1",
                                   "q=T-99999999999", "q='%22%3Cscript%3E", "before=9.000000-999999999"])  # fmt: skip
def test_an_odd_address_shows_a_page(client: Client, where: Workspace, ada: User, query: str) -> None:
    many(where, ada, 3)
    page = client.get(url(where, f"?{query}"))
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().split("<main")[1]


def test_pages_lead_back_and_forth_and_keep_the_filters(client: Client, where: Workspace, ada: User) -> None:
    many(where, ada, 60)
    first = client.get(url(where, "?q=loyalty&state=draft"))
    second = client.get(link(first, "next"))
    third = client.get(link(second, "next"))
    assert [*shown(first), *shown(second), *shown(third)] == list(range(60, 0, -1))
    assert (link(first, "prev"), link(third, "next")) == ("", "")
    assert "q=loyalty&state=draft&before=" in link(first, "next")
    back = client.get(link(third, "prev"))
    assert shown(back) == shown(second)
    assert shown(client.get(link(back, "prev"))) == shown(first)


def test_what_is_started_meanwhile_moves_no_row_from_one_page_to_another(
    client: Client, where: Workspace, ada: User
) -> None:
    many(where, ada, 60)
    first = client.get(url(where))
    many(where, ada, 7)
    second = client.get(link(first, "next"))
    assert shown(second) == list(range(35, 10, -1)), "none twice, none left out"
    many(where, ada, 30)
    newer = client.get(link(second, "prev"))
    assert shown(newer) == list(range(60, 35, -1)), "the same rows as before"
    newest = client.get(link(newer, "prev"))
    newest = client.get(link(newest, "prev")) if link(newest, "prev") else newest
    assert shown(newest) == list(range(97, 72, -1))
    assert link(newest, "prev") == ""


def test_less_than_a_page_of_newer_ones_is_shown_as_the_newest_page(
    client: Client, where: Workspace, ada: User
) -> None:
    many(where, ada, 30)
    second = client.get(link(client.get(url(where)), "next"))
    many(where, ada, 2)
    newest = client.get(link(second, "prev"))
    newest = client.get(link(newest, "prev")) if link(newest, "prev") else newest
    assert shown(newest) == list(range(32, 7, -1))


def test_a_bookmark_past_either_end_shows_the_newest(client: Client, where: Workspace, ada: User) -> None:
    many(where, ada, 30)
    for place in ("before=0.000000-1", "after=9999999999.000000-1"):
        page = client.get(url(where, f"?{place}"))
        assert shown(page) == list(range(30, 5, -1))
        assert "No transfers yet" not in words(page)


def test_a_fragment_is_the_table_alone(client: Client, where: Workspace, ada: User) -> None:
    many(where, ada, 2)
    whole, part = client.get(url(where)), client.get(url(where), headers=HTMX)
    assert part.content.decode().strip().startswith('<div id="history"')
    assert shown(part) == shown(whole) == [2, 1]
    assert part.content.decode().strip() in whole.content.decode(), "the page includes the very fragment"
    assert "no-store" in part["Cache-Control"]


def test_the_first_day_offers_the_first_step_to_whoever_may_take_it(client: Client, where: Workspace) -> None:
    page = client.get(url(where))
    assert "No transfers yet Start one and it will show here." in words(page)
    assert 'role="search"' not in page.content.decode(), "there is nothing to look for yet"
    assert "<table" not in page.content.decode()
    viewer = signed_in(factories.member(where, "Vic", roles=())).get(url(where))
    assert "Once a maker has started one it will show here." in words(viewer)
    assert "transfers/new" not in viewer.content.decode()


def test_no_result_says_so_with_a_way_back(client: Client, where: Workspace, ada: User) -> None:
    many(where, ada, 2)
    page = client.get(url(where, "?q=vip"))
    body = page.content.decode().split('id="history"')[1]
    assert "No transfers match" in words(page)
    assert "<table" not in body
    assert f'href="{url(where)}">Clear filters</a>' in body


def test_another_workspace_sees_nothing(where: Workspace, ada: User) -> None:
    many(where, ada, 3)
    other = factories.workspace()
    eve = signed_in(factories.member(other, "Eve"))
    assert shown(eve.get(url(other))) == []
    for page in ("history", "history_csv"):
        assert eve.get(url(where, page=page)).status_code == 404
        assert eve.get(url(other, f"?maker={ada.pk}", page=page)).status_code == 200
    assert "Ada" not in words(eve.get(url(other)))
    assert "Loyalty" not in _csv(eve.get(url(other, page="history_csv")))
    place = f"?before={int(moment(3).timestamp())}.000000-3"
    assert shown(eve.get(url(other, place))) == []


def _csv(response: Any) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


SOURCES: list[tuple[dict[str, Any], str]] = [
    ({"kind": "traits", "dpid": 478}, "478"),
    ({"kind": "traits", "dpid": 20914, "target_dpid": 478}, "478"),
    ({"kind": "id_sync", "ids": [{"column": "gaid", "dpid": 20914}, {"column": "crm_id", "dpid": 478}]}, "20914"),
    ({"kind": "hashed_emails", "dpid": 478, "email_dpid": 900}, "478"),
]


@pytest.mark.parametrize(("mapping", "source"), SOURCES)
def test_a_data_source_finds_what_belongs_to_it(
    client: Client, where: Workspace, ada: User, mapping: dict[str, Any], source: str
) -> None:
    factories.data_source(where, 478, is_active=False)
    batch = factories.batch(where, ada)
    factories.batch(where, ada, mapping={"version": 1, "dpid": 479})
    factories.batch(where, ada)
    Batch.objects.filter(pk=batch.pk).update(mapping={"version": 1, **mapping})
    assert shown(client.get(url(where, f"?source={source}"))) == [batch.number]


def test_a_data_source_stays_in_the_address_of_the_next_page_and_of_the_table(
    client: Client, where: Workspace, ada: User
) -> None:
    many(where, ada, 30, mapping={"version": 1, "dpid": 4})
    many(where, ada, 30)
    first = client.get(url(where, "?source=4"))
    assert shown(first) == list(range(30, 5, -1))
    assert "source=4" in link(first, "next")
    assert shown(client.get(link(first, "next"))) == list(range(5, 0, -1))
    table = b"".join(client.get(url(where, "?source=4", page="history_csv")))
    assert table.count(b"T-") == 30

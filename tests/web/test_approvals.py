"""The queue and the dossier: who sees what, what a decision says, what is refused."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingest.aam.findings import FINDINGS, Severity
from ingest.models import Batch, Check, User
from ingest.services import approvals, found
from ingest.services.results import Report
from tests import factories
from tests.services import working

pytestmark = pytest.mark.django_db


def _waiting(**fields: Any) -> Batch:
    batch = working.checked(**fields)
    Batch.objects.filter(pk=batch.pk).update(
        state="waiting", state_at=timezone.now(), name="Loyalty", note="As last month"
    )
    batch.refresh_from_db()
    return batch


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _url(batch: Batch, page: str) -> str:
    return reverse(page, args=[batch.workspace.slug, batch.number])


def _approver(batch: Batch, name: str = "Wei") -> User:
    return factories.member(batch.workspace, name, roles=("approver",))


def _fields(page: str) -> dict[str, str]:
    """The hidden fields of the dossier's form."""
    return dict(re.findall(r'name="(\w+_sha256)" value="([0-9a-f]{64})"', page))


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_an_empty_queue_says_that_nothing_is_to_be_decided() -> None:
    where = factories.workspace()
    answer = _as(factories.member(where, roles=("approver",))).get(reverse("approvals", args=[where.slug]))
    assert "Nothing to decide" in _text(answer)


def test_the_queue_shows_what_waits_and_who_may_not_decide() -> None:
    batch = _waiting()
    page = _text(_as(_approver(batch)).get(reverse("approvals", args=[batch.workspace.slug])))
    assert "Loyalty" in page
    assert "someone else decides" not in page
    own = _text(_as(batch.maker).get(reverse("approvals", args=[batch.workspace.slug])))
    assert "You made this one; someone else decides." in own
    viewer = _as(factories.member(batch.workspace, "Vic", roles=()))
    assert "Deciding takes the role of an approver" in _text(
        viewer.get(reverse("approvals", args=[batch.workspace.slug]))
    )


@pytest.mark.parametrize(
    ("before", "told"),
    [(1, "+100\N{NO-BREAK SPACE}%"), (2, "0\N{NO-BREAK SPACE}%"), (4, "\N{MINUS SIGN}50\N{NO-BREAK SPACE}%")],
)
def test_the_queue_compares_people_with_last_time(before: int, told: str) -> None:
    where = factories.workspace()
    for people, mapping in ((before, factories.MAPPING), (1000, {**factories.MAPPING, "dpid": 479})):
        delivery = working.sending(workspace=where, mapping=mapping)
        working.end(delivery)
        earlier = delivery.batch
        Check.objects.filter(pk=working.result_of(earlier).pk).update(distinct_ids=people)
        Batch.objects.filter(pk=earlier.pk).update(state="sent")
    batch = _waiting(workspace=where)
    Check.objects.filter(pk=working.result_of(batch).pk).update(distinct_ids=2)
    page = _as(_approver(batch)).get(reverse("approvals", args=[where.slug])).content.decode()
    assert f'data-label="Change against last time">{told}</td>' in page


def test_the_first_of_its_kind_has_nothing_to_be_compared_with() -> None:
    batch = _waiting()
    page = _as(_approver(batch)).get(reverse("approvals", args=[batch.workspace.slug])).content.decode()
    assert 'data-label="Change against last time">–</td>' in page


def test_the_queue_is_filtered_by_where_things_go() -> None:
    where = factories.workspace()
    batch = _waiting(workspace=where, destination=factories.destination(where, "production"))
    client, url = _as(_approver(batch)), reverse("approvals", args=[where.slug])
    assert [("Loyalty" in _text(client.get(url, to))) for to in ({}, {"to": "production"}, {"to": "beta"})] == [
        True,
        True,
        False,
    ]
    beta = client.get(url, {"to": "beta"})
    assert "Nothing of this kind waits" in _text(beta)
    assert '<a class="chip" href="?to=beta" aria-current="true">' in re.sub(r"\s+", " ", beta.content.decode())
    assert "Loyalty" in _text(client.get(url, {"to": "moon"})), "what isn't known filters nothing"


def test_the_dossier_holds_what_a_decision_needs_and_no_whole_id() -> None:
    batch = _waiting()
    check = working.result_of(batch)
    page = _as(_approver(batch)).get(_url(batch, "approval")).content.decode()
    for needed in ("As last month", batch.maker.name, check.parts.first().sha256, "Approve and send"):  # type: ignore[union-attr]
        assert needed in page
    assert ">A-1<" not in page


def test_the_maker_sees_no_button() -> None:
    batch = _waiting()
    page = _text(_as(batch.maker).get(_url(batch, "approval")))
    assert "You made this transfer, so someone else decides." in page
    assert "Approve and send" not in page


def test_approving_sends_and_the_page_says_who_decided() -> None:
    batch = _waiting()
    client = _as(_approver(batch))
    fields = _fields(client.get(_url(batch, "approval")).content.decode())
    answer = client.post(_url(batch, "approve"), fields, follow=True)
    assert "Wei approved this transfer" in _text(answer)
    assert working.state_of(batch) == "sending"


def test_the_second_approver_reads_who_was_first() -> None:
    batch = _waiting()
    first, second = _as(_approver(batch)), _as(_approver(batch, "Ana"))
    fields = _fields(second.get(_url(batch, "approval")).content.decode())
    first.post(_url(batch, "approve"), fields)
    page = _text(second.post(_url(batch, "approve"), fields, follow=True))
    assert "does not wait for a decision any more" in page
    assert "Wei approved this transfer" in page
    assert batch.deliveries.count() == 1


def test_what_changed_since_the_page_was_opened_is_not_approved() -> None:
    batch = _waiting()
    client = _as(_approver(batch))
    fields = _fields(client.get(_url(batch, "approval")).content.decode())
    Check.objects.filter(pk=working.result_of(batch).pk).update(parts_sha256="a" * 64)
    page = _text(client.post(_url(batch, "approve"), fields, follow=True))
    assert "Nothing was approved: the transfer has changed since you opened the page." in page
    assert working.state_of(batch) == "waiting"


def test_a_stale_result_cannot_be_approved_at_all() -> None:
    batch = _waiting()
    Batch.objects.filter(pk=batch.pk).update(mapping={**batch.mapping, "dpid": 479})
    page = _text(_as(_approver(batch)).get(_url(batch, "approval")))
    assert "can't be approved as it is" in page.replace("&#x27;", "'")


def test_asking_for_changes_needs_a_reason_and_keeps_the_page() -> None:
    batch = _waiting()
    answer = _as(_approver(batch)).post(_url(batch, "ask_for_changes"), {"reason": "  "})
    assert answer.status_code == 422
    assert "<title>Error:" in re.sub(r"<title>\s+", "<title>", answer.content.decode())
    assert "Say what has to be changed" in _text(answer)
    assert working.state_of(batch) == "waiting"


def test_the_reason_reaches_the_maker() -> None:
    batch = _waiting()
    _as(_approver(batch)).post(_url(batch, "ask_for_changes"), {"reason": "Wrong trait in column tier"})
    home = _text(_as(batch.maker).get(reverse("home", args=[batch.workspace.slug])))
    assert "Wrong trait in column tier" in home


def test_an_unusual_drop_has_to_be_looked_at() -> None:
    where = factories.workspace()
    delivery = working.sending(workspace=where)
    working.end(delivery)
    earlier = delivery.batch
    Check.objects.filter(pk=working.result_of(earlier).pk).update(distinct_ids=100)
    Batch.objects.filter(pk=earlier.pk).update(state="sent")
    batch = _waiting(workspace=where)
    client = _as(_approver(batch))
    fields = _fields(client.get(_url(batch, "approval")).content.decode())
    refused = client.post(_url(batch, "approve"), fields)
    assert refused.status_code == 422
    assert "Say that you have looked at the drop" in _text(refused)
    client.post(_url(batch, "approve"), {**fields, "unusual_seen": "on"})
    assert working.state_of(batch) == "sending"


@pytest.mark.parametrize("page", ["approve", "ask_for_changes"])
def test_a_batch_of_another_workspace_is_not_there(page: str) -> None:
    batch = _waiting()
    stranger = _as(factories.member(factories.workspace(), "Eve", roles=("approver", "admin")))
    assert stranger.post(_url(batch, page), {"reason": "x"}).status_code == 404
    assert stranger.get(_url(batch, "approval")).status_code == 404


def test_an_approver_who_edited_it_is_told_so_when_trying_all_the_same() -> None:
    batch = _waiting()
    editor = _approver(batch)
    fields = _fields(_as(editor).get(_url(batch, "approval")).content.decode())
    batch.editors.add(editor)
    answer = _as(editor).post(_url(batch, "approve"), fields)
    assert answer.status_code == 403
    assert "so someone else decides" in _text(answer)


def test_a_request_that_nobody_decided_on_in_time_is_not_decided_on_any_more() -> None:
    batch = _waiting()
    client = _as(_approver(batch))
    fields = _fields(client.get(_url(batch, "approval")).content.decode())
    late = timezone.now() - timedelta(hours=batch.workspace.approval_hours, minutes=1)
    Batch.objects.filter(pk=batch.pk).update(state_at=late)
    for page, given in (("approve", fields), ("ask_for_changes", {"reason": "Too late"})):
        answer = _text(client.post(_url(batch, page), given, follow=True))
        assert "Nothing was changed: nobody decided in time, so the maker has to ask again." in answer
        assert "Approve and send" not in answer
    assert (working.state_of(batch), batch.decisions.count()) == ("waiting", 0)


def test_a_reason_that_is_too_long_is_kept_and_said() -> None:
    batch = _waiting()
    answer = _as(_approver(batch)).post(_url(batch, "ask_for_changes"), {"reason": "x" * 2001})
    assert answer.status_code == 422
    assert "Say it in 2000 characters or fewer; these are 2001" in _text(answer)
    assert "x" * 2001 in answer.content.decode()


def test_what_changed_since_last_time_is_told_column_by_column() -> None:
    where = factories.workspace()
    Batch.objects.filter(pk=working.sending(workspace=where).batch.pk).update(state="sent")
    columns = [
        {"column": "tier", "action": "signal", "key": "level"}, {"column": "city", "action": "signal", "key": "city"},
    ]  # fmt: skip
    batch = _waiting(workspace=where, mapping={**factories.MAPPING, "columns": columns})
    page = _text(_as(_approver(batch)).get(_url(batch, "approval")))
    assert "level = value Other than last time" in page
    assert "city = value New since last time" in page
    assert "as many people as last time" in page


@pytest.mark.parametrize(("reasons", "link"), [(8, "See the results of the check"), (9, "See all 9 reasons")])
def test_reasons_that_do_not_fit_are_told_of(reasons: int, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = list(FINDINGS)[:reasons]
    those = tuple(found.Found(FINDINGS[code], 1, Severity.REFUSED, ()) for code in codes)
    report = Report(9, 0, 9, 0, 0, 0, {}, those, (), {})
    monkeypatch.setattr(approvals, "report_of", lambda _check: report)
    batch = _waiting()
    page = _text(_as(_approver(batch)).get(_url(batch, "approval")))
    assert page.count(link) == 1
    assert [FINDINGS[code].meaning in page for code in codes] == [True] * 8 + [False] * (reasons - 8)


def test_checksums_are_short_and_whole_on_demand() -> None:
    batch = _waiting()
    digest = working.result_of(batch).parts.all()[0].sha256
    page = _as(_approver(batch)).get(_url(batch, "approval")).content.decode()
    assert f"<code>{digest[:12]}…</code>" in page
    assert page.count(f">{digest}<") == 1


@pytest.mark.parametrize("page", ["approve", "ask_for_changes"])
@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_what_does_not_wait_any_more_is_no_dossier_whatever_is_sent(page: str, state: str) -> None:
    batch = working.draft()
    Batch.objects.filter(pk=batch.pk).update(state=state)
    answer = _as(_approver(batch)).post(_url(batch, page), {}, follow=True)
    assert answer.status_code == 200
    assert "this transfer does not wait for a decision any more" in _text(answer)


def test_the_decided_page_looks_again_until_it_is_over() -> None:
    batch = working.sending().batch
    client = _as(_approver(batch))
    page = client.get(_url(batch, "approval")).content.decode()
    [asks] = re.findall(r'data-poll hx-get="([^"]+)" hx-trigger="every 2s"', page)
    assert "Refresh this page" in page, "for those without JavaScript"
    assert "hx-trigger" in client.get(asks).content.decode()
    working.send_all(batch.deliveries.get())
    over = client.get(asks)
    assert "hx-trigger" not in over.content.decode()
    assert "Sent" in _text(over)
    assert "approved this transfer" in _text(over)
    Batch.objects.filter(pk=batch.pk).update(state="waiting")
    assert client.get(asks)["HX-Refresh"] == "true"


def test_the_way_to_the_decision_is_for_those_who_decide() -> None:
    batch = _waiting()
    way = '<a href="#decide">Go to the decision</a>'
    assert way in _as(_approver(batch)).get(_url(batch, "approval")).content.decode()
    assert way not in _as(batch.maker).get(_url(batch, "approval")).content.decode()

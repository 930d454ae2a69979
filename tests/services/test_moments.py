"""Days counted by the database are those of the calendar, also where a clock is put back or forward."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from ingest.models import Batch
from ingest.models.moments import LatestOf
from ingest.services.home import home_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"])
def test_each_moment_lies_in_the_day_of_its_zone(zone: str) -> None:
    where = factories.workspace()
    maker, there = factories.member(where), ZoneInfo(zone)
    days = [date(2026, 11, 3) - timedelta(days=ago) for ago in range(12)]  # the clocks of Paris and New York change
    begun = [datetime.combine(day, time(), there) for day in days]
    first = datetime(2026, 10, 20, 23, 59, 59, tzinfo=UTC)
    moments = [first + timedelta(minutes=37 * number) for number in range(600)] + begun
    moments += [begin - timedelta(microseconds=1) for begin in begun]
    Batch.objects.bulk_create(
        Batch(workspace=where, maker=maker, number=number, state_at=moment)
        for number, moment in enumerate(moments, start=1)
    )
    for moment, number in Batch.objects.of(where).values_list("state_at", LatestOf("state_at", begun)):
        day = moment.astimezone(there).date()
        assert number == (days.index(day) if day in days else None if day < days[-1] else 0), moment


def test_the_last_day_is_today_and_the_first_one_29_days_ago() -> None:
    where = factories.workspace()
    maker = factories.member(where)
    with timezone.override("Europe/Paris"):
        days = home_of(where.memberships.get(user=maker), now=datetime(2026, 10, 31, 23, 30, tzinfo=UTC)).days
    assert days is not None
    assert (days[0].day, days[-1].day, len(days)) == (date(2026, 10, 3), date(2026, 11, 1), 30)

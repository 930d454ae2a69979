"""Every page works without JavaScript: the whole journey, from the file to "Sent"."""

import pytest

from tests.browser.conftest import Walk
from tests.house.tree import PROJECT

pytestmark = pytest.mark.timeout(240)


def test_the_whole_journey_without_scripts(walk: Walk) -> None:
    maker, approver = (walk(role, java_script_enabled=False) for role in ("maker", "approver"))
    maker.start(PROJECT / "docs" / "practice" / "customers.csv")
    maker.answer_traits()
    maker.match_columns()
    maker.check()
    maker.destination(name="Without scripts")
    maker.submit()
    approver.approve(maker.number)
    maker.wait_for_sent()

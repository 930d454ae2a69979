"""For every test: Django with the project's settings, and no network but this machine's own."""

import os
from collections.abc import Iterator

import django
import pytest

from tests.loopback import only_loopback


def pytest_configure() -> None:
    """Settings are read once, as `manage.py` reads them, whatever the desk's own environment says."""
    for name in [name for name in os.environ if name.startswith("AMPORTAL_")]:
        del os.environ[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "amportal.settings"
    django.setup()


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with only_loopback():
        yield

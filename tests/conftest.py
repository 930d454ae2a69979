"""For every test: Django with the project's settings, a data folder of its own, and no network but this machine's."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.utils import timezone, translation

from tests.loopback import only_loopback

_DATA = tempfile.TemporaryDirectory(prefix="amportal-tests-")
(Path(_DATA.name) / "static").mkdir()  # nothing is collected for tests, but the server looks there


def _set_environment() -> None:
    """Settings are read once, as `manage.py` reads them, whatever the desk's own environment says."""
    for name in [name for name in os.environ if name.startswith("AMPORTAL_")]:
        del os.environ[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "amportal.settings"
    os.environ["AMPORTAL_DATA_DIR"] = _DATA.name
    os.environ["AMPORTAL_SECRET_KEY"] = "only-for-tests-" * 5


_set_environment()
django.setup()  # here rather than by pytest-django, which would read the settings before the environment is set


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes that run tests side by side read the settings by themselves, with a data folder of their own.

    From the name of the settings in the environment pytest-django would read them there before this file can say where.
    """
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with only_loopback():
        yield


@pytest.fixture(autouse=True)
def _own_language_and_time_zone() -> Iterator[None]:
    """What a page was shown in ends with its test, as it ends with its request where a server answers."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _plain_static_files(request: pytest.FixtureRequest) -> None:
    """Names of static files without their hashes: nothing has been collected. Cheap hashes for made-up people."""
    has_pages = {"client", "db", "live_server", "settings"}.intersection(request.fixturenames)
    if has_pages or request.node.get_closest_marker("django_db") is not None:
        settings = request.getfixturevalue("settings")
        storages = settings.STORAGES
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**storages, "staticfiles": plain}


@pytest.fixture
def data_dir() -> Path:
    """The data folder of this run."""
    return Path(_DATA.name)

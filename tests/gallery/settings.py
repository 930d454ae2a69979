"""The portal's settings with the gallery's addresses beside its own. Nothing but tests uses them."""

import os
from pathlib import Path

from amportal.settings import *  # noqa: F403 - all of them, as Django's documentation does it
from amportal.settings import ALLOWED_HOSTS, LOCALE_PATHS

ROOT_URLCONF = "tests.gallery.urls"
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]  # rows are made through pages as well
if _folder := os.environ.get("GALLERY_LOCALE"):  # of tests/gallery/pseudo.py
    LOCALE_PATHS = [Path(_folder), *LOCALE_PATHS]

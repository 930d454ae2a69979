"""The portal's settings with the gallery's addresses beside its own. Nothing but tests uses them."""

import os
from pathlib import Path

from amportal.settings import *  # noqa: F403 - all of them, as Django's documentation does it
from amportal.settings import ALLOWED_HOSTS, BASE_DIR, LOCALE_PATHS, TEMPLATES

ROOT_URLCONF = "tests.gallery.urls"
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]  # rows are made through pages as well
TEMPLATES = [{**TEMPLATES[0], "DIRS": [BASE_DIR / "templates", Path(__file__).parent / "templates"]}]
if _folder := os.environ.get("GALLERY_LOCALE"):  # of tests/gallery/pseudo.py
    LOCALE_PATHS = [Path(_folder), *LOCALE_PATHS]

"""All settings, grouped as docs/configuration.md is; what varies comes from the environment, through amportal.env."""

import os
from pathlib import Path

from amportal.env import Environment
from amportal.logging import LEVELS, logging_settings

env = Environment(os.environ)
BASE_DIR = Path(__file__).resolve().parent.parent

# The project
INSTALLED_APPS = ["ingest.apps.IngestConfig"]
ROOT_URLCONF = "amportal.urls"
WSGI_APPLICATION = "amportal.wsgi.application"

# The server. The command line needs none of these; without a secret key Django refuses whatever needs a signature.
DEBUG = env.boolean("AMPORTAL_DEBUG", default=False)
SECRET_KEY = env.secret("AMPORTAL_SECRET_KEY", least_characters=50)
ALLOWED_HOSTS = list(env.names("AMPORTAL_ALLOWED_HOSTS"))

# Time and language
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_TZ = True

# Logs
LOGGING = logging_settings(env.choice("AMPORTAL_LOG_LEVEL", default="WARNING", choices=LEVELS))

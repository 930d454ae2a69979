"""Settings for commands that need no database, page or broker, and start sooner without them."""

import os

from amportal.env import Environment
from amportal.logging import LEVELS, logging_settings

INSTALLED_APPS: list[str] = []
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
LOGGING = logging_settings(Environment(os.environ).choice("AMPORTAL_LOG_LEVEL", default="WARNING", choices=LEVELS))

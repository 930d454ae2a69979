"""The WSGI entry point for application servers."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")
application = get_wsgi_application()
# Django would load the views with the first request; loaded before a server forks, they are there once for all of it.
import_module(settings.ROOT_URLCONF)

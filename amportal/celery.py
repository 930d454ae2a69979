"""The Celery application that workers run: `celery -A amportal worker`."""

import os

from celery import Celery
from celery.signals import worker_init
from django.conf import settings

from amportal.broker import UnsafeBrokerError, require_safe_broker
from amportal.pulse import Pulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amportal.settings")

app = Celery("amportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(Pulse)


@worker_init.connect
def refuse_unsafe_broker(**_: object) -> None:
    """A worker ends at once, and says why, rather than serve on a Redis that loses what it is given."""
    try:
        require_safe_broker(settings.REDIS_URL)
    except UnsafeBrokerError as error:
        raise SystemExit(str(error)) from error

"""Tells Django about the app."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """The one app of the project: from customer files to inbound files."""

    name = "ingest"
    verbose_name = "Onboarding"

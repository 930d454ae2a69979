"""People themselves: where they begin, invitations, their own settings; and whether the portal is well."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import health, invitations, settings, start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("settings", settings.own_settings, name="own_settings"),
    path("settings/theme", settings.theme, name="theme"),
    path("language", settings.language, name="set_language"),
    path("invitation/<str:token>", invitations.invitation, name="invitation"),
]

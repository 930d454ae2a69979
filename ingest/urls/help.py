"""The help, below /help/."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import help as pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.help_home, name="help"),
    path("glossary", pages.glossary, name="glossary"),
    path("how-to/<str:topic>", pages.how_to, name="how_to"),
    path("file-name", pages.explain_file_name, name="explain_file_name"),
    path("ids", pages.recognise_ids, name="recognise_ids"),
    path("addresses", pages.check_address, name="check_address"),
    path("samples", pages.samples, name="samples"),
    path("samples/<str:topic>.csv", pages.sample_file, name="sample_file"),
]

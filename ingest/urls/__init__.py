"""The addresses of the portal, by the thing that a page is about. Everything of a workspace is below /w/<its name>/."""

from django.urls import include, path

from ingest.urls import account, approvals, columns, help, journey, manage, results, transfers, uploads  # noqa: A004 - named after its thing

urlpatterns = [
    *account.urlpatterns,
    path("help/", include(help.urlpatterns)),
    path(
        "w/<slug:slug>/",
        include(
            [
                *transfers.urlpatterns,
                *journey.urlpatterns,
                *columns.urlpatterns,
                *results.urlpatterns,
                *uploads.urlpatterns,
                *approvals.urlpatterns,
                path("manage/", include(manage.urlpatterns)),
            ]
        ),
    ),
]

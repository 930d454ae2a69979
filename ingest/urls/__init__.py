"""The addresses of the portal, by the thing that a page is about. Everything of a workspace is below /w/<its name>/."""

from django.urls import include, path

from ingest.urls import account, approvals, columns, journey, manage, results, transfers, uploads

urlpatterns = [
    *account.urlpatterns,
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

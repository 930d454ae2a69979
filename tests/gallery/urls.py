"""The portal's addresses, those of the states below /dev/states/, and of components below /dev/components/."""

from django.urls import URLPattern, URLResolver, path

from amportal import urls as portal
from tests.gallery import components, connections, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("dev/states/", pages.index, name="states"),
    path("dev/states/fault/<int:status>", pages.fault, name="fault"),
    path("dev/states/<slug:name>", pages.state_page, name="state"),
    path("dev/connection-tests/<slug:slug>/<int:pk>/<slug:name>", connections.stopped_test, name="stopped_test"),
    path("dev/components/<slug:group>", components.component_page, name="component"),
    *portal.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    portal.handler400, portal.handler403, portal.handler404, portal.handler500
)  # fmt: skip

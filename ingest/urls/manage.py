"""What an admin looks after, below /w/<name>/manage/."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import data_sources, destination_actions, destinations, id_sync, limits, manage, members, traits

urlpatterns: list[URLPattern | URLResolver] = [
    path("", manage.manage, name="manage"),
    path("people", members.members, name="members"),
    path("people/invite", members.invite, name="invite"),
    path("people/invitations/<int:pk>/renew", members.renew, name="renew_invitation"),
    path("people/invitations/<int:pk>/revoke", members.revoke, name="revoke_invitation"),
    path("people/<int:pk>", members.member, name="member"),
    path("people/<int:pk>/remove", members.remove, name="remove_member"),
    path("data-sources", data_sources.data_sources, name="data_sources"),
    path("data-sources/new", data_sources.data_source_new, name="data_source_new"),
    path("data-sources/<int:pk>", data_sources.data_source, name="data_source"),
    path("data-sources/<int:pk>/id-sync", id_sync.website_id_sync, name="website_id_sync"),
    path("traits", traits.traits, name="traits"),
    path("traits/new", traits.trait_new, name="trait_new"),
    path("traits/<int:pk>", traits.trait, name="trait"),
    path("traits/<int:pk>/delete", traits.trait_delete, name="trait_delete"),
    path("traits/import", traits.traits_import, name="traits_import"),
    path("traits.csv", traits.traits_csv, name="traits_csv"),
    path("destinations", destinations.destinations, name="destinations"),
    path("destinations/new", destinations.destination_new, name="destination_new"),
    path("destinations/<int:pk>", destinations.destination, name="destination"),
    path("destinations/<int:pk>/test", destination_actions.destination_test, name="destination_test"),
    path("destinations/<int:pk>/key", destination_actions.destination_accept_key, name="destination_accept_key"),
    path("destinations/<int:pk>/resume", destination_actions.destination_resume, name="destination_resume"),
    path("destinations/<int:pk>/try", destination_actions.destination_try, name="destination_try"),
    path("limits", limits.limits, name="limits"),
]

"""The addresses the server answers. There is no page yet: the command line is the whole product in this version."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

"""Deciding: the queue, the dossier, and the two answers."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import approvals

urlpatterns: list[URLPattern | URLResolver] = [
    path("approvals", approvals.approvals, name="approvals"),
    path("transfers/<int:number>/approval", approvals.approval, name="approval"),
    path("transfers/<int:number>/approval/progress", approvals.approval_progress, name="approval_progress"),
    path("transfers/<int:number>/approval/approve", approvals.approve, name="approve"),
    path("transfers/<int:number>/approval/changes", approvals.ask_for_changes, name="ask_for_changes"),
]

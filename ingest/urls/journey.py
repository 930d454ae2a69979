"""The journey from a file to a request for approval."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import destination_step, people, submit

urlpatterns: list[URLPattern | URLResolver] = [
    path("transfers/<int:number>/people", people.step_people, name="step_people"),
    path("transfers/<int:number>/people/ids", people.people_ids, name="people_ids"),
    path("transfers/<int:number>/people/source", people.people_source, name="people_source"),
    path("transfers/<int:number>/people/source/found", people.people_sources, name="people_sources"),
    path("transfers/<int:number>/destination", destination_step.step_destination, name="step_destination"),
    path("transfers/<int:number>/submit", submit.submit, name="submit"),
    path("transfers/<int:number>/submitted", submit.submitted, name="submitted"),
    path("transfers/<int:number>/withdraw", submit.withdraw, name="withdraw"),
]

"""Files that arrive: a new transfer, the file of a transfer, and uploads piece by piece."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import file_step, practice, reading, same_answers, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("transfers/new", file_step.transfer_new, name="transfer_new"),
    path("transfers/new/sample", practice.sample_start, name="sample_start"),
    path("sample.csv", practice.sample_csv, name="sample_csv"),
    path("transfers/<int:number>/file", file_step.step_file, name="step_file"),
    path("transfers/<int:number>/same-answers", same_answers.same_answers, name="same_answers"),
    path("transfers/<int:number>/reading", reading.reading, name="reading"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>", uploads.upload, name="upload"),
    path("uploads/<uuid:upload_id>/use", file_step.upload_use, name="upload_use"),
]

"""The third step of the journey: what each column of the file becomes."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import column, column_find, columns, columns_undo

urlpatterns: list[URLPattern | URLResolver] = [
    path("transfers/<int:number>/columns", columns.step_columns, name="step_columns"),
    path("transfers/<int:number>/columns/preview", columns.columns_preview, name="columns_preview"),
    path("transfers/<int:number>/columns/errors", columns.columns_errors, name="columns_errors"),
    path("transfers/<int:number>/columns/find", column_find.columns_find, name="columns_find"),
    path("transfers/<int:number>/columns/clear", columns.columns_clear, name="columns_clear"),
    path("transfers/<int:number>/columns/undo", columns_undo.columns_undo, name="columns_undo"),
    path("transfers/<int:number>/columns/<int:position>", column.column, name="column"),
]

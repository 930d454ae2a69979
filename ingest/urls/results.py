"""Checking, and what a check found."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import checking, fixes, results

urlpatterns: list[URLPattern | URLResolver] = [
    path("transfers/<int:number>/check", checking.check_start, name="check_start"),
    path("transfers/<int:number>/checking", checking.checking, name="checking"),
    path("transfers/<int:number>/checking/progress", checking.checking_progress, name="checking_progress"),
    path("transfers/<int:number>/checking/stop", checking.check_stop, name="check_stop"),
    path("transfers/<int:number>/results", results.results, name="results"),
    path("transfers/<int:number>/results/rows", results.results_rows, name="results_rows"),
    path("transfers/<int:number>/results/refused.csv", results.refused_csv, name="refused_csv"),
    path("transfers/<int:number>/results/fixed.csv", results.fixed_csv, name="fixed_csv"),
    path("transfers/<int:number>/results/report.json", results.report_json, name="report_json"),
    path("transfers/<int:number>/results/fix", fixes.fix, name="fix"),
    path("transfers/<int:number>/results/undo", fixes.fix_undo, name="fix_undo"),
    path("transfers/<int:number>/results/corrections", results.corrections, name="corrections"),
]

"""Home, one transfer, history."""

from django.urls import URLPattern, URLResolver, path

from ingest.views import compare, data, history, receipts, transfers

urlpatterns: list[URLPattern | URLResolver] = [
    path("", transfers.home, name="home"),
    path("history", history.history, name="history"),
    path("history.csv", history.history_csv, name="history_csv"),
    path("history/sources", history.history_sources, name="history_sources"),
    path("compare", compare.compare, name="compare"),
    path("transfers/<int:number>", transfers.transfer, name="transfer"),
    path("transfers/<int:number>/progress", transfers.transfer_progress, name="transfer_progress"),
    path("transfers/<int:number>/cancel", transfers.transfer_cancel, name="transfer_cancel"),
    path("transfers/<int:number>/stop", transfers.transfer_stop, name="transfer_stop"),
    path("transfers/<int:number>/retry", transfers.transfer_retry, name="transfer_retry"),
    path("transfers/<int:number>/files/<int:position>", data.sent_file, name="sent_file"),
    path("transfers/<int:number>/delete-data", data.delete_data, name="delete_data"),
    path("transfers/<int:number>/receipt", receipts.receipt_add, name="receipt_add"),
    path("transfers/<int:number>/receipt/<int:pk>/remove", receipts.receipt_remove, name="receipt_remove"),
    path("transfers/<int:number>/again", transfers.use_again, name="use_again"),
    path("transfers/<int:number>/production", transfers.to_production, name="to_production"),
    path("transfers/<int:number>/take-over", transfers.take_over, name="take_over"),
]

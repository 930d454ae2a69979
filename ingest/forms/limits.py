"""Limits and retention of a workspace, in the units that people think in."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.models import Workspace
from ingest.models.workspace import GB

IN_GB: Final = ("max_upload_bytes", "quota_bytes")


def _number(label: Any, hint: Any, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=hint, min_value=least, max_value=most,
        error_messages={
            "required": _("Enter a number"), "invalid": _("Enter a whole number"),
            "min_value": _("Enter a number from %(limit_value)s on"), "max_value": _("Enter at most %(limit_value)s"),
        },
    )  # fmt: skip


class LimitsForm(PortalForm):
    """What a workspace allows, and how long it keeps files."""

    max_left_out_percent = _number(
        _("Most rows that may be left out, in per cent"),
        _("Above it a transfer can't be sent for approval. It catches a wrong column or a broken export."), 0, 100,
    )  # fmt: skip
    receipt_differs_percent = _number(
        _("Most that Adobe's figures may be off, in per cent"),
        _("Above it whoever prepared the transfer gets an e-mail about Adobe's receipt."), 1, 100,
    )  # fmt: skip
    approval_hours = _number(
        _("Hours within which a request has to be decided"), _("Afterwards its maker has to ask again."), 1, 2160
    )
    max_upload_bytes = _number(
        _("Largest customer file, in GB"), _("Bigger files are refused before they are sent."), 1, 50
    )
    max_open_uploads = _number(_("Uploads at once for each person"), _("Unfinished ones count for a day."), 1, 100)
    quota_bytes = _number(
        _("Room for all files of this workspace, in GB"), _("Uploads stop when it is used up."), 1, 100_000
    )
    keep_uploads_days = _number(
        _("Days to keep customer files"), _("Counted from the end of their transfer. They hold personal data."), 1, 730
    )
    keep_parts_days = _number(
        _("Days to keep the files that were sent"), _("Without them nothing can be sent again."), 1, 730
    )
    keep_reports_days = _number(
        _("Days to keep reports and rows that were left out"), _("Figures and events stay for ever."), 1, 730
    )

    @staticmethod
    def initial_of(workspace: Workspace) -> dict[str, int]:
        """The present values in the units of the form."""
        values = {name: int(getattr(workspace, name)) for name in LimitsForm.base_fields}
        return values | {name: max(1, values[name] // GB) for name in IN_GB}

    @property
    def limits(self) -> dict[str, int]:
        """The values in the units of the workspace."""
        given: dict[str, int] = self.cleaned_data
        return given | {name: given[name] * GB for name in IN_GB}

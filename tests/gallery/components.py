"""The parts that pages are made of, each in its kinds, on pages of their own below /dev/components/."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ingest.forms.base import PortalForm
from ingest.forms.widgets import RadioCards

BEGAN: Final = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
WHOLE: Final = 1_204_118
HINTS: Final = {"beta": _("Nothing is sent until somebody approves it.")}
OUT_OF_REACH: Final = {"production": _("Approves what others have prepared, never their own.")}


class Questions(PortalForm):
    """A field of every kind."""

    name = forms.CharField(label=_("Name"), error_messages={"required": _("Enter a name")})
    column = forms.ChoiceField(
        label=_("Column"), choices=[("", ""), ("id", "customer_id")], error_messages={"required": _("Choose a column")}
    )
    environment = forms.ChoiceField(
        label=_("Environment"), choices=[("beta", _("Beta")), ("production", _("Production"))],
        widget=RadioCards(hints=HINTS, disabled=OUT_OF_REACH),
        error_messages={"required": _("Choose an environment")},
    )  # fmt: skip
    note = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    sure = forms.BooleanField(label=_("Without them nothing can be sent again."), required=False)


class Few(PortalForm):
    """What is lacking, in a form that came back."""

    name = forms.CharField(label=_("Name"), error_messages={"required": _("Enter a name for this transfer")})
    environment = forms.ChoiceField(
        label=_("Environment"), choices=[("beta", _("Beta")), ("production", _("Production"))], widget=RadioCards(),
        error_messages={"required": _("Choose an environment")},
    )  # fmt: skip


def _fields() -> Mapping[str, Any]:
    return {"heading": "Fields and buttons", "questions": Questions(initial={"name": "Loyalty", "environment": "beta"})}


def _problems() -> Mapping[str, Any]:
    return {"heading": "What is wrong", "form": Few(data={})}


def _notices() -> Mapping[str, Any]:
    return {"heading": "Notices"}


def _tables() -> Mapping[str, Any]:
    kinds = [("success", _("Sent")), ("info", _("Waiting")), ("warning", _("Needs you")), ("error", _("Not sent")),
             ("quiet", _("Draft"))]  # fmt: skip
    names = ("Loyalty", "Autumn sale", "Newsletter", "Lapsed", "Winter")
    rows = [
        {"name": name, "people": WHOLE // (at + 1), "left_out": 21_778 * (at + 1), "kind": kind, "state": word}
        for at, (name, (kind, word)) in enumerate(zip(names, kinds, strict=True))
    ]
    chips = [{"label": _("Sent"), "url": "#main", "count": 12, "current": True},
             {"label": _("Waiting"), "url": "#main", "count": 3},
             {"label": _("Beta"), "url": "#main", "count": None, "clears": True}]  # fmt: skip
    figures = [{"label": _("People"), "value": WHOLE, "kind": "success"}, {"label": _("Left out"), "value": 21_778}]
    return {"heading": "Lists, states and figures", "rows": rows, "chips": chips, "items": figures}


def _charts() -> Mapping[str, Any]:
    segments = [{"label": _("Ready"), "value": 1_178_328, "kind": "success"},
                {"label": _("Worth a look"), "value": 4_012, "kind": "warning"},
                {"label": _("Left out"), "value": 21_778, "kind": "error"}]  # fmt: skip
    reasons = [{"label": _("The ID is missing."), "value": 12_400, "kind": "error", "url": "#main"},
               {"label": _("The name is missing. Enter the trait's name."), "value": 6_118, "kind": "error"},
               {"label": _("Needs you"), "value": 3_260, "kind": "error"}]  # fmt: skip
    days = {"days": [0, 4, 9, 2, 0, 14, 7, 3, 11, 5, 0, 8, 16, 6], "days_title": "People on each of 14 days"}
    return {"heading": "Charts", "segments": segments, "whole_title": "97.9 % of the rows can be sent",
            "reasons": reasons, "reasons_title": "Most rows that are left out have no ID", **days}  # fmt: skip


def _progress() -> Mapping[str, Any]:
    checked = BEGAN + timedelta(minutes=4)
    events = [{"title": _("Uploaded"), "who": "Ada", "at": BEGAN},
              {"title": _("Checked"), "at": checked, "state": "warning", "note": _("Worth a look")},
              {"title": _("Approved"), "who": "Wei", "at": BEGAN + timedelta(hours=2)},
              {"title": _("Being sent"), "state": "now"}, {"title": _("Sent"), "state": "next"}]  # fmt: skip
    answers = [{"label": _("File"), "value": "customers.csv", "change_url": "#main"},
               {"label": _("Environment"), "value": _("Beta"), "note": "T-42", "change_url": "#main"}]  # fmt: skip
    how_far = "Checking rows: 812,000 of 1,204,118 (67 %). About a minute left."
    return {"heading": "Progress and what happened", "events": events, "answers": answers, "how_far": how_far}


def _empty() -> Mapping[str, Any]:
    parts = [{"text": "ftp_dpm", "label": _("File"), "help": "Every data file begins like this"},
             {"text": "478", "label": _("Data source"), "help": "Whose IDs are in the file"}]  # fmt: skip
    line = 'A-1001\t"tier"="gold","city"="rome",d_sid=7001'
    return {"heading": "Nothing there yet, and lines", "parts": parts, "line": line}


def _dialogs() -> Mapping[str, Any]:
    question = "Replace all traits of 1,182,340 people in CRM customers (Production)?"
    return {"heading": "A question", "question": question}


GROUPS: Final[Mapping[str, Callable[[], Mapping[str, Any]]]] = {
    "fields": _fields,
    "problems": _problems,
    "notices": _notices,
    "tables": _tables,
    "charts": _charts,
    "progress": _progress,
    "empty": _empty,
    "dialogs": _dialogs,
}


def component_page(request: HttpRequest, group: str) -> HttpResponse:
    """The components of a group."""
    if group not in GROUPS:
        raise Http404
    return render(request, f"gallery/{group}.html", GROUPS[group]())

"""Parts of pages: what each promises to whoever sees, hears or types."""

import re
from typing import Any

import pytest
from django import forms
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

from ingest.forms.base import PortalForm
from ingest.forms.widgets import RadioCards
from tests.house.tree import PROJECT, walk

PAGES_OF_FAULTS = ["400.html", "403.html", "403_csrf.html", "404.html", "413.html", "429.html", "500.html", "503.html"]


class Question(PortalForm):
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("crm", "CRM ID"), ("ios", "iOS")],
        widget=RadioCards(hints={"crm": "Your own number"}, disabled={"ios": "No data source holds them"}),
        error_messages={"required": "Choose a kind"},
    )
    name = forms.CharField(label="Name", help_text="Others see it", error_messages={"required": "Enter a name"})
    note = forms.CharField(label="Note", required=False)


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", page)


def _part(name: str, **context: Any) -> str:
    return _plain(render_to_string(f"components/{name}.html", context))


@pytest.fixture
def _no_hashed_names(settings: Any) -> None:
    """Asking for `settings` is what makes names of static files plain."""


def test_a_field_is_described_by_its_hint_and_its_error() -> None:
    drawn = _plain(str(Question(data={})["name"].as_field_group()))
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_helptext">Others see it' in drawn
    assert re.search(r'id="id_name_error">.*Enter a name', drawn)
    assert 'aria-invalid="true"' in drawn
    assert " required" not in drawn


def test_what_may_stay_empty_says_so_and_nothing_has_an_asterisk() -> None:
    form = str(Question())
    assert form.count("(optional)") == 1
    assert "*" not in form


def test_choices_are_a_group_with_a_legend_and_reasons() -> None:
    drawn = _plain(str(Question(data={})["kind"].as_field_group()))
    assert re.search(r'<fieldset class="field field-wrong" aria-describedby="id_kind_error">', drawn)
    assert "<legend" in drawn
    assert re.search(r'<p class="hint" id="id_kind_0_hint">Your own number</p>', drawn)
    assert re.search(r'value="ios"[^>]* disabled', drawn)
    assert "No data source holds them" in drawn


def test_the_summary_of_errors_leads_to_the_fields_with_the_same_words() -> None:
    drawn = _part("error_summary", form=Question(data={}))
    assert re.findall(r'<a href="#(\w+)">([^<]+)</a>', drawn) == [
        ("id_kind_0", "Choose a kind"),
        ("id_name", "Enter a name"),
    ]
    assert 'tabindex="-1"' in drawn
    assert "data-autofocus" in drawn
    assert _part("error_summary", form=Question(data={"kind": "crm", "name": "x"})).strip() == ""


def test_what_was_entered_is_still_there_after_an_error() -> None:
    assert 'value="Novem&lt;b&gt;ber"' in str(Question(data={"name": "Novem<b>ber"}))


@pytest.mark.parametrize("kind", ["success", "warning", "error", "info", ""])
def test_a_state_is_said_by_a_word_and_an_icon(kind: str) -> None:
    drawn = _part("tag", kind=kind, text="Waiting")
    assert "Waiting" in drawn
    assert 'aria-hidden="true"' in drawn


def test_a_step_is_said_in_words_and_the_bar_is_decoration() -> None:
    drawn = _part("steps", step=3)
    assert "Step 3 of 6" in drawn
    assert re.findall(r'<span class="(\w*)">', drawn.split('aria-hidden="true"')[1]) == [
        "done",
        "done",
        "now",
        "",
        "",
        "",
    ]


def test_a_tab_in_a_line_is_drawn_and_said() -> None:
    drawn = _part("line", line="88231\ttier", id="line")
    assert re.sub(r"<[^>]+>", "", drawn.split("endcomment")[-1]).strip() == "88231⇥tabtier"
    raw = render_to_string("components/line.html", {"line": "88231\ttier", "id": "line"})
    assert 'data-text="88231\ttier"' in raw


def test_a_change_link_says_what_it_changes() -> None:
    drawn = _part("summary_list", rows=[{"label": "File", "value": "a.csv", "change_url": "/f"}])
    assert re.search(r'<a href="/f">Change <span class="visually-hidden">File</span>', drawn)


@pytest.mark.usefixtures("_no_hashed_names")
@pytest.mark.parametrize("name", PAGES_OF_FAULTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_of_a_fault_needs_no_context_and_no_database(name: str, language: str) -> None:
    with translation.override(language):
        page = get_template(name).template.render(Context({}))  # type: ignore[attr-defined]
    assert page.count("<h1>") == 1
    assert f'<html lang="{language}"' in page


@pytest.mark.usefixtures("_no_hashed_names")
def test_a_page_names_its_error_first_and_loads_nothing_inline(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("zh-hans", "Simplified Chinese")]
    request = RequestFactory().get("/w/demo/x")
    page = get_template("base_plain.html").template.render(  # type: ignore[attr-defined]
        Context({"form": Question(data={}), "request": request, "csrf_token": "t", "theme": "dark"})
    )
    assert re.search(r"<title>\s*Error:", page)
    assert 'data-theme="dark"' in page
    assert 'name="next" value="/w/demo/x"' in page
    assert re.search(r'<script src="[^"]+htmx-[\d.]+\.min\.js" integrity="sha384-[^"]+" defer></script>', page)
    assert '"historyCacheSize":0' in page
    assert '"allowEval":false' in page


def test_events_of_htmx_are_heard_in_one_file_under_both_names() -> None:
    named = {path.name: path.read_text("utf-8") for path in walk(PROJECT / "static" / "js")}
    assert [name for name, text in named.items() if "htmx:" in text] == ["app.js"]
    for old, new in [
        ("beforeRequest", "before:request"),
        ("afterSettle", "after:swap"),
        ("afterRequest", "after:request"),
    ]:
        assert f"htmx:{old} htmx:{new}" in named["app.js"]

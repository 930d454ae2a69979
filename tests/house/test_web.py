"""Pages keep the house's rules: thin views, nothing inline, htmx without eval, every word for translators."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import PROJECT, parsed, place, sources, walk

TEMPLATES = [path for path in walk(PROJECT / "templates") if path.suffix == ".html"]
# No mail reader loads a style sheet, and no policy of ours reaches it: these bring their own.
LETTERS = PROJECT / "templates" / "mail"
SCRIPTS = list(walk(PROJECT / "static" / "js"))
# htmx 2 and 4 both do these, without eval and without inheritance (docs/decisions/0006).
HX = {"hx-get", "hx-post", "hx-trigger", "hx-target", "hx-swap", "hx-swap-oob", "hx-push-url", "hx-include",
      "hx-select", "hx-vals", "hx-indicator", "hx-sync", "hx-encoding", "hx-preserve"}  # fmt: skip
QUESTIONS = {"objects", "filter", "exclude", "annotate", "aggregate", "select_related", "prefetch_related", "raw"}
# Text between tags, after everything that is Django's or an entity is taken out.
_DJANGO = re.compile(
    r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}"
    r"|{% block body_class %}.*?{% endblock[^%]*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
_NOT_TEXT = re.compile(r"<(style|svg|code)\b.*?</\1>|<[^>]*>|&[a-z]+;", re.DOTALL)
UNTRANSLATED = {"amportal", "SHA"}


@pytest.mark.parametrize("path", sources("ingest/views", "ingest/forms"), ids=place)
def test_views_and_forms_ask_services_and_not_the_database(path: Path) -> None:
    asked = [
        place(path, node.lineno)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in QUESTIONS
    ]
    assert asked == []


@pytest.mark.parametrize("path", sources("ingest/views", "ingest/forms", "ingest/templatetags"), ids=place)
def test_pages_read_no_secret_of_a_destination(path: Path) -> None:
    """They are written by `services.destinations`, and what pages may know is in `destination_secrets.Kept`."""
    names = {node.id for node in ast.walk(parsed(path)) if isinstance(node, ast.Name)}
    asked = {node.attr for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)}
    assert not names & {"DestinationSecret", "secrets_for", "decrypt", "opened"}
    assert not asked & {"reveal", "ciphertext", "decrypt", "secrets_for"}


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_templates_read_no_secret_of_a_destination(path: Path) -> None:
    assert not re.findall(r"ciphertext|\.secrets\b|\.reveal\b", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [path for path in TEMPLATES if LETTERS not in path.parents], ids=place)
def test_nothing_is_inline_in_a_template(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag] == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_templates_speak_the_agreed_dialect_of_htmx(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"\b(hx-[a-z:-]+)=", text)) <= HX
    assert re.findall(r"hx-(?:trigger|vals)=\"[^\"]*(?:\[|js:)", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    text = _NOT_TEXT.sub(" ", _DJANGO.sub(" ", path.read_text(encoding="utf-8")))
    words = set(re.findall(r"[A-Za-z]{2,}", text)) - UNTRANSLATED
    assert words == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=place)
def test_scripts_keep_no_value_and_build_no_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\beval\(|new Function|innerHTML|document\.write|insertAdjacentHTML", text) == []


def test_a_title_without_blanks_is_broken_where_the_page_ends() -> None:
    """`break-word`, as all text has it, leaves a part of a row as wide as its longest word."""
    css = (PROJECT / "static" / "css" / "base.css").read_text(encoding="utf-8")
    assert re.search(r"^  h1 {[^}]*overflow-wrap: anywhere;", css, re.MULTILINE)

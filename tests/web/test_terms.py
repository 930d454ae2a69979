"""Words that explain themselves: a button and a note, once on a page, in the reader's language."""

import re
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from ingest.aam.glossary import GLOSSARY, PARAMETERS
from tests import factories
from tests.house.tree import PROJECT, walk

TERM = re.compile(r'{%\s*terms?((?: "[\w-]+")+)')
TEMPLATES = [path for path in walk(PROJECT / "templates") if path.suffix == ".html"]


def drawn(template: str, **context: Any) -> str:
    return Template("{% load glossary %}" + template).render(Context(context))


def test_a_term_is_a_button_whose_note_leads_to_its_place_in_the_glossary() -> None:
    text = drawn('{% term "trait" "traits" %}')
    assert re.search(r'<button type="button" class="term" popovertarget="term-trait">traits</button>', text)
    assert re.search(r'<span class="term-note" id="term-trait" popover><b>Trait</b>', text)
    assert f'href="{reverse("glossary")}#trait"' in text
    assert "style=" not in text


def test_a_term_that_comes_again_on_a_page_is_a_word() -> None:
    request = RequestFactory().get("/")
    text = drawn('{% term "trait" "traits" %} {% term "trait" "traits" %}', request=request)
    assert text.count("popovertarget") == 1
    assert text.endswith(" traits")
    assert "popovertarget" in drawn('{% term "trait" %}', request=RequestFactory().get("/"))


def test_text_in_place_of_the_word_is_no_markup() -> None:
    assert "&lt;b&gt;" in drawn('{% term "trait" text %}', text="<b>")


def test_an_unknown_term_is_a_mistake_of_the_template() -> None:
    with pytest.raises(KeyError):
        drawn('{% term "nothing" %}')


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_term_can_be_shown(language: str) -> None:
    with translation.override(language):
        assert all("%(" not in drawn(f'{{% term "{slug}" %}}') for slug in GLOSSARY)


def test_every_term_that_is_used_is_in_the_glossary_and_so_is_every_one_it_leads_to() -> None:
    used = {
        slug
        for path in TEMPLATES
        for found in TERM.findall(path.read_text(encoding="utf-8"))
        for slug in re.findall(r"[\w-]+", found)
    }
    assert used
    assert used <= GLOSSARY.keys()
    assert {other for term in GLOSSARY.values() for other in term.see} <= GLOSSARY.keys()
    assert all(term.says % PARAMETERS for term in GLOSSARY.values())


def test_no_term_stands_in_a_heading_a_label_or_a_link() -> None:
    inside = re.compile(r"<(h[1-6]|label|legend|a|summary|button)\b(?:(?!</\1>).)*{%\s*term ", re.DOTALL)
    assert [path.name for path in TEMPLATES if inside.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.django_db
def test_a_page_of_the_journey_explains_its_words(client: Client) -> None:
    where = factories.workspace()
    maker = factories.member(where)
    client.force_login(maker)
    batch = factories.batch(where, maker, name="Spring", mapping=factories.MAPPING)
    factories.finished_check(batch)
    text = client.get(reverse("step_destination", args=[where.slug, batch.number])).content.decode()
    assert 'popovertarget="term-beta"' in text
    assert 'popovertarget="term-production"' in text


def test_words_of_labels_explain_themselves_in_a_line_of_their_own() -> None:
    text = drawn('{% terms "id-sync" "url-encoded" %}')
    assert text.startswith('<p class="hint">Words on this page: <button')
    assert "%40 in place of @" in text
    assert text.count("popovertarget") == 2


@pytest.mark.parametrize(
    ("page", "slugs"),
    [
        ("people.html", {"people-based-destination", "hashed-email", "id-sync", "trait"}),
        ("people_ids.html", {"crm-id", "device-id", "hashed-email"}),
        ("people_emails.html", {"hashed-email", "people-based-destination"}),
        ("column.html", {"integration-code"}),
        ("website_id_sync.html", {"url-encoded", "integration-code"}),
        ("help_address.html", {"url-encoded", "integration-code"}),
        ("_results_reasons.html", {"url-encoded"}),
    ],
)
def test_a_page_explains_the_words_of_the_trade_that_it_uses(page: str, slugs: set[str]) -> None:
    text = (PROJECT / "templates" / "ingest" / page).read_text(encoding="utf-8")
    assert slugs <= set(re.findall(r"[\w-]+", " ".join(TERM.findall(text))))

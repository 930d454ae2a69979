"""Widgets that are drawn without templates look as Django's templates draw them."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from ingest.forms.drawn import DRAWN
from ingest.forms.renderer import PortalRenderer

STRANGE = "\"'<&>"
ATTRS = {"id": "x", "class": STRANGE, "hidden": True, "disabled": False, "maxlength": 9}
CHOICES = [("", "nothing"), ("a", STRANGE), (STRANGE, "b"), ("Group <", [("c", "see"), ("d", "dee")])]
WIDGETS = [
    (kind(attrs=ATTRS), value)
    for kind in (forms.TextInput, forms.NumberInput, forms.EmailInput, forms.HiddenInput)
    for value in (None, "", "plain", STRANGE, 5)
]
CHECKBOXES = [(forms.CheckboxInput(attrs=ATTRS), value) for value in (True, False, None, "yes")]
SELECTS = [(forms.Select(attrs=ATTRS, choices=CHOICES), value) for value in (None, "", "a", STRANGE, "d", "unknown")]


@pytest.mark.parametrize(("widget", "value"), [*WIDGETS, *CHECKBOXES, *SELECTS])
def test_a_widget_is_drawn_as_its_template_would(widget: Any, value: Any) -> None:
    assert widget.template_name in DRAWN
    drawn, by_template = (widget.render("n<", value, renderer=one()) for one in (PortalRenderer, DjangoTemplates))
    assert drawn == re.sub(r">\s+<", "><", by_template).strip()

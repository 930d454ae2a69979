"""How Django draws our forms: with the portal's field template, and its own widgets."""

from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates as PlainRenderer
from django.template.backends.django import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from ingest.forms.drawn import DRAWN


class PortalRenderer(PlainRenderer):
    """Finds the portal's templates first, then those that Django brings for its widgets."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    @cached_property
    def engine(self) -> DjangoTemplates:
        """An engine of its own: `django.forms` need not be an app, and no context processor runs for each widget."""
        own: Any = settings.TEMPLATES[0]["DIRS"]
        folders = [*own, Path(django.forms.__file__).parent / "templates"]
        options: dict[str, Any] = {"APP_DIRS": False, "DIRS": folders, "NAME": "portal-forms", "OPTIONS": {}}
        return DjangoTemplates(options)

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        """Draw a form, a field or a widget; the plainest widgets, of which pages have very many, without a template."""
        draw = DRAWN.get(template_name)
        return SafeString(super().render(template_name, context, request)) if draw is None else draw(context["widget"])

"""What a transfer does, and the parts that the forms about people share."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final, cast

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.aam.identifiers import IdType
from ingest.crm.mapping import Kind, MappingProblem, TransformName
from ingest.forms.base import PortalForm
from ingest.forms.widgets import RadioCards
from ingest.models import Batch
from ingest.services.id_words import ID_WORDS
from ingest.services.people import new_problems, with_members
from ingest.services.people_guess import Columns
from ingest.services.phrases import listed
from ingest.services.problems import about_mapping
from ingest.services.sources import MANY, Source

HASH: Final = TransformName.EMAIL_SHA256.value
Choices = list[tuple[Any, Any]]
Text = str | Promise

KIND_WORDS: Final = {
    Kind.TRAITS: (
        gettext_lazy("Send traits of people"),
        gettext_lazy(
            "Audience Manager learns something about each person, such as their tier or their city, "
            "and puts them into audiences by it."
        ),
        "A-10023 ⇥ tier=gold",
    ),
    Kind.ID_SYNC: (
        gettext_lazy("Link IDs of the same person"),
        gettext_lazy(
            "Each row says that several IDs belong to one person: a device and a customer, for instance. "
            "Nothing else is sent about them."
        ),
        "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41 ⇥ A-10023",
    ),
    Kind.HASHED_EMAILS: (
        gettext_lazy("Add hashed e-mail addresses to customers"),
        gettext_lazy(
            "For people-based destinations. Addresses are hashed here before anything leaves, "
            "so nobody can read them; what is hashed already is sent as it is."
        ),
        "A-10023 ⇥ 973dfe463ec85785f5f95af5ba3906ee…",
    ),
}


class KindForm(PortalForm):
    """What to do with the file."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you want to do?"),
        choices=[(kind.value, label) for kind, (label, _hint, _example) in KIND_WORDS.items()],
        widget=RadioCards,
        error_messages={
            "required": gettext_lazy("Choose what you want to do with this file"),
            "invalid_choice": gettext_lazy("Choose one of the three things that can be done with a file"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.hints = {
            kind.value: format_html('{} <span class="example"><code>{}</code></span>', hint, example)
            for kind, (_label, hint, example) in KIND_WORDS.items()
        }

    @property
    def chosen(self) -> Kind:
        """The kind that was chosen."""
        return Kind(self.cleaned_data["kind"])


class PeopleForm(PortalForm):
    """A form whose answer is members of the mapping: `parse_mapping` judges it, after the form's own questions.

    `judges` are the members that it answers, `fields_of` says which field shows what is wrong with one. `earlier` is
    the mapping that the page was filled in from: the batch's own, or that of a batch with the same columns.
    """

    page: ClassVar[str]

    judges: ClassVar[tuple[str, ...]] = ()
    fields_of: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, batch: Batch, earlier: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        self.mapping: Mapping[str, Any] = batch.mapping
        self.earlier = earlier

    @property
    def has_many_sources(self) -> bool:
        """Whether the lists of data sources are worth a search."""
        names = (name for name in ("dpid", "target_dpid", "email_dpid") if name in self.fields)
        return any(len(list(_options(choice_field(self, name).choices))) > MANY for name in names)

    def members(self) -> dict[str, Any]:
        """The members that this form answers, once every question has a usable answer."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Hand what was answered to the judge of mappings, and bring what it says to the fields."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in new_problems(with_members(self.mapping, **self.members()), self.mapping):
                if problem.member.startswith(self.judges):
                    self.add_error(*self.said(problem))
        return cleaned

    def said(self, problem: MappingProblem) -> tuple[str | None, Any]:
        """The field that a problem belongs to, and the sentence that it gets there."""
        for member, field in self.fields_of.items():
            if problem.member.startswith(member):
                return field, about_mapping(problem)
        return None, about_mapping(problem)


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field of this name, of which it is known that it offers choices."""
    return cast("forms.ChoiceField", form.fields[name])


def column_choices(columns: Columns) -> Choices:
    """The usable columns of the file, each with what stands in it."""
    return [("", _("Choose a column")), *((name, column_label(columns, name)) for name in columns.names)]


def column_label(columns: Columns, name: str) -> str:
    """A column and its most frequent values, in one line that fits into a list."""
    shown = Truncator(listed(Truncator(value).chars(40) for value in columns.samples(name))).chars(56)
    return _("%(column)s – for example %(values)s") % {"column": name, "values": shown} if shown else name


def source_choices(sources: Iterable[Source], empty: str) -> Choices:
    """Data sources by number: the workspace's own in front of Adobe's."""
    sources = tuple(sources)
    own = [(str(source.dpid), _with_kind(source)) for source in sources if not source.is_adobes]
    adobes = [(str(source.dpid), _with_kind(source)) for source in sources if source.is_adobes]
    groups: Choices = [("", empty)]
    if own:
        groups.append((_("Of this workspace"), own))
    if adobes:
        groups.append((_("Adobe's, shared by all its customers"), adobes))
    return groups


def found_choices(choices: Any, find: str) -> Choices:
    """The choices in whose words every word of `find` occurs; the empty one stays, so nothing is chosen unseen."""
    wanted = find.lower().split()

    def is_found(label: object) -> bool:
        return all(word in str(label).lower() for word in wanted)

    return [(value, label) for value, label in _options(choices) if not value or is_found(label)]


def _options(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def _with_kind(source: Source) -> str:
    # Translators: a data source with its number, and the kind of its IDs: CRM customers (478) – customer IDs
    return _("%(source)s – %(kind)s") % {"source": source, "kind": ID_WORDS[source.id_type].plural}


def is_hashed_here(columns: Columns, name: str, id_type: object) -> bool:
    """Whether the column holds addresses that the portal hashes, since hashed addresses are to be sent."""
    found = columns.personal(name)
    return id_type == IdType.HASHED_EMAIL and found is not None and found.can_be_hashed


def personal_sentence(columns: Columns, name: str) -> str | None:
    """Why a column can't identify people as it is, and the ways out; None when it can."""
    found = columns.personal(name)
    if found is None:
        return None
    parts = {"column": name, "reason": found.reason}
    if found.can_be_hashed:
        return (
            _(
                "Column %(column)s can't be used as it is. %(reason)s Choose the kind “Hashed e-mail address”, "
                "and the portal hashes them, or choose another column."
            )
            % parts
        )
    return _("Column %(column)s can't identify people. %(reason)s Choose a column with IDs that name nobody.") % parts

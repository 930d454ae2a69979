"""Under which data sources IDs and traits are known, and whether traits are added or replaced."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.aam.identifiers import IdType
from ingest.crm.mapping import MappingProblem, Mode
from ingest.forms.people import PeopleForm, choice_field, source_choices
from ingest.forms.widgets import RadioCards
from ingest.services.people import NOT_OWN
from ingest.services.sources import Source, fitting_first, likely_source, named

MODE_WORDS = {
    Mode.SYNC: (
        gettext_lazy("Add and keep"),
        gettext_lazy(
            "People get the traits in this file. Traits that they have already stay, "
            "unless a column of this file says that they are taken away."
        ),
    ),
    Mode.OVERWRITE: (
        gettext_lazy("Replace"),
        gettext_lazy(
            "Everybody in this file loses all traits of this data source that the file does not give them. "
            "People who are not in the file stay as they are. No file can undo this."
        ),
    ),
}


class SourceForm(PeopleForm):
    """Trait data: whose IDs, whose traits, and what becomes of those that people have already."""

    page: ClassVar = "ingest/people_source.html"
    hide_optional = True
    judges: ClassVar = ("dpid", "target_dpid", "mode", "columns")
    fields_of: ClassVar = {"target_dpid": "target_dpid", "dpid": "dpid", "mode": "mode", "columns": "mode"}

    dpid = forms.ChoiceField(
        label=gettext_lazy("Which data source do the IDs come from?"),
        help_text=gettext_lazy("Audience Manager recognises people by the ID and the number of its data source."),
        error_messages={
            "required": gettext_lazy("Choose the data source that the IDs come from"),
            "invalid_choice": gettext_lazy("Choose one of the data sources in the list"),
        },
    )
    target_dpid = forms.ChoiceField(
        label=gettext_lazy("Which data source do the traits belong to?"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the data sources in the list")},
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("What happens to the traits that these people have already?"),
        choices=[(mode.value, label) for mode, (label, _hint) in MODE_WORDS.items()],
        widget=RadioCards(hints={mode.value: hint for mode, (_label, hint) in MODE_WORDS.items()}),
        error_messages={
            "required": gettext_lazy("Choose whether traits are added or replaced"),
            "invalid_choice": gettext_lazy("Choose one of the two"),
        },
    )

    def __init__(self, *args: Any, sources: tuple[Source, ...], own: tuple[Source, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        choice_field(self, "dpid").choices = source_choices(sources, _("Choose a data source"))
        empty = _("Choose a data source") if self.needs_target else _("The same data source as the IDs")
        choice_field(self, "target_dpid").choices = source_choices(own, empty)
        if self.needs_target:
            self.fields["target_dpid"].help_text = _(
                "Adobe's data sources only say whose IDs these are. The traits are yours: name your data source."
            )

    @property
    def id_type(self) -> IdType:
        """The kind of ID that was chosen on the page before."""
        return IdType(self.mapping["id"]["type"])

    @property
    def needs_target(self) -> bool:
        """Whether IDs of this kind mostly come from Adobe, so that it has to be said whose the traits are."""
        return any(source.is_adobes and source.id_type is self.id_type for source in self.sources)

    def clean(self) -> dict[str, Any]:
        """Adobe's data sources own no traits, and each holds one kind of ID only."""
        dpid, target = self.cleaned_data.get("dpid"), self.cleaned_data.get("target_dpid")
        if dpid and int(dpid) in NOT_OWN and not target and "target_dpid" not in self.errors:
            sentence = _("Choose the data source that the traits belong to: %(source)s is Adobe's and owns no traits")
            self.add_error("target_dpid", sentence % {"source": named(self.sources, int(dpid))})
        return super().clean()

    def members(self) -> dict[str, Any]:
        """The members `dpid`, `target_dpid` and `mode`."""
        dpid, target = int(self.cleaned_data["dpid"]), self.cleaned_data["target_dpid"]
        other = int(target) if target and int(target) != dpid else None
        return {"dpid": dpid, "target_dpid": other, "mode": self.cleaned_data["mode"]}

    def said(self, problem: MappingProblem) -> tuple[str | None, Any]:
        """Removing traits and replacing all of them exclude each other; everything else is said by the judge."""
        if problem.member.startswith("columns["):
            index = int(problem.member[len("columns[") :].partition("]")[0])
            return "mode", _(
                "Column %(column)s takes traits away, which Audience Manager ignores when traits are replaced. "
                "Choose “Add and keep”, or match that column differently first"
            ) % {"column": self.mapping["columns"][index]["column"]}
        return super().said(problem)


class EmailSourcesForm(PeopleForm):
    """Hashed e-mails: whose customer IDs, and under which data source the hashes are known."""

    page: ClassVar = "ingest/people_email_sources.html"
    judges: ClassVar = ("dpid", "email_dpid")
    fields_of: ClassVar = {"dpid": "dpid", "email_dpid": "email_dpid"}

    dpid = forms.ChoiceField(
        label=gettext_lazy("Which data source do the customer IDs come from?"),
        error_messages={
            "required": gettext_lazy("Choose the data source that the customer IDs come from"),
            "invalid_choice": gettext_lazy("Choose one of the data sources in the list"),
        },
    )
    email_dpid = forms.ChoiceField(
        label=gettext_lazy("Which data source are the hashed addresses kept in?"),
        help_text=gettext_lazy("One of its own, which an admin of Audience Manager has made for hashed e-mails."),
        error_messages={
            "required": gettext_lazy("Choose the data source that the hashed addresses are kept in"),
            "invalid_choice": gettext_lazy("Choose one of the data sources in the list"),
        },
    )

    def __init__(self, *args: Any, own: tuple[Source, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = _("Choose a data source")
        choice_field(self, "dpid").choices = source_choices(fitting_first(own, IdType.CUSTOMER_ID), empty)
        choice_field(self, "email_dpid").choices = source_choices(fitting_first(own, IdType.HASHED_EMAIL), empty)

    def clean(self) -> dict[str, Any]:
        """Hashes under the customers' own number would be taken for customer IDs."""
        dpid, email_dpid = self.cleaned_data.get("dpid"), self.cleaned_data.get("email_dpid")
        if dpid and dpid == email_dpid:
            self.add_error(
                "email_dpid", _("Choose another data source for the hashed addresses than for the customer IDs")
            )
        return super().clean()

    def members(self) -> dict[str, Any]:
        """The members `dpid` and `email_dpid`."""
        return {"dpid": int(self.cleaned_data["dpid"]), "email_dpid": int(self.cleaned_data["email_dpid"])}


def source_initial(mapping: Mapping[str, Any], sources: tuple[Source, ...], own: tuple[Source, ...]) -> dict[str, Any]:
    """What the page of data sources is filled in with; replacing is never proposed, only remembered."""
    id_type = IdType(mapping["id"]["type"])
    dpid = mapping.get("dpid")
    if named(sources, dpid) is None:
        likely = likely_source(sources, id_type)
        dpid = likely.dpid if likely else None
    target = mapping.get("target_dpid")
    if target is None and dpid in NOT_OWN and len(own) == 1:
        target = own[0].dpid
    return {"dpid": dpid, "target_dpid": target, "mode": mapping.get("mode", Mode.SYNC.value)}


def email_sources_initial(mapping: Mapping[str, Any], own: tuple[Source, ...]) -> dict[str, Any]:
    """What the page of the two data sources is filled in with."""
    filled: dict[str, Any] = {}
    for member, id_type in (("dpid", IdType.CUSTOMER_ID), ("email_dpid", IdType.HASHED_EMAIL)):
        likely = likely_source(own, id_type)
        filled[member] = mapping.get(member) or (likely.dpid if likely else None)
    return filled

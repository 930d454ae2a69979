"""Which of the offered fixes was chosen."""

from django import forms

from ingest.crm.fixes import FIXES, Fix, FixKind
from ingest.forms.base import PortalForm


class FixForm(PortalForm):
    """One button beside a finding; what the fix is exactly is looked up in the report again.

    `value` and `like` come with a fix that replaces a value: what stands in the file, and what it is treated like.
    """

    code = forms.ChoiceField(choices=[(code, code) for code in FIXES])
    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in FixKind])
    column = forms.CharField(required=False, strip=False)
    value = forms.CharField(required=False, strip=False)
    like = forms.CharField(required=False, strip=False)

    @property
    def fix(self) -> Fix:
        """The choice of a valid form."""
        said = self.cleaned_data
        kind = FixKind(said["kind"])
        return Fix(said["code"], kind, said["column"], value=said["value"], like=said["like"])

"""One row of the table of columns as the page shows it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from ingest.services.column_words import STATE_WORDS
from ingest.services.columns import Row, RowState

_SAMPLES: Final = 3
_LONGEST_SAMPLE: Final = 24


@dataclass(frozen=True)
class Line:
    """One row of the table as the page shows it."""

    row: Row
    chosen: str
    error: str

    @cached_property
    def state(self) -> RowState:
        """Its state with what is chosen on the page."""
        if not self.row.is_asked or (self.chosen == self.row.chosen and not self.error):
            return self.row.state
        choice = self.row.choice(self.chosen)
        if choice is None or self.error:
            return RowState.OPEN
        return RowState.NOT_SENT if choice.mapping is None else RowState.MATCHED

    @cached_property
    def reason(self) -> str:
        """What we propose and why, as long as nobody has decided otherwise; that IDs are taken the state alone says."""
        if self.state is not self.row.state or self.state is RowState.TAKEN:
            return ""
        if self.state is RowState.OPEN and self.row.is_named_only:
            return _("Suggestion: %(choice)s") % {"choice": self.row.choices[0].label}
        if self.state is RowState.OPEN and self.row.suggested is not None:
            parts = {"choice": self.row.suggested.label, "reason": self.row.reason}
            return _("Suggestion: %(choice)s. %(reason)s") % parts
        return self.row.reason

    @property
    def samples(self) -> str:
        """The most frequent values, cut to what fits."""
        values = (value for value, _rows in self.row.look.samples[:_SAMPLES])
        fitting = (value if len(value) <= _LONGEST_SAMPLE else f"{value[: _LONGEST_SAMPLE - 1]}…" for value in values)
        return " · ".join(fitting)

    def as_told(self) -> dict[str, Any]:
        """What an update of the page says about it. `name`: the field of its choice, and what a link leads to."""
        word, kind = STATE_WORDS[self.state]
        number = str(self.row.position)
        return {"number": number, "name": f"c{number}", "state": self.state, "word": word, "kind": kind}

    def as_shown(self) -> dict[str, Any]:
        """Everything that the template says: a page has sixty of these, and a template finds a key at once."""
        row, look = self.row, self.row.look
        column = {"column": row.column}
        return self.as_told() | column | {
            "looks_like": _(row.proposals.looks_like),
            "samples": self.samples,
            "filled": look.filled,
            "rows": look.rows,
            "distinct": look.distinct,
            "is_asked": row.is_asked,
            "is_answered": bool(row.chosen),
            "choices": row.choices,
            "chosen": self.chosen,
            "error": self.error,
            "send_label": _("Send %(column)s as") % column,
            "search_label": _("Search something else for %(column)s") % column,
            "reason": self.reason,
            "can_be_hashed": row.is_personal and row.can_be_hashed,
        }  # fmt: skip

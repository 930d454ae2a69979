"""Tables with a place for every column of a file: of a wide file a page shows some of them, and leads to the others."""

from dataclasses import dataclass
from typing import Final

from ingest.forms.numbers import whole_number
from ingest.views.http import PortalRequest

SHOWN: Final = 40
"""Columns on one page: ten rows of so many, with everything around them, stay below 1,500 elements."""
_PARAMETER: Final = "columns"


@dataclass(frozen=True)
class ColumnPage:
    """Which columns are shown, as the address says it (`?columns=2`). `query`: what else the address asks for."""

    number: int
    whole: int
    query: str
    is_asked: bool

    @property
    def first(self) -> int:
        """The first column that is shown, from 1."""
        return (self.number - 1) * SHOWN + 1

    @property
    def last(self) -> int:
        """The last one."""
        return min(self.number * SHOWN, self.whole)

    @property
    def slice(self) -> str:
        """The same for the filter `slice`."""
        return f"{self.first - 1}:{self.last}"

    @property
    def before(self) -> str:
        """The address of the columns before, empty where there are none."""
        return self._address(self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        """The address of the columns after, empty where there are none."""
        return self._address(self.number + 1) if self.last < self.whole else ""

    def _address(self, number: int) -> str:
        return f"?{self.query}{_PARAMETER}={number}"


def column_page(request: PortalRequest, whole: int) -> ColumnPage:
    """The columns that are asked for, of so many; whatever else stands in the address leads to the first ones."""
    asked = whole_number(request.GET.get(_PARAMETER, ""))
    last_page = max(-(-whole // SHOWN), 1)
    others = request.GET.copy()
    others.pop(_PARAMETER, None)
    query = f"{others.urlencode()}&" if others else ""
    return ColumnPage(min(max(asked or 1, 1), last_page), whole, query, asked is not None)

"""Reading JSON values one place at a time: types, sizes and members, every problem noted, nothing raised."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ingest.crm.mapping_problems import Problems, did_you_mean, member_path, one_of, quoted, shown
from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)

# The largest whole number that every JSON reader keeps exact.
LARGEST_NUMBER = 2**53 - 1


@dataclass(frozen=True)
class Place:
    """One JSON value and where it stands. The readers return None after noting what is wrong."""

    value: object
    path: str
    problems: Problems

    def wrong(self, expected: str, advice: str, *, found: str | None = None) -> None:
        """Note that this value is not what was expected."""
        self.problems.add(self.path, found=found or shown(self.value), expected=expected, advice=advice)

    def text(self, expected: str, advice: str) -> str | None:
        """Any text. Half a surrogate pair, which JSON can spell, is refused: it has no UTF-8 form."""
        if not isinstance(self.value, str):
            self.wrong(expected, advice)
            return None
        if not is_unicode(self.value):
            self.wrong(expected, _("Write the whole character; this is one half of a surrogate pair."))
            return None
        return self.value

    def whole_number(self, low: int, high: int, expected: str, advice: str) -> int | None:
        """A whole number within limits. JSON makes no difference between 1 and 1.0; true is no number."""
        value = int(self.value) if isinstance(self.value, float) and self.value.is_integer() else self.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(expected, advice)
            return None
        return value

    def yes_or_no(self) -> bool | None:
        """A yes or a no."""
        if not isinstance(self.value, bool):
            self.wrong(_("true or false"), _("Write one of the two without quotes."))
            return None
        return self.value

    def word(self, words: type[Word]) -> Word | None:
        """One of the words of an enumeration, in this very spelling."""
        known = [word.value for word in words]
        if isinstance(self.value, str) and self.value in known:
            return words(self.value)
        advice = _("Write one of these words as it stands here.")
        self.wrong(one_of(known), did_you_mean(self.value, known, advice) if isinstance(self.value, str) else advice)
        return None

    def items(self, expected: str, *, at_least: int = 0, at_most: int | None = None) -> list["Place"] | None:
        """The places of a list with a limited number of entries."""
        if not isinstance(self.value, list):
            self.wrong(expected, _("Write a list in [ ]."))
            return None
        if not at_least <= len(self.value) <= (len(self.value) if at_most is None else at_most):
            entries = Filled(_("a list of %(count)s"), count=len(self.value))
            self.wrong(expected, _("Add or remove entries."), found=entries if self.value else None)
            return None
        return [Place(value, f"{self.path}[{index}]", self.problems) for index, value in enumerate(self.value)]

    def entries(self, expected: str) -> dict[str, "Place"] | None:
        """The places of an object whose member names are data, such as a value map; it has at least one."""
        if not isinstance(self.value, dict) or not self.value:
            self.wrong(expected, _("Write an object in { } with at least one member."))
            return None
        places = {name: Place(value, member_path(self.path, name), self.problems) for name, value in self.value.items()}
        for name, place in places.items():
            if not is_unicode(name):
                found = Filled(_("the name %(name)s"), name=quoted(name))
                place.wrong(expected, _("Write whole characters in its name."), found=found)
        return places

    def members(self, known: Mapping[str, str]) -> "Members":
        """The members of an object; `known` says what each one holds. Unknown ones are noted."""
        if not isinstance(self.value, dict):
            expected = Filled(_("an object with %(members)s"), members=one_of(list(known)))
            self.wrong(expected, _("Write an object in { }."))
            return Members(self, known, {}, readable=False)
        places = {}
        for name, value in self.value.items():
            place = Place(value, member_path(self.path, str(name)), self.problems)
            if name in known:
                places[name] = place
            else:
                advice = did_you_mean(str(name), list(known), _("Correct or remove it."))
                place.wrong(one_of(list(known)), advice, found=_("a member that is not known"))
        return Members(self, known, places)


class Members:
    """The known members of one object."""

    def __init__(
        self, place: Place, known: Mapping[str, str], places: Mapping[str, Place], *, readable: bool = True
    ) -> None:
        self.place = place
        self.readable = readable
        self._known = known
        self._places = places

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def required(self, name: str, read: Callable[[Place], T | None], fallback: T) -> T:
        """What `read` makes of a member; `fallback`, and a note, when it is wrong or not there."""
        if name not in self._places and self.readable:
            path = member_path(self.place.path, name)
            self.place.problems.add(path, found=_("nothing"), expected=self._known[name], advice=_("Add this member."))
        return self.optional(name, read, fallback)

    def optional(self, name: str, read: Callable[[Place], T | None], fallback: T) -> T:
        """What `read` makes of a member; `fallback` when it is wrong (which is noted) or not there."""
        place = self._places.get(name)
        result = None if place is None else read(place)
        return fallback if result is None else result

    def refuse(self, names: Iterable[str], expected: str, advice: str) -> None:
        """Note each of these members that is there, though it has no business in this object."""
        for name in names:
            if name in self._places:
                self._places[name].wrong(expected, advice, found=_("a member that doesn't belong here"))

    def wrong(self, name: str, expected: str, advice: str) -> None:
        """Note that one member, which may be missing, doesn't fit the others."""
        place = self._places.get(name)
        path = member_path(self.place.path, name)
        found = _("nothing") if place is None else shown(place.value)
        self.place.problems.add(path, found=found, expected=expected, advice=advice)


def is_unicode(text: str) -> bool:
    """Whether every character is a whole one."""
    return not any("\ud800" <= character <= "\udfff" for character in text)

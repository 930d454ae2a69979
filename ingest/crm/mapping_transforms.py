"""The `transforms` member of a mapping: names, and objects with exactly one member."""

from collections.abc import Callable, Mapping
from typing import assert_never

from ingest.crm.mapping_members import Place
from ingest.crm.mapping_problems import did_you_mean, one_of
from ingest.crm.transforms import Named, PadLeft, Prefix, Replace, Transform, TransformName
from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _

NO_TRANSFORMS: tuple[Transform, ...] = ()

# Wider than any ID of Audience Manager, narrow enough for a record of 102,400 bytes.
WIDEST_PAD = 1000

TRANSFORM_MEMBERS: Mapping[str, str] = {
    "replace": _('a list of two texts, `["from", "to"]`'),
    "prefix": _("a text"),
    "pad_left": _('a width and one character, `[38, "0"]`'),
}

_NAMES = [name.value for name in TransformName]
_EXPECTED = Filled(
    _("%(names)s, or an object with one member: %(members)s"),
    names=one_of(_NAMES),
    members=one_of(list(TRANSFORM_MEMBERS)),
)


def read_transforms(place: Place) -> tuple[Transform, ...] | None:
    """The list of transforms, in order."""
    items = place.items(_("a list of transforms"))
    if items is None:
        return None
    transforms = [_read_transform(item) for item in items]
    return tuple(transform for transform in transforms if transform is not None)


def _read_transform(place: Place) -> Transform | None:
    if isinstance(place.value, str):
        return _read_named(place, place.value)
    if not isinstance(place.value, dict):
        place.wrong(_EXPECTED, _("Write the name of a transform in quotes, or an object in { }."))
        return None
    members = place.members(TRANSFORM_MEMBERS)
    if len(place.value) != 1:
        place.wrong(_EXPECTED, _("Write one object for each transform."))
        return None
    (name,) = place.value
    read = _READERS.get(name)
    return None if read is None else members.optional(name, read, None)


def _read_named(place: Place, name: str) -> Named | None:
    if name in _NAMES:
        return Named(TransformName(name))
    if name in TRANSFORM_MEMBERS:
        place.wrong(TRANSFORM_MEMBERS[name], Filled(_("Write it as an object: %(object)s."), object=f'{{"{name}": …}}'))
        return None
    place.wrong(_EXPECTED, did_you_mean(name, [*_NAMES, *TRANSFORM_MEMBERS], _("Correct or remove it.")))
    return None


def _read_replace(place: Place) -> Replace | None:
    expected = TRANSFORM_MEMBERS["replace"]
    items = place.items(expected, at_least=2, at_most=2)
    if items is None:
        return None
    old, new = (item.text(_("a text"), _("Write it in quotes.")) for item in items)
    if old == "":
        items[0].wrong(_("the text to be replaced, at least one character"), _("Write what is to be replaced."))
        return None
    return None if old is None or new is None else Replace(old, new)


def _read_prefix(place: Place) -> Prefix | None:
    text = place.text(_("a text"), _("Write what goes in front, in quotes."))
    return None if text is None else Prefix(text)


def _read_pad_left(place: Place) -> PadLeft | None:
    items = place.items(TRANSFORM_MEMBERS["pad_left"], at_least=2, at_most=2)
    if items is None:
        return None
    whole = Filled(_("a width from 1 to %(most)s"), most=WIDEST_PAD)
    width = items[0].whole_number(1, WIDEST_PAD, whole, _("Write the number of characters without quotes."))
    fill = items[1].text(_("one character"), _("Write the character to fill with in quotes."))
    if fill is not None and len(fill) != 1:
        items[1].wrong(_("one character"), _("Write the single character to fill with."))
        return None
    return None if width is None or fill is None else PadLeft(width, fill)


def transform_to_json(transform: Transform) -> object:
    """The transform as the document writes it."""
    match transform:
        case Named(name=name):
            return name.value
        case Replace(old=old, new=new):
            return {"replace": [old, new]}
        case Prefix(text=text):
            return {"prefix": text}
        case PadLeft(width=width, fill=fill):
            return {"pad_left": [width, fill]}
    assert_never(transform)


_READERS: Mapping[str, Callable[[Place], Transform | None]] = {
    "replace": _read_replace,
    "prefix": _read_prefix,
    "pad_left": _read_pad_left,
}

"""The columns of a mapping: names of columns, signals, traits, codes, value maps."""

import re
from collections.abc import Mapping

from ingest.aam.records import KEY_PATTERN
from ingest.aam.text import trim
from ingest.crm.mapping_members import LARGEST_NUMBER, Members, Place
from ingest.crm.mapping_problems import shown
from ingest.crm.mapping_transforms import NO_TRANSFORMS, read_transforms
from ingest.crm.mapping_types import Action, ColumnMapping, Mode, Otherwise, TraitChange
from ingest.crm.words import Filled
from ingest.crm.words import gettext_noop as _

COLUMN_NAME = _("the name of a column of the customer file")

COLUMN_MEMBERS: Mapping[str, str] = {
    "column": COLUMN_NAME,
    "action": _("what the column becomes"),
    "key": _("the key of the signal"),
    "transforms": _("a list of transforms"),
    "values": _("an object that says for each value what it becomes"),
    "otherwise": _("what becomes of a value that `values` doesn't list"),
    "split": _("the separator between several values in one cell"),
}

CHANGE_MEMBERS: Mapping[str, str] = {"add": _("a list of trait IDs"), "remove": _("a list of trait IDs")}

# A signal of this key would read as a trait (contract, section 3).
RESERVED_KEYS = ("d_sid", "d_unsid")

_KEY = re.compile(KEY_PATTERN)
_KEY_EXPECTED = _("letters, digits, - and _ that don't begin with -, with a letter or _ right after the leading digits")
_OVERWRITE_EXPECTED = _("added traits only, since Audience Manager ignores removals in an overwrite")
_OVERWRITE_ADVICE = _("Leave it out, or send a batch of mode `sync`.")


def read_column_name(place: Place) -> str | None:
    """A column's name without the white space around it, which is how names are compared."""
    text = place.text(COLUMN_NAME, _("Write it in quotes as the header has it."))
    if text is not None and not trim(text):
        place.wrong(COLUMN_NAME, _("Write it as the header has it; a column without a name cannot be used."))
        return None
    return None if text is None else trim(text)


def read_columns(place: Place, mode: Mode) -> tuple[ColumnMapping, ...] | None:
    """The list of columns, at least one."""
    items = place.items(_("a list of columns, at least one"), at_least=1)
    return None if items is None else tuple(read_column(item, mode) for item in items)


def read_column(place: Place, mode: Mode) -> ColumnMapping:
    """One entry of the list. It is only to be used when no problem was noted."""
    members = place.members(COLUMN_MEMBERS)
    # A signal is only a stand-in here: a document with an unknown action is refused as a whole.
    action = members.required("action", lambda item: _read_action(item, mode), None)
    column = ColumnMapping(
        column=members.required("column", read_column_name, ""),
        action=action or Action.SIGNAL,
        key=_read_key_member(members, action),
        transforms=members.optional("transforms", read_transforms, NO_TRANSFORMS),
        values=None if action in (None, Action.TRAIT_IF) else members.optional("values", _read_value_map, None),
        trait_changes=_read_trait_if(members, mode) if action is Action.TRAIT_IF else None,
        otherwise=members.optional("otherwise", lambda item: item.word(Otherwise), Otherwise.KEEP),
        split=members.optional("split", _read_split, None),
    )
    if column.otherwise is not Otherwise.KEEP and "values" not in members:
        expected = Filled(_("a value map, since `otherwise` is `%(otherwise)s`"), otherwise=column.otherwise)
        members.wrong("values", expected, _("Add `values`, or leave out `otherwise`."))
    return column


def _read_action(place: Place, mode: Mode) -> Action | None:
    action = place.word(Action)
    if action is Action.REMOVE_TRAITS and mode is Mode.OVERWRITE:
        place.wrong(_OVERWRITE_EXPECTED, _OVERWRITE_ADVICE)
    return action


def _read_key_member(members: Members, action: Action | None) -> str | None:
    if action is Action.SIGNAL:
        return members.required("key", _read_key, None)
    if action is not None:
        members.refuse(
            ["key"],
            Filled(_("no key, since `%(action)s` makes no signal"), action=action),
            _("Remove it, or use the action `signal`."),
        )
    return None


def _read_key(place: Place) -> str | None:
    key = place.text(_KEY_EXPECTED, _("Write the key in quotes."))
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        place.wrong(_KEY_EXPECTED, _("Write the key as the trait rule has it."))
    elif key in RESERVED_KEYS:
        place.wrong(
            _("a key of your own"), _("To add or remove traits, use `add_traits`, `remove_traits` or `trait_if`.")
        )
    return key


def _read_split(place: Place) -> str | None:
    expected = _("the text between two values, at least one character")
    text = place.text(expected, _('Write it in quotes, such as "|".'))
    if text == "":
        place.wrong(expected, _("Write the separator, or leave `split` out where a cell is one value."))
    return text


def _read_value_map(place: Place) -> dict[str, str] | None:
    places = place.entries(_("an object of texts, the value of the cell first"))
    if places is None:
        return None
    texts = {
        name: item.text(_("a text"), _("Write what the value becomes in quotes.")) for name, item in places.items()
    }
    return {name: text for name, text in texts.items() if text is not None}


def _read_trait_if(members: Members, mode: Mode) -> dict[str, TraitChange] | None:
    return members.required("values", lambda place: _read_trait_changes(place, mode), None)


def _read_trait_changes(place: Place, mode: Mode) -> dict[str, TraitChange] | None:
    places = place.entries(_('an object of changes, such as {"yes": {"add": [24]}}'))
    return None if places is None else {name: _read_trait_change(item, mode) for name, item in places.items()}


def _read_trait_change(place: Place, mode: Mode) -> TraitChange:
    members = place.members(CHANGE_MEMBERS)
    change = TraitChange(
        add=members.optional("add", _read_trait_ids, ()),
        remove=members.optional("remove", _read_trait_ids, ()),
    )
    if change.remove and mode is Mode.OVERWRITE:
        members.wrong("remove", _OVERWRITE_EXPECTED, _OVERWRITE_ADVICE)
    both = sorted(set(change.add) & set(change.remove))
    if both:
        place.wrong(
            _("each trait in `add` or in `remove`, not in both"),
            _("Take it out of one of the two lists."),
            found=Filled(_("%(trait)s in both lists"), trait=shown(both[0])),
        )
    return change


def _read_trait_ids(place: Place) -> tuple[int, ...] | None:
    items = place.items(_("a list of trait IDs"))
    if items is None:
        return None
    expected = _("a trait ID, a whole number from 1")
    numbers = [item.whole_number(1, LARGEST_NUMBER, expected, _("Write it without quotes.")) for item in items]
    return tuple(number for number in numbers if number is not None)

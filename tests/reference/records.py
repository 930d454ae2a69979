"""From judged rows to records: limits, repeated IDs and conflicts, in the order of the rows."""

from dataclasses import dataclass, field

from tests.reference.verdict import Item, Verdict

MAX_RECORD_BYTES = 102_400
MAX_LINES_PER_ID = 200


def format_record(user_id: str, items: list[str], *, separator: str) -> str:
    """One line of an inbound file with its LF."""
    return f"{user_id}\t{separator.join(items)}\n"


def fits(user_id: str, items: list[str], *, separator: str) -> bool:
    """Whether the record is at most 102,400 bytes long with its LF."""
    return len(format_record(user_id, items, separator=separator).encode()) <= MAX_RECORD_BYTES


def note_conflict(verdict: Verdict, said: set[str]) -> None:
    """The first item that says the opposite of an earlier one, of this row or of `said`."""
    said = set(said)
    for item in verdict.items:
        if item.counterpart and item.counterpart in said:
            verdict.note("trait.conflict", item.column, item.trait)
        said.add(item.text)


def keep(verdicts: list[Verdict], *, separator: str) -> tuple[list[str], list[Item]]:
    """One record per row: the lines and the items that are in them."""
    lines: list[str] = []
    sent: list[Item] = []
    count: dict[str, int] = {}
    for verdict in verdicts:
        note_conflict(verdict, set())
        items = [item.text for item in verdict.items]
        if verdict.refusals:
            continue
        if not fits(verdict.user_id, items, separator=separator):
            verdict.note("record.too_long", None, verdict.user_id)
            continue
        if count.get(verdict.user_id, 0) == MAX_LINES_PER_ID:
            verdict.note("id.too_many_lines", verdict.id_column, verdict.user_id)
            continue
        count[verdict.user_id] = count.get(verdict.user_id, 0) + 1
        lines.append(format_record(verdict.user_id, items, separator=separator))
        sent.extend(verdict.items)
    return lines, sent


@dataclass
class _Profile:
    """What the accepted rows of one ID said so far, and the lines it takes."""

    said: set[str] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)


def merge(verdicts: list[Verdict]) -> tuple[list[str], list[Item]]:
    """All items of an ID together, IDs and items in order of first appearance, wrapped where a line is full."""
    profiles: dict[str, _Profile] = {}
    for verdict in verdicts:
        profile = profiles.get(verdict.user_id, _Profile())
        note_conflict(verdict, set())
        if verdict.refusals:
            continue
        note_conflict(verdict, profile.said)
        if verdict.refusals:
            continue
        if any(not fits(verdict.user_id, [item.text], separator=",") for item in verdict.items):
            verdict.note("record.too_long", None, verdict.user_id)
            continue
        grown = _grown(verdict.user_id, profile, verdict.items)
        if len(grown.lines) > MAX_LINES_PER_ID:
            verdict.note("id.too_many_lines", verdict.id_column, verdict.user_id)
            continue
        profiles[verdict.user_id] = grown
    lines = [
        format_record(user_id, line, separator=",") for user_id, profile in profiles.items() for line in profile.lines
    ]
    return lines, [item for profile in profiles.values() for item in profile.items]


def _grown(user_id: str, profile: _Profile, items: list[Item]) -> _Profile:
    """The profile with the items that are new to it; the one given stays as it is."""
    grown = _Profile(set(profile.said), list(profile.items), list(profile.lines))
    for item in items:
        if item.text in grown.said:
            continue
        grown.said.add(item.text)
        grown.items.append(item)
        if grown.lines and fits(user_id, [*grown.lines[-1], item.text], separator=","):
            grown.lines[-1] = [*grown.lines[-1], item.text]
        else:
            grown.lines.append([item.text])
    return grown

"""What is found out about one row before its ID's other rows are looked at."""

from dataclasses import dataclass, field

# The order of the contract's table in section 5.
CODES = (
    "row.unreadable",
    "row.too_few_fields",
    "row.too_many_fields",
    "id.missing",
    "id.unsafe_characters",
    "id.colon",
    "id.email",
    "id.format",
    "id.spreadsheet_damage",
    "id.all_zeros",
    "id.empty_hash",
    "id.percent_encoded",
    "id.case_changed",
    "id.too_many_lines",
    "id.case_variant",
    "value.unsafe_characters",
    "value.email",
    "value.phone",
    "value.card",
    "value.not_mapped",
    "value.not_a_date",
    "trait.not_a_number",
    "trait.conflict",
    "record.nothing_to_send",
    "record.too_long",
)
NOTICES = frozenset({"id.percent_encoded", "id.case_variant", "value.phone"})


@dataclass(frozen=True)
class Item:
    """One item: its text in the record, what is counted (`signal`, `d_sid`, …), its column and its trait, if any."""

    text: str
    kind: str
    column: str
    trait: str = ""

    @property
    def counterpart(self) -> str:
        """The item that would contradict this one; empty for signals and codes."""
        if not self.trait:
            return ""
        return f"d_unsid={self.trait}" if self.kind == "d_sid" else f"d_sid={self.trait}"


@dataclass
class Verdict:
    """A row on its way: its own fields, its ID, its items, and each finding with the first cell that has it."""

    number: int
    fields: tuple[str, ...]
    unsafe_is_refused: bool = False
    readable: bool = True
    user_id: str = ""
    id_column: str = ""
    items: list[Item] = field(default_factory=list)
    notes: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    def note(self, code: str, column: str | None, value: str) -> None:
        """Remember a finding; only the first cell of the row that has it is shown."""
        self.notes.setdefault(code, (column, value))

    def add(self, item: Item) -> None:
        """Take an item unless an equal one is there (contract 4.7)."""
        if all(item.text != earlier.text for earlier in self.items):
            self.items.append(item)

    def is_refusal(self, code: str) -> bool:
        """Whether the finding holds this row back."""
        if code == "value.unsafe_characters":
            return self.unsafe_is_refused
        return code not in NOTICES and code != "id.case_changed"

    def is_change(self, code: str) -> bool:
        """Whether the finding says that something was changed."""
        return code == "id.case_changed" or (code == "value.unsafe_characters" and not self.unsafe_is_refused)

    @property
    def refusals(self) -> tuple[str, ...]:
        """The refused-severity codes in table order."""
        return tuple(code for code in CODES if code in self.notes and self.is_refusal(code))

    @property
    def changed(self) -> bool:
        """Whether any finding is a change."""
        return any(self.is_change(code) for code in self.notes)

"""What the workbook says about itself: its sheets, its date system, its number formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.aam.words import gettext_noop
from ingest.engine.errors import FileProblem
from ingest.engine.xlsx_package import Package, Relationship, damaged

MAIN_PART = "xl/workbook.xml"
TRUE_WORDS = ("1", "true")
GENERAL = "General"

# Dates whose order the reader's computer decides, not the file, are written year first (docs/decisions/0005).
SYSTEM_DATE, SYSTEM_MOMENT, DATE_OR_TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "[<1]h:mm:ss;yyyy-mm-dd"

# ECMA-376 part 1, 18.8.30; currency as in the United States. 14, 22 and the East Asian ones depend on the computer.
BUILT_IN: Mapping[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"$"#,##0_);\\("$"#,##0\\)', 6: '"$"#,##0_);[Red]\\("$"#,##0\\)',
    7: '"$"#,##0.00_);\\("$"#,##0.00\\)', 8: '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: SYSTEM_DATE,
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: SYSTEM_MOMENT, **dict.fromkeys(range(27, 37), DATE_OR_TIME),
    37: "#,##0_);\\(#,##0\\)", 38: "#,##0_);[Red]\\(#,##0\\)",
    39: "#,##0.00_);\\(#,##0.00\\)", 40: "#,##0.00_);[Red]\\(#,##0.00\\)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', 42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    **dict.fromkeys(range(50, 59), DATE_OR_TIME),
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its name, the part that holds its cells, whether people see its tab."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True)
class Workbook:
    """What is needed to read a sheet; `formats` holds one format code per cell style."""

    sheets: tuple[Sheet, ...]
    date1904: bool
    strings_part: str | None
    formats: tuple[str, ...]

    def choose(self, name: str | None) -> Sheet:
        """The sheet of this name (its case counts only where two differ in it), or the first visible one."""
        if name is None:
            return next((sheet for sheet in self.sheets if sheet.visible), self.sheets[0])
        for same in (str, str.casefold):
            for sheet in self.sheets:
                if same(sheet.name) == same(name):
                    return sheet
        names = ", ".join(f"“{sheet.name}”" for sheet in self.sheets)
        raise FileProblem(
            "file.columns_missing",
            gettext_noop(
                "The workbook has no sheet named “%(name)s”. Its sheets are: %(sheets)s. Name one of them, or none to "
                "read the first visible one."
            ),
            name=str(name),
            sheets=names,
        )


@dataclass
class _Found:
    """What is collected while workbook.xml is read."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    date1904: bool = False

    def note(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "workbookPr":
            self.date1904 = attributes.get("date1904", "0") in TRUE_WORDS
        elif tag == "sheet":
            relation = next((value for name, value in attributes.items() if name.endswith(" id")), "")
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), relation, visible))


def read_workbook(package: Package) -> Workbook:
    """Read the workbook's own parts; FileProblem when it holds no sheet that could be read."""
    main = main_part(package)
    found = _Found()
    package.parse(main, found.note)
    related = package.relationships(main)
    sheets = tuple(
        Sheet(name, related[relation].target, visible)
        for name, relation, visible in found.sheets
        if relation in related and related[relation].kind == "worksheet"
    )
    if not sheets:
        raise damaged(gettext_noop("It holds no worksheet."))
    styles = part_of_kind(related, "styles")
    formats = () if styles is None or not package.has(styles) else read_formats(package, styles)
    strings = part_of_kind(related, "sharedStrings")
    return Workbook(sheets, found.date1904, strings if strings and package.has(strings) else None, formats)


def main_part(package: Package) -> str:
    """The name of the workbook's main part."""
    part = part_of_kind(package.relationships(""), "officeDocument") or MAIN_PART
    if part.lower().endswith(".bin"):
        raise damaged(gettext_noop("It is a binary workbook (.xlsb)."))
    if not package.has(part):
        raise damaged(gettext_noop("It is a ZIP file without a workbook in it."))
    return part


def part_of_kind(related: Mapping[str, Relationship], kind: str) -> str | None:
    """The first part that is related as `kind`."""
    return next((relation.target for relation in related.values() if relation.kind == kind), None)


def read_formats(package: Package, part: str) -> tuple[str, ...]:
    """The format code of every cell style, in the order in which cells name them."""
    codes: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def note(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt" and inside[-1:] == ["numFmts"]:
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)
        elif tag == "xf" and inside[-1:] == ["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))
        elif tag in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside.append(tag)

    package.parse(part, note)
    return tuple(format_of(style, codes) for style in styles)


def format_of(style: str, codes: Mapping[str, str]) -> str:
    """The code of a number format's ID: the workbook's own first, for some writers redefine built-in ones."""
    number = int(style) if style.isdecimal() else 0
    return codes.get(style) or BUILT_IN.get(number, GENERAL)

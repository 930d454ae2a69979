"""Numbers, dates and times are written as their number format shows them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from ingest.engine.xlsx_digits import read_number
from ingest.engine.xlsx_formats import parse_format
from ingest.engine.xlsx_render import NumberRenderer, render_text
from ingest.engine.xlsx_workbook import BUILT_IN
from tests.engine.xlsx_parts import read_csv, sheet_part, workbook_parts, write_parts

SPREADSHEET_DAMAGE = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,3}")  # as the contract recognises it


def shown(number: str, code: str, *, date1904: bool = False) -> str:
    """What a sheet shows for a number as it is stored."""
    raw = np.frombuffer(number.encode(), dtype=np.uint8)
    known, value, exponent = read_number(raw, 0, len(raw))
    assert known
    return NumberRenderer(parse_format(code), date1904=date1904).render(int(value), int(exponent))


GENERAL = [
    ("0", "0"),
    ("-0", "0"),
    ("7", "7"),
    ("-7.50", "-7.5"),
    ("1E3", "1000"),
    ("+12", "12"),
    (".5", "0.5"),
    ("0.1", "0.1"),
    ("0.10000000000000001", "0.1"),
    ("1234.5599999999999", "1234.56"),
    ("0.30000000000000004", "0.3"),
    ("0.1234567890123", "0.123456789"),
    ("1234.56789012345", "1234.56789"),
    ("99999999999.7", "100000000000"),
    ("12345678901.5", "12345678902"),
    ("0.0001234567", "0.000123457"),
    ("0.00001", "0.00001"),
    ("0.00001234567", "1.23457E-05"),
    ("-0.0000000001", "-1E-10"),
    ("123456789012", "123456789012"),
    ("4006381333931", "4006381333931"),
    ("123456789012345", "123456789012345"),
    ("999999999999999", "999999999999999"),
    ("1000000000000000", "1E+15"),
    ("4111111111111111", "4.11111E+15"),
    ("9.9999999E+20", "1E+21"),
    ("68120000000000000000000000000000000000", "6.812E+37"),
    ("68120123456789012345678901234567890123", "6.81201E+37"),
    ("1.7976931348623157E+308", "1.79769E+308"),
]


@pytest.mark.parametrize(("stored", "text"), GENERAL)
def test_a_number_without_a_format_is_shown_as_general(stored: str, text: str) -> None:
    assert shown(stored, "General") == text


@pytest.mark.parametrize("code", ["General", "0", "#,##0", "0.00", "#", "0" * 38, "@", "000-000", '0" kg"', "0.00E+00"])
def test_an_id_that_a_sheet_could_not_hold_is_shown_as_spreadsheet_damage(code: str) -> None:
    assert SPREADSHEET_DAMAGE.fullmatch(shown("68120123456789012345678901234567890123", code))


NUMBERS = [
    ("1234.5", "0", "1235"),
    ("2.5", "0", "3"),
    ("-2.5", "0", "-3"),
    ("0.285", "0.00", "0.29"),
    ("0.28499999999999998", "0.00", "0.29"),
    ("1.005", "0.00", "1.01"),
    ("999.995", "0.00", "1000.00"),
    ("-0.001", "0.00", "-0.00"),
    ("1234567.891", "#,##0", "1,234,568"),
    ("1234567.891", "#,##0.00", "1,234,567.89"),
    ("123", "#,##0", "123"),
    ("0.0001", "#,##0", "0"),
    ("0.125", "0%", "13%"),
    ("0.12345", "0.00%", "12.35%"),
    ("-0.5", "0%", "-50%"),
    ("42", "00000", "00042"),
    ("123456", "00000", "123456"),
    ("7", "0" * 38, "0" * 37 + "7"),
    ("5", "#.##", "5."),
    ("0.5", "#.##", ".5"),
    ("0", "#", ""),
    ("1.5", "0.0#", "1.5"),
    ("1.25", "0.???", "1.25 "),
    ("5", "??0", "  5"),
    ("123456789", "000-00-0000", "123-45-6789"),
    ("1234", "0\\-000", "1-234"),
    ("30123456789", "+## ### ######", "+30 123 456789"),
    ("12345678", "#,##0,", "12,346"),
    ("12345678", "0.0,,", "12.3"),
    ("12345678", "0,.0", "12345.7"),
    ("1234.5", "0.00E+00", "1.23E+03"),
    ("9.999", "0.00E+00", "1.00E+01"),
    ("0.00012", "0.0E-0", "1.2E-4"),
    ("1200", "0.0E-0", "1.2E3"),
    ("123456", "##0.0E+0", "123.5E+3"),
    ("0", "0.00E+00", "0.00E+00"),
    ("1234.5", '"$"#,##0.00', "$1,234.50"),
    ("-1234.5", '"$"#,##0.00', "-$1,234.50"),
    ("1234.5", "#,##0.00\\ [$€-407]", "1,234.50 €"),
    ("1234.5", "[$CHF-807] 0.00", "CHF 1234.50"),
    ("-5", "0.00;[Red](0.00)", "(5.00)"),
    ("-5", "0;", ""),
    ("0", '0;-0;"none"', "none"),
    ("0", "0;-0", "0"),
    ("5", ";;;", ""),
    ("5", "[Blue]0.0", "5.0"),
    ("5", "[Color 10]0", "5"),
    ("150", '[>=100]"many";[<0]"less";0', "many"),
    ("-3", '[>=100]"many";[<0]"less" 0;0', "less 3"),
    ("-3", "[>=100]0.0;0", "-3"),
    ("50", '[=50]"half";0', "half"),
    ("50", '[<>50]"other";0', "50"),
    ("7", "[>10]0;[<5]0", "7"),
    ("5", '0" pieces"', "5 pieces"),
    ("5", '0" pieces', "5 pieces"),
    ("5", 'General" kg"', "5 kg"),
    ("-5", "General;(General)", "(5)"),
    ("5", "@", "5"),
    ("5", '"ID "@', "5"),
    ("5", "0;-0;0;@", "5"),
    ("5", "0* x", "5x"),
    ("5", "_(0_)", " 5 "),
    ("0.5", "# ?/?", "0.5"),
    ("1.25", "0 ??/??", "1.25"),
    ("1.25", "0 ?/8", "1.25"),
    ("5", "0/", "5/"),
    ("5", "", "5"),
    ("5", "0." + "0" * 60, "5." + "0" * 60),
    ("5", "0." + "0" * 200, "5"),
    ("5", "0." + "0" * 300, "5"),
    ("0.5", "0" + "%" * 120, "0.5"),
    ("5", "0\\", "5\\"),
]


@pytest.mark.parametrize(("stored", "code", "text"), NUMBERS)
def test_a_number_is_shown_under_its_format(stored: str, code: str, text: str) -> None:
    assert shown(stored, code) == text


DATES = [
    ("45418", "yyyy-mm-dd", "2024-05-06"),
    ("45418.99999", "yyyy-mm-dd", "2024-05-06"),
    ("45418", "dd.mm.yyyy", "06.05.2024"),
    ("45418", "DD/MM/YYYY", "06/05/2024"),
    ("45418", "d-mmm-yy", "6-May-24"),
    ("45418", "[$-409]mmmm d, yyyy;@", "May 6, 2024"),
    ("45418", "[$-407]d. mmmm yyyy", "6. May 2024"),
    ("45418", "dddd, d mmm", "Monday, 6 May"),
    ("45418", "ddd mmmmm", "Mon M"),
    ("45418", 'yyyy"年"m"月"d"日"', "2024年5月6日"),
    ("45418", "[$-F800]dddd, mmmm dd, yyyy", "2024-05-06"),
    ("45418.5", "[$-x-sysdate]dddd", "2024-05-06"),
    ("45418.5", "[$-F400]h:mm:ss AM/PM", "12:00:00"),
    ("45418", "e", "2024"),
    ("45418", "bbbb", "2567"),
    ("45418", "bb", "67"),
    ("45418", "ggge", "2024"),
    ("45418", "aaa aaaa", "Mon Monday"),
    ("45418.735", "m/d/yyyy h:mm AM/PM", "5/6/2024 5:38 PM"),
    ("45418.01", "h:mm A/P", "12:14 A"),
    ("45418.735", "上午/下午h:mm", "下午5:38"),
    ("45418.735", "yyyy-mm-dd\\Thh:mm:ss", "2024-05-06T17:38:24"),
    ("45418.7352", "hh:mm:ss.000", "17:38:41.280"),
    ("45418.7352", "ss.0", "41.3"),
    ("45418.7352", "ss.", "41."),
    ("0.9999999", "yyyy hh:mm:ss", "1900 00:00:00"),
    ("45418.99999999", "yyyy-mm-dd hh:mm:ss", "2024-05-07 00:00:00"),
    ("0.99922", "hh:mm", "23:58"),
    ("0.9993", "hh:mm", "23:59"),
    ("0.25", "h", "6"),
    ("0.26", "mm:ss", "14:24"),
    ("1.5", "[h]:mm", "36:00"),
    ("1.5", "[hh]:mm:ss", "36:00:00"),
    ("0.02", "[mm]:ss", "28:48"),
    ("1.02", "[mm]:ss", "1468:48"),
    ("1.02", "[m]:ss", "1468:48"),
    ("0.0001", "[ss]", "09"),
    ("100.5", "[h]", "2412"),
    ("0", "yyyy-mm-dd", "1900-01-00"),
    ("1", "yyyy-mm-dd ddd", "1900-01-01 Sun"),
    ("59", "yyyy-mm-dd", "1900-02-28"),
    ("60", "yyyy-mm-dd", "1900-02-29"),
    ("61", "yyyy-mm-dd", "1900-03-01"),
    ("2958465", "yyyy-mm-dd", "9999-12-31"),
    ("2958465.9999999", "yyyy-mm-dd hh:mm:ss", "2958466"),
    ("2958466", "yyyy-mm-dd", "2958466"),
    ("-1", "yyyy-mm-dd", "-1"),
    ("1E+20", "yyyy-mm-dd", "1E+20"),
    ("45418", "yyyymmdd", "20240506"),
    ("45418", "yy/m/d 0#,%@", "24/5/6 0#,%@"),
]


@pytest.mark.parametrize(("stored", "code", "text"), DATES)
def test_a_date_or_time_is_shown_under_its_format(stored: str, code: str, text: str) -> None:
    assert shown(stored, code) == text


@pytest.mark.parametrize(
    ("stored", "text"),
    [("0", "1904-01-01"), ("43956", "2024-05-06"), ("2957003", "9999-12-31"), ("2957004", "2957004")],
)
def test_dates_of_the_1904_system(stored: str, text: str) -> None:
    assert shown(stored, "yyyy-mm-dd", date1904=True) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("@", "Bern"),
        ("0.00", "Bern"),
        ('"to "@', "to Bern"),
        ("0;0;0;[Red]@!", "Bern!"),
        (";;;", ""),
        ("0;0;0;", ""),
        ("0;@", "Bern"),
    ],
)
def test_text_is_shown_under_a_section_for_text(code: str, text: str) -> None:
    assert render_text("Bern", parse_format(code)) == text


BUILT_IN_SHOWN = {
    0: "45418.735", 1: "45419", 2: "45418.74", 3: "45,419", 4: "45,418.74", 5: "$45,419", 6: "$45,419",
    7: "$45,418.74", 8: "$45,418.74", 9: "4541874%", 10: "4541873.50%", 11: "4.54E+04", 12: "45418.735",
    13: "45418.735", 14: "2024-05-06", 15: "6-May-24", 16: "6-May", 17: "May-24", 18: "5:38 PM", 19: "5:38:24 PM",
    20: "17:38", 21: "17:38:24", 22: "2024-05-06 17:38", 27: "2024-05-06", 36: "2024-05-06", 37: "45,419",
    38: "45,419", 39: "45,418.74", 40: "45,418.74", 41: "45,419", 42: "$45,419", 43: "45,418.74", 44: "$45,418.74",
    45: "38:24", 46: "1090049:38:24", 47: "38:24.0", 48: "45.4E+3", 49: "45418.735", 50: "2024-05-06",
    58: "2024-05-06",
}  # fmt: skip


@pytest.mark.parametrize(("number", "text"), BUILT_IN_SHOWN.items())
def test_built_in_formats_need_no_code_in_the_file(tmp_path: Path, number: int, text: str) -> None:
    parts = workbook_parts(sheet_part('<row><c s="1"><v>45418.735</v></c></row>'))
    parts["xl/styles.xml"] = f'<styleSheet><cellXfs><xf/><xf numFmtId="{number}"/></cellXfs></styleSheet>'

    read = read_csv(write_parts(tmp_path / "x.xlsx", parts)).strip()

    assert read.strip('"').strip() == text


def test_every_built_in_format_up_to_49_is_known() -> None:
    unused = set(range(23, 27))  # ECMA-376 leaves these open

    assert set(range(50)) - unused <= set(BUILT_IN)
    assert Decimal(shown("0.5", BUILT_IN[27]).replace(":", "")) == 120_000

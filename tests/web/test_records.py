"""Records on pages: nothing of them is lost or changed, whatever they hold."""

import html
import re

import pytest
from django.template.defaultfilters import truncatechars
from django.utils.html import escape

from ingest.templatetags.records import cells, halved, record_parts

RECORDS = [
    "A1",
    "A1\t",
    'A1\t"tier"="gold"',
    'A1\t"tier"="gold, or not","note"="a=b"',
    "A1\tB2\tC3",
    "\t".join(f"A{number}" for number in range(200)),
    "<b>\td=<i>&amp;",
    'A1\t"open="a,b',
    "A1\t" + ",".join(f'"k{number}"="v{number}"' for number in range(200)),
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_drawn_record_says_what_the_record_says(record: str) -> None:
    drawn = str(record_parts(record)).replace('<span class="visually-hidden">tab</span>', "")
    assert html.unescape(re.sub(r"<[^>]+>", "", drawn)).replace("⇥", "\t") == record


def test_keys_and_values_have_their_colours_and_a_quoted_comma_divides_nothing() -> None:
    drawn = str(record_parts('A1\t"tier"="gold, or not","b"="c"'))
    kinds = re.findall(r'<span class="t-(id|key|value)">([^<]*)</span>', drawn)
    assert [(kind, html.unescape(text)) for kind, text in kinds] == [
        ("id", "A1"), ("key", '"tier"'), ("value", '"gold, or not"'), ("key", '"b"'), ("value", '"c"'),
    ]  # fmt: skip
    assert drawn.count("<wbr>") == 1


@pytest.mark.parametrize("text", ["", "a" * 60, "a" * 61, "<b>&", "e\u0301" * 40, "e\u0301" * 80, "王" * 70])
def test_a_cell_is_cut_as_django_cuts_it(text: str) -> None:
    assert cells([text, "x"]) == f"<td>{escape(truncatechars(text, 60))}</td><td>x</td>"


def test_a_long_id_may_break_in_its_middle_and_nothing_else_of_it_changes() -> None:
    identifier = "12345678901234567890123456789012345678"
    assert str(halved(identifier)) == f"{identifier[:19]}<wbr>{identifier[19:]}"
    assert f"{identifier[:19]}<wbr>{identifier[19:]}" in str(record_parts(f"{identifier}\td_sid=1"))
    assert str(halved("cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41")) == "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41"
    assert "<b>" not in str(halved("<b>" + "a" * 40))

"""Files that nobody made to fit, all the way: through every page, past a check and an approval, to the receiver."""

import csv
import io

import pytest

from tests.web.journey import words
from tests.web.whole_journey import Office, whole

pytestmark = pytest.mark.django_db
LONG = "x" * 1000
STRANGE = [
    '=HYPERLINK("http://example.com","x")', "@SUM(A1)", "-1", "🛒 cart", "שם הלקוח", "\u202eabc\u202c", LONG,
    f"{LONG}y", "<script>alert(1)</script>", "{{ 7*7 }}", "100%", "%(count)s", "two\nlines", "a\tb", "row", "codes",
    "what to do", "do", "version", "csrfmiddlewaretoken", "e\u0301te\u0301", 'a"b',
]  # fmt: skip


def _csv(header: list[str], rows: list[list[str]]) -> bytes:
    table = io.StringIO()
    csv.writer(table).writerows([header, *rows])
    return table.getvalue().encode()


def _of_letters(names: list[str], rows: int = 4) -> bytes:
    """A file with these columns beside the ID, each with a few values."""
    cells = [[f"A-{row}", *("abcd"[(row + place) % 4] for place in range(len(names)))] for row in range(rows)]
    return _csv(["crm_id", *names], cells)


def _items(line: str) -> list[str]:
    user_id, _tab, rest = line.partition("\t")
    assert user_id.startswith("A-")
    return rest.split(",")


def test_columns_of_any_name_are_shown_as_text_and_become_keys_that_are_valid() -> None:
    walk, lines = whole(_of_letters(STRANGE), "crm_id")
    keys = [item.partition('"="')[0].strip('"') for item in _items(lines[0])]
    assert len(keys) == len(set(keys)) == len(STRANGE)
    assert all(key.isascii() and key.replace("_", "").isalnum() for key in keys)
    assert len(lines) == 4
    for page in ("step_file", "results", "results_rows", "transfer"):
        assert "<script>alert" not in walk.at.client.get(walk.at.url(page), follow=True).content.decode()
    assert "<script>alert" not in walk.office.approver.get(walk.at.url("approval"), follow=True).content.decode()


def test_a_column_without_a_name_of_its_own_is_not_sent_and_says_why() -> None:
    header = ["crm_id", "", " ", "tier", "city", "city", "City"]
    rows = [[f"A-{row}", "1", "2", ("gold", "silver")[row % 2], "Rome", "Lyon", "Oslo"] for row in range(4)]
    walk = Office().started(_csv(header, rows)).people("crm_id")
    page = words(walk.at.get("step_columns"))
    assert page.count("It has no name. Give it one in the first row of the file to use it.") == 2
    assert page.count("Several columns are called city. Give each a name of its own to use it.") == 2
    walk.columns().checked().asked()
    lines = walk.lines(walk.sent())
    assert lines[:2] == ['A-0\t"tier"="gold"', 'A-1\t"tier"="silver"']


def test_300_columns_arrive() -> None:
    names = [f"attr_{number}" for number in range(1, 300)]
    _walk, lines = whole(_of_letters(names), "crm_id")
    assert [item.partition('"="')[0].strip('"') for item in _items(lines[0])] == names


def test_ids_of_38_digits_keep_every_digit() -> None:
    ids = ["1" * 38, "9" * 38, "0" * 37 + "1", "12345678901234567890123456789012345678"]
    rows = [[user_id, ("gold", "silver")[place % 2]] for place, user_id in enumerate(ids)]
    _walk, lines = whole(_csv(["adobe", "tier"], rows), "adobe")
    assert [line.partition("\t")[0] for line in lines] == ids


def test_characters_that_no_line_can_hold_do_not_reach_the_receiver() -> None:
    content = b"crm_id,ti\x07er\nA-1,go\x00ld\nA-2,sil\x01ver\nA-3,a\x1bb\nA-4,gold\n"
    _walk, lines = whole(content, "crm_id")
    assert lines == ['A-1\t"ti_er"="go ld"', 'A-2\t"ti_er"="sil ver"', 'A-3\t"ti_er"="a b"', 'A-4\t"ti_er"="gold"']


def test_a_file_of_ids_alone_has_nothing_to_send_and_says_so() -> None:
    walk = Office().started(b"crm_id\nA-1\nA-2\n").people("crm_id")
    answer = walk.at.post("step_columns", {"do": "check"})
    assert answer.status_code == 422
    assert "Match at least one column" in words(answer)
    assert walk.batch.state == "draft"

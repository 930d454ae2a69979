"""What the command line makes: names, parts, report, refused rows, a summary without a single cell in it."""

import csv
import gzip
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.commands.command_line import TIMESTAMP, Desk, onboard_here, traits_mapping
from tests.house.tree import PROJECT

CUSTOMERS = "id,city,segments\nA1,Rome,24\nA2,Oslo,24|25\nA3,,\n"
LINES = b'A1\t"city"="Rome",d_sid=24\nA2\t"city"="Oslo",d_sid=24,d_sid=25\n'
MANY = "id,city,segments\n" + "".join(f"user-{number:03},city {number},{number + 1}\n" for number in range(90))
NAME = f"ftp_dpm_478_{TIMESTAMP}.sync"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path).lay(CUSTOMERS)


def test_parts_report_and_refused_rows_are_made_and_nothing_else(desk: Desk) -> None:
    ran = desk.onboard("--timestamp", TIMESTAMP)
    assert (ran.code, ran.err) == (0, "")
    assert desk.results().keys() == {NAME, "report.json", "refused.csv"}
    assert desk.parts() == {NAME: LINES}
    assert (desk.report()["rows"], desk.report()["refused"]) == (3, 1)


def test_the_summary_names_the_numbers_and_the_files(desk: Desk) -> None:
    ran = desk.onboard("--timestamp", TIMESTAMP)
    assert "3 rows read, 2 accepted, 1 refused." in ran.out
    assert "record.nothing_to_send" in ran.out
    assert re.search(rf"{NAME} +2 records", ran.out)
    for name in ("report.json", "refused.csv"):
        assert str(desk.out / name) in ran.out


def test_the_summary_does_not_name_a_file_of_refused_rows_when_none_is(desk: Desk) -> None:
    ran = desk.lay("id,city,segments\nA1,Rome,24\n").onboard()
    assert "refused.csv" not in ran.out
    assert desk.results()["refused.csv"].count(b"\r\n") == 1


def test_no_cell_is_in_what_the_command_says(desk: Desk) -> None:
    words = ["Zanzibar", "hidden.person@example.com", "4111111111111111", "+393331234567", "31.02.2024", "B:7", "xx|yy"]
    rows = "".join(f"{a},{b},{c}\n" for a in ["A1", "a1", *words] for b in words for c in ["24", *words])
    columns = [
        {"column": "city", "action": "signal", "key": "city"},
        {"column": "city", "action": "signal", "key": "when", "transforms": ["date_iso"]},
        {"column": "city", "action": "signal", "key": "map", "values": {"a": "b"}, "otherwise": "reject"},
        {"column": "segments", "action": "add_traits", "split": "|"},
        {"column": "segments", "action": "trait_if", "values": {"24": {"remove": [24]}}},
    ]
    ran = desk.lay(
        f'id,city,segments\n{rows}A9,too,many,fields\nA9\n"A9"x,broken,1\n', traits_mapping(columns=columns)
    ).onboard()
    assert ran.code == 0
    assert len(desk.report()["findings"]) > 8
    assert [word for word in [*words, "A9", "too,many"] if word in ran.out + ran.err] == []


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_rows_that_are_all_refused_make_no_part_and_that_is_said(desk: Desk, compression: str) -> None:
    mapping = traits_mapping(output={"compression": compression})
    ran = desk.lay("id,city,segments\n,Rome,24\nA1,,\n", mapping).onboard("--timestamp", TIMESTAMP)
    assert (ran.code, ran.err) == (0, "")
    assert desk.results().keys() == {"report.json", "refused.csv"}
    assert "No file was made" in ran.out
    assert (desk.report()["parts"], desk.report()["records"]) == ([], 0)
    assert desk.report()["refused"] == desk.report()["rows"] == 2


def test_split_numbers_are_there_only_for_more_than_one_part(desk: Desk) -> None:
    def mapping(most: int) -> dict[str, Any]:
        return traits_mapping(output={"compression": "none", "max_part_bytes": most})

    assert desk.lay(MANY, mapping(1_000_000)).onboard("--timestamp", TIMESTAMP).code == 0
    assert list(desk.parts()) == [NAME]
    whole = desk.parts()[NAME]
    assert desk.lay(MANY, mapping(len(whole) // 3)).onboard("--timestamp", TIMESTAMP).code == 0
    names = [part["name"] for part in desk.report()["parts"]]
    assert names == [f"{NAME}.{number}" for number in range(1, len(names) + 1)]
    assert len(names) in {3, 4}
    assert desk.parts().keys() == set(names)
    assert b"".join(desk.parts()[name] for name in names) == whole


def test_a_run_with_the_same_timestamp_replaces_the_whole_batch(desk: Desk) -> None:
    small = {"compression": "none", "max_part_bytes": 300}
    assert desk.lay(MANY, traits_mapping(output=small)).onboard("--timestamp", TIMESTAMP).code == 0
    assert len(desk.parts()) > 5
    assert desk.lay(CUSTOMERS).onboard("--timestamp", TIMESTAMP).code == 0
    assert desk.parts() == {NAME: LINES}


def test_a_run_with_the_same_timestamp_and_other_packing_replaces_the_batch_too(desk: Desk) -> None:
    assert desk.onboard("--timestamp", TIMESTAMP).code == 0
    assert (
        desk.lay(CUSTOMERS, traits_mapping(output={"compression": "gzip"})).onboard("--timestamp", TIMESTAMP).code == 0
    )
    assert list(desk.parts()) == [f"{NAME}.gz"]
    assert desk.lay("id,city,segments\n,Rome,24\n").onboard("--timestamp", TIMESTAMP).code == 0
    assert desk.parts() == {}


def test_other_batches_and_other_files_are_left_alone(desk: Desk) -> None:
    desk.out.mkdir()
    others = [
        f"ftp_dpm_4780_{TIMESTAMP}.sync", f"ftp_dpm_478_{TIMESTAMP + 1}.sync", f"ftp_dpm_478_567_{TIMESTAMP}.sync",
        f"adobe_id_0_478_{TIMESTAMP}.sync", "notes.txt", ".hidden",
    ]  # fmt: skip
    for name in others:
        (desk.out / name).write_text("mine", encoding="utf-8")
    assert desk.onboard("--timestamp", TIMESTAMP).code == 0
    assert desk.results().keys() == {*others, NAME, "report.json", "refused.csv"}
    assert all((desk.out / name).read_text(encoding="utf-8") == "mine" for name in others)


def test_the_default_timestamp_is_now_and_no_second_is_used_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.management.commands.onboard.time.time", lambda: TIMESTAMP + 0.9)
    for _ in range(3):
        assert desk.onboard().code == 0
    assert list(desk.parts()) == [f"ftp_dpm_478_{TIMESTAMP + second}.sync" for second in range(3)]
    other = traits_mapping(dpid=479)
    assert desk.lay(CUSTOMERS, other).onboard().code == 0
    assert f"ftp_dpm_479_{TIMESTAMP}.sync" in desk.parts(), "another prefix has seconds of its own"


def test_a_second_that_a_batch_of_several_packed_parts_has_is_not_free(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.management.commands.onboard.time.time", lambda: TIMESTAMP)
    small = {"compression": "gzip", "max_part_bytes": 300}
    assert desk.lay(MANY, traits_mapping(output=small)).onboard().code == 0
    before = desk.parts()
    assert len(before) > 5
    assert desk.lay(CUSTOMERS).onboard().code == 0
    assert desk.parts() == {**before, f"ftp_dpm_478_{TIMESTAMP + 1}.sync": LINES}


def test_without_a_fixed_clock_the_timestamp_is_the_time_of_the_run(desk: Desk) -> None:
    earliest = int(time.time())
    assert desk.onboard().code == 0
    (name,) = desk.parts()
    assert earliest <= int(name.split("_")[-1].removesuffix(".sync")) <= time.time()


def test_a_gzip_part_has_no_name_and_no_time_inside_and_twice_the_same_bytes(desk: Desk) -> None:
    desk.lay(CUSTOMERS, traits_mapping(output={"compression": "gzip"}))
    assert desk.onboard("--timestamp", TIMESTAMP).code == 0
    first = desk.parts()
    raw = first[f"{NAME}.gz"]
    assert raw[:3] == b"\x1f\x8b\x08"
    assert raw[3] == 0, "no flag: neither name nor comment nor extra field"
    assert raw[4:8] == bytes(4), "no time"
    assert gzip.decompress(raw) == LINES
    time.sleep(1.1)
    assert desk.onboard("--timestamp", TIMESTAMP).code == 0
    assert desk.parts() == first


def test_limit_reads_the_first_rows_only(desk: Desk) -> None:
    assert desk.lay(MANY).onboard("--timestamp", TIMESTAMP).code == 0
    whole = desk.parts()[NAME]
    assert desk.onboard("--timestamp", TIMESTAMP, "--limit", "7").code == 0
    assert desk.parts()[NAME] == b"".join(whole.splitlines(keepends=True)[:7])
    assert desk.report()["rows"] == 7


def test_encoding_and_delimiter_can_be_told(desk: Desk) -> None:
    content = "id;city;segments\nA1;Łódź, PL;24\n".encode("cp1250")
    desk.lay(content)
    assert desk.onboard("--timestamp", TIMESTAMP, "--encoding", "cp1252", "--delimiter", ";").code == 0
    assert desk.parts()[NAME] == 'A1\t"city"="£ódŸ PL",d_sid=24\n'.encode()
    assert desk.onboard("--timestamp", TIMESTAMP, "--encoding", "windows-1250", "--delimiter", ";").code == 0
    assert desk.parts()[NAME] == 'A1\t"city"="Łódź PL",d_sid=24\n'.encode()
    assert desk.report()["input"]["delimiter"] == ";"
    wrong = desk.onboard("--timestamp", TIMESTAMP, "--delimiter", ",")
    assert (wrong.code, "file.columns_missing" in wrong.err) == (1, True)


def test_the_command_line_goes_before_the_mapping_about_the_reader(desk: Desk) -> None:
    desk.lay("id|city|segments\nA1|Rome|24\n", traits_mapping(reader={"delimiter": ";", "encoding": "utf-16"}))
    assert desk.onboard("--timestamp", TIMESTAMP, "--delimiter", "|", "--encoding", "utf-8").code == 0
    assert desk.parts()[NAME] == b'A1\t"city"="Rome",d_sid=24\n'


def _corrected(refused: bytes, corrections: dict[str, list[str]]) -> bytes:
    """The file as a spreadsheet would save it, with other cells in the rows named by their row number."""
    header, *rows = csv.reader(io.StringIO(refused.decode("utf-8-sig"), newline=""))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([header, *([*row[:3], *corrections.get(row[0], row[3:])] for row in rows)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


DIRTY = 'id,city,segments\nA1,Rome,24\n,Oslo,24\nB:2,"Bergen, NO",x\nC3,\'=Turin,0\nD4,Bari\nE5,@Pisa,17\n'
CORRECTED = (
    b'B1\t"city"="Oslo",d_sid=24\nB2\t"city"="Bergen NO",d_sid=7\n'
    b'C3\t"city"="\'=Turin",d_sid=9\nD4\t"city"="Bari",d_sid=3\n'
)


def _correct_and_upload_again(desk: Desk, *more: object) -> None:
    assert desk.onboard("--timestamp", TIMESTAMP, *more).code == 0
    assert desk.report()["refused"] == 4
    corrections = {
        "3": ["B1", "Oslo", "24"],
        "4": ["B2", "Bergen, NO", "7"],
        "5": ["C3", "''=Turin", "9"],
        "6": ["D4", "Bari", "3"],
    }
    desk.customers.write_bytes(_corrected(desk.results()["refused.csv"], corrections))
    again = desk.onboard("--timestamp", TIMESTAMP + 1)
    assert (again.code, again.err) == (0, "")
    assert desk.report()["rows"] == desk.report()["accepted"] == 4
    assert desk.parts()[f"ftp_dpm_478_{TIMESTAMP + 1}.sync"] == CORRECTED


def test_refused_rows_come_back_in_after_correction(desk: Desk) -> None:
    _correct_and_upload_again(desk.lay(DIRTY))


def test_refused_rows_that_nobody_corrected_are_refused_again_as_they_were(desk: Desk) -> None:
    assert desk.lay(DIRTY).onboard("--timestamp", TIMESTAMP).code == 0
    first = list(csv.reader(io.StringIO(desk.results()["refused.csv"].decode("utf-8-sig"), newline="")))
    desk.customers.write_bytes(desk.results()["refused.csv"])
    assert desk.onboard("--timestamp", TIMESTAMP + 1).code == 0
    again = list(csv.reader(io.StringIO(desk.results()["refused.csv"].decode("utf-8-sig"), newline="")))
    assert [row[1:] for row in again] == [row[1:] for row in first]
    assert [row[0] for row in again] == ["row", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "reader",
    [{"delimiter": ";"}, {"encoding": "utf-16"}, {"encoding": "windows-1252", "delimiter": ";", "quote": "'"}],
    ids=str,
)
def test_refused_rows_come_back_in_when_the_mapping_says_how_the_first_file_was_read(
    desk: Desk, reader: dict[str, str]
) -> None:
    quote = reader.get("quote", '"')
    text = DIRTY.replace('"', quote).replace("'=", "=" if quote == "'" else "'=")
    if reader.get("delimiter") == ";":
        text = text.replace(",", ";").replace("; NO", ", NO")
    desk.lay(text.encode(reader.get("encoding", "utf-8")), traits_mapping(reader=reader))
    assert desk.onboard("--timestamp", TIMESTAMP).code == 0
    refused = desk.report()["refused"]
    desk.customers.write_bytes(_corrected(desk.results()["refused.csv"], {}))
    again = desk.onboard("--timestamp", TIMESTAMP + 1)
    assert (again.code, again.err) == (0, "")
    assert desk.report()["rows"] == refused


def test_the_practice_file_is_what_a_newcomer_sees(desk: Desk) -> None:
    practice = PROJECT / "docs" / "practice"
    ran = onboard_here(
        practice / "customers.csv", "--mapping", practice / "mapping.json", "--out", desk.out, "--timestamp", TIMESTAMP
    )
    assert (ran.code, ran.err) == (0, "")
    report = desk.report()
    assert report["rows"] == report["accepted"] + report["refused"]
    assert report["accepted"] > report["refused"] > 0
    assert desk.parts().keys() == {part["name"] for part in report["parts"]}


def test_the_folder_is_made_with_those_above_it(desk: Desk) -> None:
    deep = desk.folder / "a" / "b"
    ran = onboard_here(desk.customers, "--mapping", desk.mapping, "--out", deep, "--timestamp", TIMESTAMP)
    assert ran.code == 0
    assert json.loads((deep / "report.json").read_bytes())["rows"] == 3

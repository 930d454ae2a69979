"""Every piece of a file name is explained, and the pieces together are the name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.aam.data_sources import GLOBAL_DATA_SOURCES, DataSourceId
from ingest.aam.naming import (
    FileKind,
    FileMode,
    FileSuffix,
    InboundFileName,
    format_file_name,
    parse_file_name,
)
from ingest.aam.naming_parts import UNKNOWN_TIME, NamePart, Role, name_parts

OWN = st.integers(1, 10**7).map(DataSourceId).filter(lambda dpid: dpid not in GLOBAL_DATA_SOURCES)
TIMES = st.integers(10**9, 10**10 - 1)


@st.composite
def names(draw: st.DrawFn) -> InboundFileName:
    """Any valid name."""
    kind = draw(st.sampled_from(FileKind))
    count = {FileKind.TRAITS: 1, FileKind.HASHED_EMAILS: 2, FileKind.ID_SYNC: draw(st.integers(2, 6))}[kind]
    dpids = tuple(draw(OWN) for _ in range(count))
    is_traits = kind is FileKind.TRAITS
    return InboundFileName(
        kind, dpids, draw(TIMES), target=draw(st.none() | OWN) if is_traits else None,
        mode=draw(st.sampled_from(FileMode)) if is_traits else FileMode.SYNC,
        split=draw(st.none() | st.integers(1, 10_000)), suffix=draw(st.none() | st.sampled_from(FileSuffix)),
    )  # fmt: skip


def together(parts: tuple[NamePart, ...]) -> str:
    return "".join(part.joint + part.text for part in parts)


@given(names())
def test_the_pieces_together_are_the_name(name: InboundFileName) -> None:
    assert together(name_parts(name)) == format_file_name(name)


@given(names())
def test_before_sending_only_the_time_is_open(name: InboundFileName) -> None:
    expected = format_file_name(name).replace(f"_{name.timestamp}.", f"_{UNKNOWN_TIME}.")
    assert together(name_parts(name, is_sent=False)) == expected


@given(names(), st.booleans(), st.none() | st.integers(1, 10_000))
def test_every_piece_has_a_label_and_a_whole_sentence(name: InboundFileName, is_sent: bool, count: int | None) -> None:
    for part in name_parts(name, is_sent=is_sent, count=count):
        label, sentence = part.say()
        assert label
        assert "%" not in label
        assert sentence.endswith(".")
        assert "%(" not in sentence


def test_the_name_of_the_explainer_is_explained_piece_by_piece() -> None:
    name = parse_file_name("ftp_dpm_478_567_1366545717.sync.1.gz")
    parts = name_parts(name, count=4, names={478: "CRM customers"})
    assert [(part.text, *part.say()) for part in parts] == [
        ("ftp_dpm", "Fixed start", "Every file with traits of people starts like this."),
        ("478", "IDs come from", "Data source 478, “CRM customers”."),
        ("567", "Traits belong to", "Data source 567."),
        ("1366545717", "Sent at", "2013-04-21 12:01:57 UTC. Seconds since 1970; they make the name unique."),
        (".sync", "What happens", "Adds to what is known, and takes away only where the file says so."),
        (".1", "Part", "Part 1 of 4. Big files are split so that they are processed faster."),
        (".gz", "Packed", "Compressed: smaller, same content."),
    ]


@pytest.mark.parametrize("source", GLOBAL_DATA_SOURCES.values(), ids=str)
def test_adobes_data_sources_are_named_as_adobes(source: object) -> None:
    dpid, label = source.dpid, source.label  # type: ignore[attr-defined]
    name = InboundFileName(FileKind.TRAITS, (dpid,), 1_700_000_000, target=DataSourceId(567))
    (ids,) = (part for part in name_parts(name, names={dpid: "Not this"}) if part.role is Role.IDS)
    assert ids.say()[1] == f"Data source {dpid}, {label}: Adobe's, the same for all its customers."


def test_the_three_kinds_say_whose_each_number_is() -> None:
    sync = parse_file_name("adobe_id_0_478_567_1700000000.sync")
    emails = parse_file_name("c2c_id_478_900_1700000000.sync")
    assert [part.role for part in name_parts(sync)][1:4] == [Role.DEVICES, Role.LINKED_IDS, Role.LINKED_IDS]
    assert [part.role for part in name_parts(emails)][1:3] == [Role.IDS, Role.EMAILS]


def test_replacing_and_encryption_are_said_in_words() -> None:
    name = replace(parse_file_name("ftp_dpm_478_1700000000.overwrite"), suffix=FileSuffix.GPG)
    said = {part.role: part.say()[1] for part in name_parts(name)}
    assert said[Role.MODE] == "Replaces all traits that these people have in this data source."
    assert said[Role.PACKING] == "Encrypted: only Adobe can open it."


def test_words_are_translated_before_numbers_are_filled_in() -> None:
    parts = name_parts(parse_file_name("ftp_dpm_478_1700000000.sync"))
    label, sentence = parts[1].say(lambda text: {"Data source %(dpid)s.": "数据源 %(dpid)s。"}.get(text, text))
    assert (label, sentence) == ("IDs come from", "数据源 478。")

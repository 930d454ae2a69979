"""The sample files that Adobe offers for download, byte for byte in `tests/fixtures/aam`, against our rules."""

from pathlib import Path

import pytest

from ingest.aam import records
from ingest.aam.identifiers import IdType, judge_identifier
from ingest.aam.naming import FileKind, FileMode, FileNameError, parse_file_name

SAMPLES = Path(__file__).parent.parent / "fixtures" / "aam"
UUID_SYNC = "adobe_id_0_12345_1476312152.sync"
CUSTOMER_SYNC = "adobe_id_12345_67890_1477846458.sync"
EMAILS = "c2c_id_999999_987654_1560431657.sync"
OVERWRITE = "ftp_dpm_1234_1445374061.overwrite"
OLD_FORM = "ftp_dpm_odc_12345_1556223815.sync"


def lines_of(name: str) -> list[str]:
    """The lines of a sample as we would write them: with LF, without the blank lines at the end of some."""
    return [line + "\n" for line in (SAMPLES / name).read_text(encoding="ascii").splitlines() if line]


def test_every_sample_is_looked_at() -> None:
    names = {path.name for path in SAMPLES.iterdir() if path.suffix in {".sync", ".overwrite"}}
    assert names == {UUID_SYNC, CUSTOMER_SYNC, EMAILS, OVERWRITE, OLD_FORM}


@pytest.mark.parametrize(
    ("sample", "types", "count"),
    [
        (UUID_SYNC, (IdType.AAM_UUID, IdType.CUSTOMER_ID), 5),
        (CUSTOMER_SYNC, (IdType.CUSTOMER_ID, IdType.CUSTOMER_ID), 5),
        (EMAILS, (IdType.CUSTOMER_ID, IdType.HASHED_EMAIL), 3),
    ],
)
def test_the_lines_of_an_id_sample_are_ours_and_its_ids_are_right(
    sample: str, types: tuple[IdType, ...], count: int
) -> None:
    lines = lines_of(sample)
    assert len(lines) == count
    for line in lines:
        ids = records.parse_ids(line)
        assert records.id_sync_record(ids) == line
        assert [judge_identifier(text, id_type).codes for text, id_type in zip(ids, types, strict=True)] == [(), ()]


@pytest.mark.parametrize(
    ("sample", "kind", "dpids"),
    [
        (UUID_SYNC, FileKind.ID_SYNC, (0, 12345)),
        (CUSTOMER_SYNC, FileKind.ID_SYNC, (12345, 67890)),
        (EMAILS, FileKind.HASHED_EMAILS, (999999, 987654)),
        (OVERWRITE, FileKind.TRAITS, (1234,)),
    ],
)
def test_the_name_of_a_sample_says_what_is_in_it(sample: str, kind: FileKind, dpids: tuple[int, ...]) -> None:
    name = parse_file_name(sample)
    assert (name.kind, name.dpids) == (kind, dpids)
    assert name.mode is (FileMode.OVERWRITE if sample is OVERWRITE else FileMode.SYNC)


def test_the_signals_of_the_overwrite_sample_are_written_as_we_write_them() -> None:
    first, second, _ = lines_of(OVERWRITE)
    for line in (first, second):
        record = records.parse_record(line)
        assert records.format_record(record.user_id, map(records.format_item, record.items)) == line
        assert judge_identifier(record.user_id, IdType.CUSTOMER_ID).codes == ()
    assert records.parse_record(first).items[0] == records.Signal("ACCOUNT_TYPE", "HAC")
    assert len(records.parse_record(second).items) == 18


def test_the_doubled_comma_in_the_overwrite_sample_is_found() -> None:
    broken = lines_of(OVERWRITE)[2]
    with pytest.raises(records.RecordError) as caught:
        records.parse_record(broken)
    assert str(caught.value).startswith(f"character {broken.index(',,') + 2}: expected")


def test_the_old_form_with_three_columns_is_refused_by_name_and_by_line() -> None:
    with pytest.raises(FileNameError, match="the old form ftp_dpm_odc_ with three columns"):
        parse_file_name(OLD_FORM)
    for line in lines_of(OLD_FORM):
        with pytest.raises(records.RecordError):
            records.parse_record(line)
        kind, device, _ = records.parse_ids(line)
        assert judge_identifier(device, IdType(kind)).codes == ()

"""What a finding says beyond its rule: where it is, and what fits its cells better."""

import pytest

from ingest.models import Check
from ingest.services.found import found_of
from tests import factories

APPLE, ANDROID = "AEBE52E7-03EE-455A-B3C4-E57283966239", "cd4a1c8e-6f3b-4a55-9e2c-7b1d0f2a9c41"


@pytest.mark.parametrize(
    ("value", "id_type", "said"),
    [
        (APPLE, "gaid", "what Apple devices have"),
        (ANDROID, "idfa", "what Android devices have"),
        (APPLE[:-1] + "a", "gaid", "Nothing: it was done for you."),
        (APPLE, "rida", "Nothing: it was done for you."),
    ],
)
def test_letters_of_the_other_kind_of_device_are_not_nothing_to_do(value: str, id_type: str, said: str) -> None:
    sample = {"row": 2, "column": "device", "value": value, "expected": ""}
    finding = {"code": "id.case_changed", "severity": "changed", "rows": 1, "samples": [sample]}
    mapping = {**factories.MAPPING, "id": {"column": "device", "type": id_type}}
    assert said in found_of(finding, Check(mapping=mapping)).what_to_do


@pytest.mark.parametrize(
    ("code", "columns", "named"),
    [
        ("trait.not_a_number", ("Segments", "Segments"), "Segments"),
        ("trait.not_a_number", ("Segments", "Left"), ""),
        ("id.missing", ("crm_id",), ""),
    ],
)
def test_a_finding_about_values_names_its_column_where_it_is_one(
    code: str, columns: tuple[str, ...], named: str
) -> None:
    samples = [{"row": 2, "column": name, "value": "x", "expected": ""} for name in columns]
    finding = {"code": code, "severity": "refused", "rows": 2, "samples": samples}
    assert found_of(finding, Check(mapping=factories.MAPPING)).column == named

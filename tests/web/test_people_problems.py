"""S3: every bad answer gets a sentence that says what to do, and loses nothing of what was entered."""

from typing import Any

import pytest
from django.test import Client

from ingest.crm.mapping import MappingError, parse_mapping
from tests.web.journey import Maker, chosen, maker_with_everything, of_kind, title, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(client: Client) -> Maker:
    """A maker with a file of everything, and data sources for it."""
    return maker_with_everything(client)


SYNC = {
    "column_1": "idfa", "type_1": "idfa", "dpid_1": "20915",
    "column_2": "crm_id", "type_2": "customer_id", "dpid_2": "478",
}  # fmt: skip
EMAILS = {"id_column": "crm_id", "column_1": "email", "hashed_1": "no"}
TRAIT_IDS = {"id_type": "customer_id", "id_column": "crm_id"}
CUSTOMER = {"id": {"column": "crm_id", "type": "customer_id"}}
ANDROID = {"id": {"column": "gaid", "type": "gaid"}}
REMOVES = {**CUSTOMER, "columns": [{"column": "left", "action": "remove_traits"}]}
NOT_OFFERED = {"delete", "passport", "nowhere", "erase", "479", "12", "20914", "20915"}
BAD: list[tuple[str, str, dict[str, Any], dict[str, Any], str]] = [
    ("step_people", "", {}, {}, "Choose what you want to do with this file"),
    ("step_people", "", {}, {"kind": "delete"}, "Choose one of the three things that can be done with a file"),
    ("people_ids", "traits", {}, {}, "Choose the kind of ID that identifies people"),
    ("people_ids", "traits", {}, {"id_type": "customer_id"}, "Choose the column that holds the IDs"),
    ("people_ids", "traits", {}, {**TRAIT_IDS, "id_type": "passport"}, "Choose one of the kinds of ID"),
    ("people_ids", "traits", {}, {**TRAIT_IDS, "id_column": "nowhere"}, "Choose a column of this file"),
    ("people_ids", "traits", {}, {**TRAIT_IDS, "id_column": "email"},
     "Column email can't be used as it is. 100 % of the values are e-mail addresses"),
    ("people_ids", "traits", {}, {**TRAIT_IDS, "id_column": "email"}, "Choose the kind “Hashed e-mail address”"),
    ("people_ids", "traits", {}, {**TRAIT_IDS, "id_column": "phone"}, "Column phone can't identify people"),
    ("people_ids", "traits", {}, {**TRAIT_IDS, "transforms": ["lower", "upper"]},
     "Choose small letters or capital letters, not both"),
    ("people_ids", "traits", {}, {**TRAIT_IDS, "transforms": ["reverse"]}, "Choose one of the changes"),
    ("people_source", "traits", CUSTOMER, {"mode": "sync"}, "Choose the data source that the IDs come from"),
    ("people_source", "traits", CUSTOMER, {"dpid": "478", "mode": ""}, "Choose whether traits are added or replaced"),
    ("people_source", "traits", CUSTOMER, {"dpid": "478", "mode": "erase"}, "Choose one of the two"),
    ("people_source", "traits", CUSTOMER, {"dpid": "479", "mode": "sync"}, "Choose one of the data sources in the"),
    ("people_source", "traits", CUSTOMER, {"dpid": "20914", "mode": "sync"}, "Choose one of the data sources in the"),
    ("people_source", "traits", ANDROID, {"dpid": "20914", "mode": "sync"},
     "Choose the data source that the traits belong to: Google Android (20914) is Adobe's and owns no traits"),
    ("people_source", "traits", ANDROID, {"dpid": "20914", "target_dpid": "20915", "mode": "sync"},
     "Choose one of the data sources in the list"),
    ("people_source", "traits", REMOVES, {"dpid": "478", "mode": "overwrite"},
     "Column left takes traits away, which Audience Manager ignores when traits are replaced"),
    ("people_ids", "id_sync", {}, {}, "Choose the column of ID 1; two IDs at least are linked"),
    ("people_ids", "id_sync", {}, {**SYNC, "column_2": ""}, "Choose the column of ID 2; two IDs at least are linked"),
    ("people_ids", "id_sync", {}, {**SYNC, "column_2": "idfa"}, "Column idfa is chosen twice"),
    ("people_ids", "id_sync", {}, {**SYNC, "type_2": ""}, "Say what kind of IDs column crm_id holds"),
    ("people_ids", "id_sync", {}, {**SYNC, "dpid_2": ""}, "Choose the data source that the IDs of column crm_id come"),
    ("people_ids", "id_sync", {}, {**SYNC, "dpid_1": "20914"},
     "Data source Google Android (20914) holds Android IDs, and column idfa is said to hold Apple IDs"),
    ("people_ids", "id_sync", {}, {**SYNC, "column_2": "email"}, "Column email can't be used as it is"),
    ("people_ids", "id_sync", {}, {**SYNC, "column_2": "phone"}, "Column phone can't identify people"),
    ("people_ids", "id_sync", {}, {**SYNC, "column_2": "nowhere"}, "The file has no column nowhere"),
    ("people_ids", "id_sync", {}, {**SYNC, "type_3": "gaid"}, "Choose the column of ID 3"),
    ("people_ids", "id_sync", {}, {**SYNC, "dpid_2": "12"}, "Choose one of the choices that are offered"),
    ("people_ids", "hashed_emails", {}, {}, "Choose the column that holds your customer IDs"),
    ("people_ids", "hashed_emails", {}, {"id_column": "crm_id"}, "Choose a column with e-mail addresses or"),
    ("people_ids", "hashed_emails", {}, {**EMAILS, "id_column": "email"}, "Column email holds e-mail addresses."),
    ("people_ids", "hashed_emails", {}, {**EMAILS, "id_column": "phone"}, "Column phone can't identify people"),
    ("people_ids", "hashed_emails", {}, {**EMAILS, "hashed_1": "yes"}, "Column email holds addresses that can be read"),
    ("people_ids", "hashed_emails", {}, {**EMAILS, "column_1": "email_sha256"}, "holds hashes already"),
    ("people_ids", "hashed_emails", {}, {**EMAILS, "column_4": "email"}, "Column email is chosen twice"),
    ("people_ids", "hashed_emails", {}, {**EMAILS, "column_2": "crm_id"}, "Column crm_id holds the customer IDs"),
    ("people_source", "hashed_emails", CUSTOMER, {"dpid": "478"}, "Choose the data source that the hashed"),
    ("people_source", "hashed_emails", CUSTOMER, {"dpid": "478", "email_dpid": "478"}, "Choose another data source"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "kind", "members", "answers", "sentence"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_a_bad_answer_gets_its_sentence_and_loses_nothing(
    maker: Maker, page: str, kind: str, members: dict[str, Any], answers: dict[str, Any], sentence: str
) -> None:
    if kind:
        of_kind(maker, kind, **members)
    before = maker.mapping()
    answer = maker.post(page, answers)
    assert answer.status_code == 422
    assert title(answer).startswith("Error:")
    assert words(answer).count(sentence) >= 2, "in the summary, and beside the field"
    for name, value in answers.items():
        if name != "transforms" and value not in NOT_OFFERED:
            assert chosen(answer, name) == value
    assert maker.mapping() == before


def test_a_mapping_that_the_judge_refuses_is_never_kept(maker: Maker) -> None:
    """Whatever passes the forms passes the parser: the pages can't make a mapping that the worker refuses."""
    for page, kind, members, answers, _sentence in BAD:
        if kind:
            of_kind(maker, kind, **members)
        maker.post(page, answers)
        assert all("Found nothing" in sentence for sentence in _problems(maker.mapping()))


def _problems(mapping: dict[str, Any]) -> list[str]:
    try:
        parse_mapping(mapping)
    except MappingError as error:
        return [problem.sentence for problem in error.problems]
    return []

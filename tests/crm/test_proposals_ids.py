"""Who the people are: which column identifies them, as what kind of ID, and what is never proposed."""

import hashlib

import pytest

from ingest.aam.identifiers import IdType
from ingest.crm.mapping import EmailColumn, Kind, Named, TransformName
from ingest.crm.proposals import (
    Confidence,
    IdGuess,
    fit_of,
    id_guesses_of,
    propose_emails,
    propose_ids,
    propose_sync_ids,
)
from tests.strategies.columns import long_numbers, look_of, numbered, uuids

EMAILS = numbered("person{}@example.com")
HASHES = [hashlib.sha256(address.encode()).hexdigest() for address in EMAILS]
CODES = numbered("A-{:05d}")
HASHED = (Named(TransformName.EMAIL_SHA256),)
SURE, LIKELY, GUESS = Confidence.SURE, Confidence.LIKELY, Confidence.GUESS


@pytest.mark.parametrize(
    ("name", "cells", "id_type", "confidence"),
    [
        ("Customer no.", CODES, IdType.CUSTOMER_ID, SURE),
        ("customerId", numbered("{}"), IdType.CUSTOMER_ID, SURE),
        ("CRM_ID", numbered("{:08d}"), IdType.CUSTOMER_ID, SURE),
        ("dpuuid", numbered("x{}y"), IdType.CUSTOMER_ID, SURE),
        ("Kundennummer", CODES, IdType.CUSTOMER_ID, SURE),
        ("Kunden-Nr.", CODES, IdType.CUSTOMER_ID, SURE),
        ("Mitgliedsnummer", CODES, IdType.CUSTOMER_ID, SURE),
        ("N° client", CODES, IdType.CUSTOMER_ID, SURE),
        ("Numéro d'adhérent", CODES, IdType.CUSTOMER_ID, SURE),
        ("Código de cliente", CODES, IdType.CUSTOMER_ID, SURE),
        ("Codice cliente", CODES, IdType.CUSTOMER_ID, SURE),
        ("Klantnr", CODES, IdType.CUSTOMER_ID, SURE),
        ("Nr klienta", CODES, IdType.CUSTOMER_ID, SURE),
        ("客户编号", CODES, IdType.CUSTOMER_ID, SURE),
        ("会员号", numbered("{:010d}"), IdType.CUSTOMER_ID, SURE),
        ("customer id", [cell for cell in CODES[:5] for _ in range(8)], IdType.CUSTOMER_ID, LIKELY),
        ("contact id", uuids(), IdType.CUSTOMER_ID, SURE),
        ("ref", CODES, IdType.CUSTOMER_ID, GUESS),
        ("ECID", long_numbers(), IdType.ECID, SURE),
        ("mcmid", long_numbers(), IdType.ECID, SURE),
        ("AAM UUID", long_numbers(), IdType.AAM_UUID, SURE),
        ("visitor", long_numbers(), IdType.AAM_UUID, GUESS),
        ("GAID", uuids(), IdType.GAID, SURE),
        ("idfa", uuids(upper=True), IdType.IDFA, SURE),
        ("ios_device", uuids(), IdType.IDFA, SURE),
        ("device", uuids(), IdType.GAID, LIKELY),
        ("device", uuids(upper=True), IdType.IDFA, LIKELY),
        ("device", [*uuids(20), *uuids(20, upper=True)], IdType.GAID, GUESS),
        ("maid", uuids(), IdType.GAID, LIKELY),
        ("Roku RIDA", uuids(), IdType.RIDA, SURE),
        ("fire_tv", uuids(), IdType.FIRE_TV, SURE),
        ("LGUDID", uuids(), IdType.LG_UDID, SURE),
        ("tifa", numbered("ab{}cd"), IdType.TIFA, SURE),
        ("xbox", numbered("ms-{}"), IdType.MAID, SURE),
        ("vizio", numbered("v{}"), IdType.VIZIO_IFA, SURE),
        ("sha256", HASHES, IdType.HASHED_EMAIL, SURE),
        ("key", HASHES, IdType.HASHED_EMAIL, LIKELY),
    ],
)
def test_the_best_guess_about_a_column(name: str, cells: list[str], id_type: IdType, confidence: Confidence) -> None:
    best = propose_ids([look_of(name, cells)])[0]
    assert (best.type, best.confidence, best.transforms) == (id_type, confidence, ())


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("customer id", []),
        ("customer id", [""] * 9),
        ("customer id", ["yes", "no"] * 5),
        ("first name", ["Ada", "Ben", "Chloé", "Dieter", "Elin", "Femi"]),
        ("phone", numbered("+44 20 7946 {:04d}")),
        ("birth date", numbered("1990-01-{:02d}", 28)),
        ("joined", numbered("2024-01-{:02d}", 28)),
        ("card", ["4111 1111 1111 1111", "5500 0000 0000 0004"]),
        ("passport no", numbered("C01X{:05d}")),
        ("IBAN", numbered("DE00 0000 {:04d}")),
        ("city", ["Leeds", "York"] * 5),
        ("remark", numbered("called number {} and asked about a new card")),
        ("ios", ["yes", "no"] * 5),
        ("", CODES),
    ],
)
def test_what_identifies_nobody_is_not_proposed(name: str, cells: list[str]) -> None:
    assert propose_ids([look_of(name, cells)]) == ()


def test_a_repeated_name_is_not_proposed_since_no_mapping_can_name_it() -> None:
    assert propose_ids([look_of("customer id", CODES), look_of("customer id", CODES, 1)]) == ()


@pytest.mark.parametrize("name", ["E-Mail", "customer id", "Kundennummer", "邮箱", "x"])
def test_addresses_are_only_ids_when_they_are_hashed(name: str) -> None:
    (guess,) = propose_ids([look_of(name, EMAILS)])
    assert (guess.type, guess.transforms) == (IdType.HASHED_EMAIL, HASHED)
    assert "hashed" in guess.reason.say()


def test_hashing_what_is_no_address_does_not_count_as_fitting() -> None:
    (guess,) = propose_ids([look_of("mail", [*EMAILS[:6], *CODES[:4]])])
    assert guess.fit == pytest.approx(0.6)


def test_numbers_of_adobe_are_no_customer_numbers_unless_the_name_says_so() -> None:
    assert {guess.type for guess in id_guesses_of(look_of("visitor", long_numbers()))} == {IdType.AAM_UUID, IdType.ECID}
    assert id_guesses_of(look_of("crm id", long_numbers()))[0].type is IdType.CUSTOMER_ID


def test_a_customer_number_stands_before_everything_else() -> None:
    looks = [
        look_of("E-mail", EMAILS, 0),
        look_of("Order id", numbered("O{}"), 1),
        look_of("IDFA", uuids(upper=True), 2),
        look_of("Customer no.", CODES, 3),
    ]
    guesses = propose_ids(looks)
    assert [guess.column for guess in guesses][:2] == ["Customer no.", "IDFA"]
    assert guesses[-1].column == "E-mail"


def test_damaged_numbers_are_told_apart_from_wrong_ones() -> None:
    (damaged,) = (guess for guess in propose_ids([look_of("ECID", ["1.23457E+37"] * 3 + long_numbers(2))]))
    assert damaged.type is IdType.ECID
    assert damaged.problems == (("id.spreadsheet_damage", 3),)
    assert "spreadsheet" in damaged.reason.say()


def test_figures_are_about_rows() -> None:
    cells = [*CODES[:8], CODES[0], "a:b", "", ""]
    (guess,) = propose_ids([look_of("customer id", cells)])
    assert guess.fit == pytest.approx(0.9)
    assert guess.filled == pytest.approx(10 / 12)
    assert guess.unique == pytest.approx(0.9)
    assert guess.problems == (("id.colon", 1),)
    assert "90 %" in guess.reason.say()


def test_a_chosen_kind_can_be_compared_with_the_guess() -> None:
    look = look_of("device", uuids())
    assert fit_of(look, IdType.ECID).share == 0
    assert fit_of(look, IdType.IDFA).share == 1
    assert id_guesses_of(look)[0].type is IdType.GAID


def test_hashed_emails_take_a_customer_id_and_the_addresses() -> None:
    looks = [look_of("mail", EMAILS, 0), look_of("email_sha256", HASHES, 1), look_of("crm id", CODES, 2)]
    assert [guess.type for guess in propose_ids(looks, Kind.HASHED_EMAILS)] == [IdType.CUSTOMER_ID]
    found = propose_emails(looks)
    expected = [EmailColumn("mail", hashed=False), EmailColumn("email_sha256", hashed=True)]
    assert [guess.email for guess in found] == expected
    assert {guess.confidence for guess in found} == {Confidence.SURE}
    assert propose_emails([look_of("city", ["Leeds", "York"])]) == ()


def test_an_id_sync_begins_with_device_ids_and_knows_their_data_sources() -> None:
    looks = [look_of("crm id", CODES, 0), look_of("ecid", long_numbers(), 1), look_of("gaid", uuids(), 2)]
    guesses = propose_sync_ids(looks)
    assert [(guess.column, guess.dpid) for guess in guesses] == [("ecid", 4), ("gaid", 20914), ("crm id", None)]
    assert propose_ids(looks, Kind.ID_SYNC) == guesses


def test_a_guess_becomes_the_id_of_a_mapping() -> None:
    guess: IdGuess = propose_ids([look_of("mail", EMAILS)])[0]
    assert guess.id_column.column == "mail"
    assert guess.id_column.transforms == HASHED
    assert guess.id_column.dpid is None

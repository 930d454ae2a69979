"""Addresses that link IDs on a website: written as Adobe's pages have them, and judged when they are pasted."""

import html
from urllib.parse import quote, unquote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.aam.data_sources import DataSourceId
from ingest.aam.id_kinds import recognise
from ingest.aam.id_sync import State, declared, pixel, snippets
from ingest.aam.id_sync_check import Expected, check_address
from ingest.aam.id_sync_words import FAULTS, PIECES, Fault, Piece
from ingest.aam.identifiers import IdType
from ingest.aam.percent import decoded, decoded_bytes, encoded

CRM = DataSourceId(478)
PIXEL = "https://dpm.demdex.net/ibs:dpid="
CALL = "https://acme.demdex.net/event?"
IOS = "CD4A1C8E-6F3B-4A55-9E2C-7B1D0F2A9C41"


def faults(text: str, dpid: int | None = 478, id_type: IdType | None = IdType.CUSTOMER_ID) -> set[Fault]:
    return {found.fault for found in check_address(text, Expected(dpid, id_type)).found}


def test_the_pixel_holds_the_id_encoded_as_utf8() -> None:
    assert pixel(CRM, "A-10023") == f"{PIXEL}478&dpuuid=A-10023"
    assert pixel(CRM, "Zoë & Co/1") == f"{PIXEL}478&dpuuid=Zo%C3%AB%20%26%20Co%2F1"


def test_parts_are_encoded_before_they_are_joined_so_that_the_separator_stays() -> None:
    assert declared(CRM, "A/1") == "d_cid=478%01A%2F1"
    assert declared(CRM, "A-1", State.SIGNED_IN) == "d_cid=478%01A-1%011"
    assert declared("crm eu", "A%1", State.SIGNED_OUT) == "d_cid_ic=crm%20eu%01A%251%012"


def test_an_image_tag_holds_the_address_as_html_has_it() -> None:
    made = snippets(CRM, "A&B", code="crm")
    assert html.unescape(made.image).split('"')[1] == made.pixel
    assert made.by_code == "d_cid_ic=crm%01A%26B"
    assert snippets(CRM, "A").by_code is None


@pytest.mark.parametrize("text", ["A-10023", "Zoë 1", "50%", "a=b", "a+b", "a&b", "<b>", "%2F"])
def test_what_is_written_here_is_found_right_here(text: str) -> None:
    made = snippets(CRM, text, code="crm", state=State.UNKNOWN)
    for address in (made.pixel, made.image, CALL + made.call, f"{CALL}{made.by_code}&d_rtbd=json"):
        checked = check_address(address, Expected(478, None))
        assert checked.is_right, checked.found


@given(st.text(min_size=1).filter(lambda text: not recognise(text).is_personal and text.encode("utf-8", "ignore")))
def test_any_id_comes_back_out_of_its_address(text: str) -> None:
    user_id = text.encode("utf-8", "ignore").decode()
    pieces = check_address(pixel(CRM, user_id)).pieces
    assert [piece.piece for piece in pieces] == [Piece.PIXEL, Piece.SOURCE, Piece.ID]
    assert unquote(pieces[-1].text.removeprefix("dpuuid=")) == user_id


@given(st.text() | st.text('https:/.?&=%01dpuuid_cmxne<>"$ ', max_size=80).map(PIXEL.__add__))
def test_no_text_is_too_strange(text: str) -> None:
    checked = check_address(text, Expected(478, IdType.IDFA))
    assert checked.pieces or checked.found
    assert all(all(piece.say()) for piece in checked.pieces)
    assert all(all(found.say()) for found in checked.found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.NO_ADDRESS),
        ("dpm.demdex.net", Fault.NO_ADDRESS),
        ("https://dpm.example.com/ibs:dpid=478&dpuuid=1", Fault.OTHER_HOST),
        ("https://notdemdex.net/ibs:dpid=478&dpuuid=1", Fault.OTHER_HOST),
        ("http://dpm.demdex.net/ibs:dpid=478&dpuuid=1", Fault.NOT_HTTPS),
        ("//dpm.demdex.net/ibs:dpid=478&dpuuid=1", Fault.NOT_HTTPS),
        ("https://acme.demdex.net/demoptout.jpg?d_cid=478%01987", Fault.OPT_OUT),
        (f"{CALL}c_page=home", Fault.NOTHING_LINKED),
        ("https://dpm.demdex.net/ibs?dpid=478&dpuuid=1", Fault.QUESTION_MARK),
        (f"{PIXEL}478?dpuuid=1", Fault.QUESTION_MARK),
        (f"{PIXEL}&dpuuid=1", Fault.NO_SOURCE),
        (f"{PIXEL}crm&dpuuid=1", Fault.NOT_A_NUMBER),
        (f"{PIXEL}0478&dpuuid=1", Fault.NOT_A_NUMBER),
        (f"{PIXEL}479&dpuuid=1", Fault.OTHER_SOURCE),
        (f"{CALL}d_cid=479%011", Fault.OTHER_SOURCE),
        (f"{CALL}d_cid_ic=crm%011", Fault.OTHER_CODE),
        (f"{PIXEL}478", Fault.NO_ID),
        (f"{PIXEL}478&dpuuid=", Fault.NO_ID),
        (f"{CALL}d_cid=478%01", Fault.NO_ID),
        (f"{PIXEL}478&dpuuid=<VENDOR_UUID>", Fault.PLACEHOLDER),
        (f"{PIXEL}478&dpuuid=${{userId}}", Fault.PLACEHOLDER),
        (f"{PIXEL}478&dpuuid=A 1", Fault.NOT_ENCODED),
        (f"{PIXEL}478&dpuuid=Zoë", Fault.NOT_ENCODED),
        (f"{PIXEL}478&dpuuid=50%", Fault.NOT_ENCODED),
        (f"{PIXEL}478&dpuuid=a+b", Fault.NOT_ENCODED),
        (f"{PIXEL}478&dpuuid=A%252F1", Fault.ENCODED_TWICE),
        (f"{PIXEL}478&dpuuid=Zo%EB", Fault.NOT_UTF8),
        (f"{CALL}d_cid=478_A1", Fault.NO_SEPARATOR),
        (f"{CALL}d_cid_ic=39217_myCode", Fault.NO_SEPARATOR),
        (f"{CALL}d_cid=478%2501A1", Fault.SEPARATOR_TWICE),
        (f"{CALL}d_cid=478%01A1%013", Fault.BAD_STATE),
        (f"{PIXEL}478&dpuuid=ada%40example.com", Fault.PERSONAL),
        (f"{PIXEL}478&dpuuid=ada@example.com", Fault.PERSONAL),
        (f"{CALL}d_cid=478%011&c_mail=ada%40example.com", Fault.PERSONAL),
        (f"{PIXEL}478&dpuuid=a%3Ab", Fault.OF_ITS_KIND),
        (f"{CALL}" + "&".join(f"d_cid={number}%011" for number in range(11)), Fault.TOO_MANY),
        (f"{CALL}" + "&".join(f"d_cid=478%01{number}" for number in range(4)), Fault.TOO_MANY_OF_ONE),
        (f"{CALL}d_dpid=478&d_dpuuid=1", Fault.OLD_FORM),
        (f"{PIXEL}478&dpuuid=1&gdpr=1", Fault.CONSENT_ALONE),
        (f"{PIXEL}478&dpuuid=1&gdpr=yes&gdpr_consent=BO", Fault.CONSENT_ALONE),
        (f"{PIXEL}478&dpuuid=1&redir=https%3A%2F%2Fexample.com", Fault.NO_MACRO),
    ],
)
def test_a_mistake_is_named(text: str, fault: Fault) -> None:
    assert fault in faults(text)
    assert check_address(text, Expected(478, IdType.CUSTOMER_ID)).is_right == (
        not any(FAULTS[one].is_wrong for one in faults(text))
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{PIXEL}478&dpuuid=A-10023",
        f"{PIXEL}478&dpuuid=1&redir=https%3A%2F%2Fexample.com%2F%3Fid%3D%24%7BDD_UUID%7D",
        f"{PIXEL}478&dpuuid=1&redir=https://example.com/${{DD_UUID}}",
        f"{PIXEL}478&dpuuid=1&gdpr=1&gdpr_consent=BO",
        f'<img src="{PIXEL}478&amp;dpuuid=1" alt="">',
        f"{CALL}d_cid=478%01A-10023%011",
        f"  {CALL}d_cid=478%01A-10023%012\n",
    ],
)
def test_a_good_address_has_no_fault(text: str) -> None:
    assert faults(text) == set()


def test_nobody_brings_a_device_id_on_a_website_to_the_right_case() -> None:
    call = f"{CALL}d_cid=20915%01"
    assert faults(call + IOS, 20915, IdType.IDFA) == set()
    assert faults(call + IOS.lower(), 20915, IdType.IDFA) == {Fault.OTHER_CASE}


def test_every_piece_of_a_call_is_labelled() -> None:
    pieces = check_address(f"{CALL}d_cid=478%01A-1%011&d_cid_ic=crm%01B&gdpr=1&gdpr_consent=BO&redir=x&c_a=b").pieces
    assert [(piece.piece, piece.text) for piece in pieces] == [
        (Piece.CALL, "https://acme.demdex.net/event"), (Piece.SOURCE, "d_cid=478"), (Piece.ID, "%01A-1"),
        (Piece.STATE, "%011"), (Piece.CODE, "d_cid_ic=crm"), (Piece.ID, "%01B"), (Piece.CONSENT, "gdpr=1"),
        (Piece.CONSENT, "gdpr_consent=BO"), (Piece.REDIRECT, "redir=x"), (Piece.OTHER, "c_a=b"),
    ]  # fmt: skip


@given(st.text() | st.text("%0aAfF ", max_size=12))
def test_addresses_are_encoded_as_the_standard_library_does(text: str) -> None:
    valid = text.encode("utf-8", "ignore").decode()
    assert encoded(valid) == quote(valid, safe="")
    assert decoded(valid) == unquote(valid)
    assert decoded_bytes(valid) == unquote_to_bytes(valid)


def test_everything_has_its_words() -> None:
    assert FAULTS.keys() == set(Fault)
    assert PIECES.keys() == set(Piece)

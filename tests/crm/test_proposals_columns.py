"""What columns become: the word for them, the best proposal, and how sure it is."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ingest.aam.traits import TraitType
from ingest.crm.mapping import Action, ColumnMapping, Mode, Named, TraitChange, TransformName
from ingest.crm.proposals import (
    Catalogue,
    ColumnProposals,
    Confidence,
    KnownKey,
    LooksLike,
    Personal,
    TraitEntry,
    WayOut,
    propose_columns,
    rule_terms,
)
from tests.strategies.columns import long_numbers, look_of, numbered, uuids

OWN = 478
CATALOGUE = Catalogue(
    traits=(
        TraitEntry(7001, "Loyalty tier: Gold", OWN, rule='tier_code == "G1"'),
        TraitEntry(7002, "Loyalty tier: Silver", OWN, rule='tier_code == "S1" OR tier_code == "S2"'),
        TraitEntry(7003, "Loyalty tier: Bronze", OWN),
        TraitEntry(7004, "VIP", OWN),
        TraitEntry(7005, "Newsletter subscribed", OWN),
        TraitEntry(7006, "Cluster 1", OWN),
        TraitEntry(7007, "Cluster 11", OWN),
        TraitEntry(7008, "Non smoker", OWN),
        TraitEntry(7009, "金卡会员", OWN),
        TraitEntry(7010, "银卡会员", OWN),
        TraitEntry(7011, "CRM codes A", OWN, rule='ic == "A7"'),
        TraitEntry(7012, "CRM codes B", OWN, rule='ic == "B2"'),
        TraitEntry(7013, "Gender female", OWN, rule='("gender" == "female") AND age > "20"'),
        TraitEntry(7014, "Gender male", OWN, rule='"gender" == "male"'),
        TraitEntry(8001, "Lapsed", 999),
        TraitEntry(8002, "Folder", OWN, TraitType.FOLDER),
    ),
    keys=(KnownKey("city", 12), KnownKey("home_town", 2), KnownKey("member_since", 3)),
    dpid=OWN,
)
SURE, LIKELY, GUESS = Confidence.SURE, Confidence.LIKELY, Confidence.GUESS
FEW, LISTS, SIDS = LooksLike.FEW_VALUES, LooksLike.LISTS, LooksLike.TRAIT_NUMBERS
DATES, NUMBERS = LooksLike.DATES, LooksLike.NUMBERS
Make = Callable[[str], ColumnMapping]
ISO = (Named(TransformName.DATE_ISO),)
SENTENCES = numbered("called about order {} and was happy with it")
TOWNS = ["Leeds", "York", "Derby", "Bath"] * 5
NAMES = ["Ada Brook", "Ben Calder", "Chloé Dubois", "Dieter Ähre", "Elin Fjord"] * 2


def proposals_for(name: str, cells: Sequence[str], mode: Mode = Mode.SYNC) -> ColumnProposals:
    (found,) = propose_columns([look_of(name, cells)], CATALOGUE, mode=mode)
    return found


def signal(key: str, **members: Any) -> Make:
    return lambda name: ColumnMapping(name, Action.SIGNAL, key=key, **members)


def table(**changes: int) -> Make:
    trait_changes = {value: TraitChange(add=(sid,)) for value, sid in changes.items()}
    return lambda name: ColumnMapping(name, Action.TRAIT_IF, trait_changes=trait_changes)


def adds(split: str | None = None) -> Make:
    return lambda name: ColumnMapping(name, Action.ADD_TRAITS, split=split)


def removes(split: str | None = None) -> Make:
    return lambda name: ColumnMapping(name, Action.REMOVE_TRAITS, split=split)


def codes(split: str) -> Make:
    return lambda name: ColumnMapping(name, Action.IC, split=split)


@pytest.mark.parametrize(
    ("name", "cells", "looks_like", "make", "confidence"),
    [
        # nothing to send
        ("note", [""] * 9, LooksLike.EMPTY, None, LIKELY),
        ("country", ["UK"] * 9, LooksLike.ONE_VALUE, None, LIKELY),
        ("order id", numbered("O-{}"), LooksLike.IDS, None, LIKELY),
        ("order no", numbered("{}"), LooksLike.IDS, None, LIKELY),
        ("ref", numbered("{:010d}"), LooksLike.IDS, None, LIKELY),
        ("device", uuids(), LooksLike.IDS, None, LIKELY),
        ("ecid", long_numbers(), LooksLike.IDS, None, LIKELY),
        ("remark", SENTENCES, LooksLike.FREE_TEXT, None, GUESS),
        # personal data
        ("E-mail", numbered("p{}@example.com"), LooksLike.EMAILS, None, SURE),
        ("contact", [*numbered("p{}@example.com", 3), *["unknown", "none"] * 5], FEW, None, SURE),
        ("paid with", ["4111 1111 1111 1111", "5500 0000 0000 0004"], LooksLike.CARDS, None, SURE),
        ("contact", numbered("+44 20 7946 {:04d}"), LooksLike.PHONES, None, LIKELY),
        ("Telefon", numbered("1712345{:03d}"), LooksLike.PHONES, None, LIKELY),
        ("手机", numbered("1380013{:04d}"), LooksLike.PHONES, None, LIKELY),
        ("Name", NAMES, FEW, None, LIKELY),
        ("Vorname", ["Ada", "Ben", "Ada", "Ben"], FEW, None, LIKELY),
        ("nom de famille", NAMES, FEW, None, LIKELY),
        ("姓名", ["王伟", "李娜", "张敏"], FEW, None, LIKELY),
        ("Straße", numbered("Lange Gasse {}"), LooksLike.MANY_VALUES, None, LIKELY),
        ("fecha de nacimiento", numbered("1990-01-{:02d}", 28), DATES, None, LIKELY),
        ("PESEL", numbered("900101{:05d}"), LooksLike.IDS, None, LIKELY),
        # dates and numbers
        ("Member since", ["25/12/2021", "03/11/2020"], DATES, signal("member_since", transforms=ISO), LIKELY),
        ("joined", ["2021-12-25", "2020-11-03"], DATES, signal("joined"), GUESS),
        ("joined", ["03/11/2020", "04/12/2021"], DATES, signal("joined"), GUESS),
        ("joined", ["3 Nov 2020", "4 Dec 2021"], DATES, signal("joined", transforms=ISO), LIKELY),
        ("revenue", ["12.50", "1,200.00", "7", "€ 30", "-4"], NUMBERS, signal("revenue"), GUESS),
        ("discount", ["5 %", "12,5%"], NUMBERS, signal("discount"), GUESS),
        ("age", [str(20 + row % 60) for row in range(200)], NUMBERS, signal("age"), GUESS),
        # keys
        ("City", TOWNS, FEW, signal("city"), LIKELY),
        ("Home-Town", TOWNS, FEW, signal("home_town"), LIKELY),
        ("Home towns", TOWNS, FEW, signal("home_town"), GUESS),
        ("Größe", ["S", "M", "L"], FEW, signal("grosse"), GUESS),
        ("Województwo", ["Śląskie", "Łódzkie"], FEW, signal("wojewodztwo"), GUESS),
        ("storeLast", ["1", "2"], NUMBERS, signal("store_last"), GUESS),
        ("2024", ["a", "b"], FEW, signal("column_1"), GUESS),
        ("3rd visit", ["a", "b"], FEW, signal("3rd_visit"), GUESS),
        ("地区", ["东", "西"], FEW, signal("column_1"), GUESS),
        ("d_sid", ["a", "b"], FEW, signal("column_1"), GUESS),
        ("城市 id", ["东", "西"], FEW, signal("id"), GUESS),
        ("客户所在的城市 a", ["东", "西"], FEW, signal("column_1"), GUESS),
        ("points", [str(row * row * 997) for row in range(1, 40)], NUMBERS, signal("points"), GUESS),
        ("rating", numbered("{}", 20), NUMBERS, signal("rating"), GUESS),
        ("motto", ["never give up a day", "all is well that ends"] * 9, FEW, signal("motto"), GUESS),
        # several values in a cell
        ("hobbies", ["golf|tennis", "chess", "golf|chess"], LISTS, signal("hobbies", split="|"), GUESS),
        ("hobbies", ["golf; tennis", "chess"], LISTS, signal("hobbies", split=";"), GUESS),
        ("hobbies", ["golf, tennis", "chess, golf", "chess"] * 4, LISTS, signal("hobbies", split=","), GUESS),
        ("place", ["Paris, France", "Lyon, France"] * 4, FEW, signal("place"), GUESS),
        # traits
        ("Segments", ["7001|7002", "7003", "7001"], SIDS, adds("|"), SURE),
        ("Segments", ["7001, 7002", "7003", "7001"], SIDS, adds(","), SURE),
        ("codes", ["7001", "7002"] * 4, SIDS, adds(), LIKELY),
        ("Left", ["7001", "7002"] * 4, SIDS, removes(), SURE),
        ("segments", ["123456;123457", "123458"], SIDS, adds(";"), GUESS),
        ("segments", ["8001", "8002"], SIDS, adds(), GUESS),
        ("loyalty_tier", ["gold", "silver", "bronze"] * 4, FEW, table(gold=7001, silver=7002, bronze=7003), LIKELY),
        ("tiers", ["gold", "sliver", "bronze"] * 4, FEW, table(gold=7001, bronze=7003), GUESS),
        ("会员等级", ["金卡", "银卡"] * 4, FEW, table(金卡=7009, 银卡=7010), GUESS),
        ("VIP", ["yes", "no", ""] * 4, LooksLike.YES_NO, table(yes=7004), LIKELY),
        ("vip", ["ja", "nein"] * 4, LooksLike.YES_NO, table(ja=7004), LIKELY),
        ("VIP", ["1", "0"] * 4, LooksLike.YES_NO, table(**{"1": 7004}), LIKELY),
        ("VIP", ["x", ""] * 4, LooksLike.YES_NO, table(x=7004), LIKELY),
        ("cluster", ["1", "11"] * 4, NUMBERS, table(**{"1": 7006, "11": 7007}), LIKELY),
        ("smoker", ["yes", "no"] * 4, LooksLike.YES_NO, signal("smoker"), GUESS),
        ("newsletter", ["unsubscribed", "bounced"] * 4, FEW, signal("newsletter"), GUESS),
        ("level", ["gold", "blue", "red"] * 4, FEW, signal("level"), GUESS),
        ("VIP", ["Y", ""] * 4, FEW, signal("vip"), GUESS),
        ("tier", ["gold", "golds"] * 4, FEW, table(gold=7001), GUESS),
        # rules
        ("tier_code", ["G1", "S1", "S2"] * 4, FEW, signal("tier_code"), SURE),
        ("grade", ["G1", "S1", "S2"] * 4, FEW, signal("tier_code"), LIKELY),
        ("Gender", ["Female", "male"] * 4, FEW, signal("gender", values={"Female": "female"}), SURE),
        ("codes", ["A7;B2", "B2", "A7"], LISTS, codes(";"), LIKELY),
    ],
)  # fmt: skip
def test_the_best_proposal(
    name: str, cells: list[str], looks_like: LooksLike, make: Make | None, confidence: Confidence
) -> None:
    found = proposals_for(name, cells)
    assert found.looks_like is looks_like
    assert found.best.mapping == (make and make(name)), found.best.reason.say()
    assert found.best.confidence is confidence


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("email opt in", ["yes", "no"] * 5),
        ("mobile app", ["1", "0"] * 5),
        ("phone brand", ["Acme", "Nova"] * 5),
        ("Product name", ["Hat", "Scarf"] * 5),
        ("address known", ["ja", "nein"] * 5),
        ("birthday club", ["Y", "N"] * 5),
        ("reference", numbered("0012345{:03d}")),
        ("contact", [*TOWNS, "ada@example.com"]),
    ],
)
def test_what_only_sounds_like_personal_data_is_not_stopped(name: str, cells: list[str]) -> None:
    assert proposals_for(name, cells).personal is None


PHONE = "+44 20 7946 {:04d}"


@pytest.mark.parametrize(
    ("cells", "partly"),
    [
        ([*numbered(PHONE, 3), *TOWNS * 2], True),
        ([*numbered(PHONE, 1), *["unknown"] * 19], True),
        ([*numbered(PHONE, 1), *["unknown"] * 20], False),
        ([*["0171 1234567"] * 2, *["by mail", "never"] * 4], True),
        (["letter;+4420794601", "call", "letter", "letter;call"] * 5, True),
        (["2024-01-31", "31.01.2024", "0.5", "007"] * 5, False),
    ],
)
def test_phone_numbers_among_other_values_are_stopped(cells: list[str], partly: bool) -> None:
    found = proposals_for("reachable by", cells)
    assert (found.partly, found.proven) == (partly, False)
    assert found.personal == (Personal.PHONE if partly else None)
    assert (found.best.mapping is None) is partly
    assert ("Look at them and decide about this column by itself" in found.best.reason.say()) is partly


def test_personal_data_has_ways_out() -> None:
    emails = proposals_for("mail", numbered("p{}@example.com"))
    assert (emails.personal, emails.ways_out) == (Personal.EMAIL, (WayOut.HASH, WayOut.LEAVE_OUT))
    names = proposals_for("Name", NAMES)
    assert (names.personal, names.ways_out) == (Personal.NAME, (WayOut.LEAVE_OUT,))
    assert [proposal.mapping for proposal in names.proposals] == [None]


def test_dates_that_can_be_read_two_ways_are_not_brought_to_one_form_unasked() -> None:
    plain, iso = proposals_for("joined", ["03/11/2020", "04/12/2021"]).proposals
    assert plain.mapping == signal("joined")("joined")
    assert iso.mapping == signal("joined", transforms=ISO)("joined")
    assert "refused" in iso.reason.say()


def test_a_key_that_says_nothing_is_marked() -> None:
    assert proposals_for("地区", ["东", "西"]).best.weak
    assert not proposals_for("region", ["east", "west"]).best.weak


def test_a_key_that_is_nearly_the_name_leaves_the_name_as_a_choice() -> None:
    keys = [proposal.mapping and proposal.mapping.key for proposal in proposals_for("Home towns", TOWNS).proposals]
    assert keys == ["home_town", "home_towns"]


def test_columns_that_make_the_same_key_get_different_ones() -> None:
    cells = ["a", "b"] * 5
    looks = [look_of(name, cells, place) for place, name in enumerate(["Shop!", "shop", "shop_1"])]
    keys = [column.best.mapping and column.best.mapping.key for column in propose_columns(looks, Catalogue())]
    assert keys == ["shop_2", "shop_3", "shop_1"]


def test_columns_that_no_mapping_can_name_are_not_sent() -> None:
    looks = [look_of(name, TOWNS, place) for place, name in enumerate(["", "City", "City", "crm"])]
    nameless, first, second, taken = propose_columns(looks, CATALOGUE, taken=["crm"])
    for column in (nameless, first, second, taken):
        assert [proposal.mapping for proposal in column.proposals] == [None]
    assert "no name" in nameless.best.reason.say()
    assert "City" in first.best.reason.say()
    assert taken.taken
    assert not first.taken


def test_in_an_overwrite_nothing_is_removed() -> None:
    for name in ("Left", "Segments"):
        actions = {
            item.mapping.action
            for item in proposals_for(name, ["7001", "7002"] * 4, Mode.OVERWRITE).proposals
            if item.mapping
        }
        assert Action.REMOVE_TRAITS not in actions
    left = proposals_for("Left", ["7001", "7002"] * 4, Mode.OVERWRITE)
    assert all(item.mapping is None or item.mapping.action is not Action.ADD_TRAITS for item in left.proposals)


def test_traits_that_the_file_cannot_set_are_not_proposed_by_name() -> None:
    assert proposals_for("Lapsed", ["yes", "no"] * 4).best.mapping == signal("lapsed")("Lapsed")
    everyone = Catalogue(CATALOGUE.traits)
    (lapsed,) = propose_columns([look_of("Lapsed", ["yes", "no"] * 4)], everyone)
    assert lapsed.best.mapping == table(yes=8001)("Lapsed")


def test_a_name_that_two_traits_have_means_neither() -> None:
    twice = Catalogue((TraitEntry(1, "VIP", 1), TraitEntry(2, "vip", 1)))
    (vip,) = propose_columns([look_of("VIP", ["yes", "no"] * 4)], twice)
    assert vip.best.mapping == signal("vip")("VIP")


def test_a_reason_is_a_template_that_is_translated_before_it_is_filled_in() -> None:
    reason = proposals_for("VIP", ["yes", "no"] * 4).best.reason
    assert reason.parameters == {"trait": "VIP"}
    assert reason.say(lambda text: text.replace("whoever has a yes here gets it", "…")).endswith("VIP; ….")


@pytest.mark.parametrize(
    ("rule", "terms"),
    [
        (None, []),
        ('tier == "gold"', [("tier", "gold")]),
        ('("tier"=="gold") AND (age > "20")', [("tier", "gold")]),
        ('a == "1" OR b-c_d == "x y"', [("a", "1"), ("b-c_d", "x y")]),
        (r'a == "say \"hi\""', [("a", 'say "hi"')]),
        ('a != "1" AND b contains "2"', []),
        ('tier = "gold"', []),
    ],
)
def test_rules_say_which_values_they_ask_for(rule: str | None, terms: list[tuple[str, str]]) -> None:
    assert [(term.key, term.value) for term in rule_terms(rule)] == terms

"""Words that names of columns use, in the languages of the customers: what a header alone gives away.

English, German, French, Spanish, Italian, Dutch, Polish and Chinese, without accents, in lower case. A phrase is found
anywhere in a name, as whole words with or without blanks between them; a whole name only by itself, since `name` is a
person in `Name` and none in `Product name`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from ingest.crm.proposals_tokens import joined, runs, tokens, word_set


class Concept(StrEnum):
    """What a header speaks of."""

    CUSTOMER_ID = "customer_id"
    AAM_UUID = "aam_uuid"
    ECID = "ecid"
    GAID = "gaid"
    IDFA = "idfa"
    RIDA = "rida"
    FIRE_TV = "fire_tv"
    LG_UDID = "lg_udid"
    MAID = "maid"
    TIFA = "tifa"
    VIZIO_IFA = "vizio_ifa"
    HASHED_EMAIL = "hashed_email"
    ANY_ID = "any_id"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    OFFICIAL_NUMBER = "official_number"
    BANK_ACCOUNT = "bank_account"
    TRAITS = "traits"
    REMOVED = "removed"


@dataclass(frozen=True)
class _Words:
    phrases: str
    whole: str = ""


# Separated by commas, a line or so for each language, in the order of the module's docstring.
_WORDS: Final[Mapping[Concept, _Words]] = {
    Concept.CUSTOMER_ID: _Words(
        """customer id, customer no, customer nr, customer number, customer key, customer code, cust id, cust no,
        client id, client no, client nr, client number, crm id, crm no, crm key, crm number, member id, member no,
        member number, membership id, membership no, membership number, account id, account no, user id, user no,
        contact id, contact key, subscriber id, subscriber key, person id, profile id, loyalty id, loyalty no,
        loyalty number, dpuuid, external id, party id, household id, guest id, shopper id, buyer id, consumer id,
        kundennummer, kundennr, kundenid, kunden nr, kunden id, kunden nummer, kundenschlussel, mitgliedsnummer,
        mitgliedsnr, mitglieds nr, mitglieds id, debitorennummer, debitoren nr, teilnehmernummer, nutzer id,
        benutzer id,
        numero client, numero de client, no client, n client, num client, id client, code client, identifiant client,
        reference client, ref client, numero adherent, numero d adherent, numero abonne, numero d abonne,
        numero cliente, numero de cliente, num cliente, n cliente, id cliente, id de cliente, codigo cliente,
        codigo de cliente, numero de socio, id usuario, codice cliente, cod cliente, numero tessera, codice fedelta,
        id utente, klantnummer, klantnr, klant nr, klant id, klant nummer, relatienummer, lidnummer, gebruikers id,
        numer klienta, nr klienta, id klienta, identyfikator klienta, kod klienta, numer czlonkowski,
        客户编号, 客户号, 客户号码, 客户id, 客户代码, 客户标识, 客戶編號, 顾客编号, 顾客id, 会员编号, 会员号, 会员id,
        会员卡号, 會員編號, 用户编号, 用户id, 用户标识, 用户号""",
        "customer, client, kunde, klant, cliente, klient, 客户, 会员, uid",
    ),
    Concept.AAM_UUID: _Words("aam uuid, aam id, audience manager id, audience manager uuid, demdex", "uuid, aam"),
    Concept.ECID: _Words("ecid, mcid, mcvid, mcmid, experience cloud id, marketing cloud id", "mid"),
    Concept.GAID: _Words("gaid, aaid, google advertising id, google ad id, android, gps adid", "adid"),
    Concept.IDFA: _Words("idfa, apple advertising id, ios, iphone, ipad, apple"),
    Concept.RIDA: _Words("rida, roku"),
    Concept.FIRE_TV: _Words("fire tv, firetv, amazon fire, afai"),
    Concept.LG_UDID: _Words("lgudid, lg udid, webos, lg tv"),
    Concept.MAID: _Words("microsoft advertising id, microsoft id, windows advertising id, xbox, windows maid"),
    Concept.TIFA: _Words("tifa, samsung, tizen"),
    Concept.VIZIO_IFA: _Words("vizio"),
    Concept.HASHED_EMAIL: _Words(
        """hashed email, email hashed, email hash, hash email, email sha, email sha256, sha256 email, mail hash,
        hashed mail, mail sha256, hem, email gehasht, gehashte email, email hache, correo hash, 邮箱哈希, 邮箱加密""",
        "sha256, hash, hash sha256",
    ),
    Concept.ANY_ID: _Words(
        """id, ids, uuid, guid, no, nr, number, key, num, nummer, numero, numer, identifiant, identifier, 编号, 号码,
        单号""",
    ),
    Concept.EMAIL: _Words(
        """email, e mail, mail, emailaddress, mailadresse, emailadresse, courriel, adresse mail, correo,
        correo electronico, posta elettronica, mailadres, emailadres, poczta, 邮箱, 电子邮件, 电邮, 邮件地址""",
    ),
    Concept.PHONE: _Words(
        """phone, telephone, mobile, cell, cellphone, tel, fax, msisdn, telefon, telefonnummer, handy, handynummer,
        mobil,
        mobilnummer, rufnummer, festnetz, portable, numero de telephone, telefono, movil, celular, cellulare, telefoon,
        telefoonnummer, mobiel, gsm, komorka, komorkowy, 电话, 手机, 手机号, 联系方式""",
    ),
    Concept.NAME: _Words(
        """first name, last name, surname, family name, given name, full name, middle name, maiden name, forename,
        contact name, customer name, client name, person name, vorname, nachname, zuname, familienname, geburtsname,
        kundenname, ansprechpartner, prenom, nom de famille, nom complet, nom client, nom du client, apellido,
        apellidos, nombre completo, primer nombre, nombre de pila, nombre cliente, cognome, nome completo,
        nome cliente, voornaam, achternaam, tussenvoegsel, familienaam, volledige naam, klantnaam, imie, nazwisko,
        姓名, 名字, 姓氏, 客户名称, 客户名, 会员名""",
        "name, names, fname, lname, nom, nombre, nome, naam, 姓, 名, 称呼",
    ),
    Concept.ADDRESS: _Words(
        """street, address line, address 1, address 2, street address, postal address, home address, house number,
        strasse, hausnummer, anschrift, postanschrift, wohnadresse, adresse postale, rue, calle, direccion, domicilio,
        indirizzo, straat, straatnaam, huisnummer, woonadres, ulica, numer domu, 地址, 住址, 街道, 门牌""",
        "address, addr, adresse, adres, via, str",
    ),
    Concept.BIRTH_DATE: _Words(
        """date of birth, birth date, birthdate, birthday, birth day, dob, born on, geburtsdatum, geburtstag,
        geb datum, geb dat, date de naissance, date naissance, naissance, fecha de nacimiento, fecha nacimiento,
        cumpleanos, data di nascita, data nascita, compleanno, geboortedatum, verjaardag, data urodzenia, urodziny,
        出生日期, 出生年月, 生日""",
        "born",
    ),
    Concept.OFFICIAL_NUMBER: _Words(
        """ssn, social security, national id, national insurance, passport, tax id, driver license, driving licence,
        sozialversicherungsnummer, steuer id, steuernummer, ausweisnummer, personalausweis, reisepass, securite sociale,
        passeport, dni, nif, pasaporte, codice fiscale, passaporto, bsn, burgerservicenummer, paspoort, pesel, nip,
        paszport, 身份证, 证件号, 护照""",
    ),
    Concept.BANK_ACCOUNT: _Words(
        """iban, bank account, account iban, bankverbindung, kontonummer, numero de compte, compte bancaire,
        cuenta bancaria, conto corrente, conto bancario, rekeningnummer, bankrekening, numer konta, konto bankowe,
        银行账号, 银行账户, 银行卡""",
    ),
    Concept.TRAITS: _Words(
        """trait, traits, segment, segments, audience, audiences, sid, sids, segment id, segment ids, segmente,
        zielgruppe, zielgruppen, audience id, segmento, segmentos, segmenti, pubblico, segmenten, doelgroep,
        doelgroepen, segmenty, grupa docelowa, 受众, 人群, 细分, 分群, 特征""",
    ),
    Concept.REMOVED: _Words(
        """left, remove, removed, removals, unsid, unsids, delete, deleted, exit, exited, dropped, opt out, entfernen,
        entfernt, verlassen, abgemeldet, supprimer, supprime, retirer, retire, sorti, quitar, eliminar, eliminado,
        salido, rimuovere, rimosso, uscito, verwijderen, verwijderd, vertrokken, usun, usuniete, 移除, 删除, 离开,
        退出""",
    ),
}


def _table(texts: Mapping[Concept, str]) -> Mapping[str, frozenset[Concept]]:
    found: dict[str, set[Concept]] = {}
    for concept, text in texts.items():
        for phrase in text.split(","):
            if phrase.strip():
                found.setdefault(joined(phrase), set()).add(concept)
    return MappingProxyType({phrase: frozenset(concepts) for phrase, concepts in found.items()})


_PHRASES: Final = _table({concept: words.phrases for concept, words in _WORDS.items()})
_WHOLE: Final = _table({concept: words.whole for concept, words in _WORDS.items()})
# As many as the longest phrase has: Chinese ones have one word for each character.
_LONGEST_PHRASE: Final = 6


@lru_cache(maxsize=4096)
def concepts_of(name: str) -> frozenset[Concept]:
    """What the name of a column speaks of; nothing for most names."""
    words = tokens(name)
    found = set(_WHOLE.get("".join(words), ()))
    for run in runs(words, _LONGEST_PHRASE):
        found |= _PHRASES.get(run, frozenset())
    return frozenset(found)


_YES: Final = word_set(
    "yes y true t 1 on x ja j wahr oui o vrai si s sì sí verdadero vero waar tak prawda 是 真 有 对 ✓ ✔"
)
_NO: Final = word_set("no n false f 0 off nein falsch non faux falso nee onwaar nie falsz fałsz 否 假 无 不 错")
# `yes`, `Yes`, `YES`, `y` and as many for no; a column of more values is something else.
_MOST_SPELLINGS: Final = 12
# A lone letter of these is more often a code (F, N, S …); it takes its counterpart to make it a yes or a no.
_CLEAR_YES: Final = word_set("yes true ja wahr oui vrai sì sí vero tak prawda 是 x ✓ ✔")


def is_yes(value: str) -> bool:
    """Whether a value says yes in one of the languages."""
    return value.casefold() in _YES


def are_yes_or_no(values: frozenset[str]) -> bool:
    """Whether different values of a column are yes and no, or yes and nothing else."""
    if not 1 <= len(values) <= _MOST_SPELLINGS:
        return False
    folded = {value.casefold() for value in values}
    if not folded <= _YES | _NO:
        return False
    has_both = bool(folded & _YES) and bool(folded & _NO)
    return has_both if len(folded) > 1 else folded <= _CLEAR_YES

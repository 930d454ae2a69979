"""What an address for linking IDs is made of, and what can be wrong with one, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ingest.aam.id_sync import MAX_IDS, MAX_IDS_OF_A_SOURCE
from ingest.aam.words import gettext_noop

Parameters = Mapping[str, str | int]


class Piece(StrEnum):
    """What a piece of an address is for."""

    PIXEL = "pixel"
    CALL = "call"
    SOURCE = "source"
    CODE = "code"
    ID = "id"
    STATE = "state"
    REDIRECT = "redirect"
    CONSENT = "consent"
    OTHER = "other"


class Fault(StrEnum):
    """What can be wrong with an address."""

    NO_ADDRESS = "no_address"
    OTHER_HOST = "other_host"
    NOT_HTTPS = "not_https"
    OPT_OUT = "opt_out"
    NOTHING_LINKED = "nothing_linked"
    QUESTION_MARK = "question_mark"
    NO_SOURCE = "no_source"
    NOT_A_NUMBER = "not_a_number"
    OTHER_SOURCE = "other_source"
    OTHER_CODE = "other_code"
    NO_ID = "no_id"
    PLACEHOLDER = "placeholder"
    NOT_ENCODED = "not_encoded"
    ENCODED_TWICE = "encoded_twice"
    NOT_UTF8 = "not_utf8"
    NO_SEPARATOR = "no_separator"
    SEPARATOR_TWICE = "separator_twice"
    BAD_STATE = "bad_state"
    PERSONAL = "personal"
    OTHER_CASE = "other_case"
    OF_ITS_KIND = "of_its_kind"
    TOO_MANY = "too_many"
    TOO_MANY_OF_ONE = "too_many_of_one"
    OLD_FORM = "old_form"
    CONSENT_ALONE = "consent_alone"
    NO_MACRO = "no_macro"


@dataclass(frozen=True)
class FaultRule:
    """`meaning` with named places, what to do; `is_wrong`: it doesn't work so, else it is only worth a look."""

    meaning: str
    what_to_do: str
    is_wrong: bool = True


@dataclass(frozen=True)
class Labelled:
    """A piece of an address as it stands there, and what fills the places of its help."""

    piece: Piece
    text: str
    parameters: Parameters = field(default_factory=dict, hash=False)

    def say(self, translate: Callable[[str], str] = str) -> tuple[str, str]:
        """Label and help in the language of `translate`."""
        label, help_text = PIECES[self.piece]
        return translate(label), translate(help_text) % self.parameters


@dataclass(frozen=True)
class Found:
    """One fault of an address, and what fills the places of its words. `at`: the piece that is meant, as it stands."""

    fault: Fault
    at: str = ""
    parameters: Parameters = field(default_factory=dict, hash=False)

    @property
    def is_wrong(self) -> bool:
        """Whether it doesn't work so."""
        return FAULTS[self.fault].is_wrong

    def say(self, translate: Callable[[str], str] = str) -> tuple[str, str]:
        """What is wrong and what to do, in the language of `translate`; words that are told along as well."""
        rule = FAULTS[self.fault]
        told = {name: translate(value) if isinstance(value, str) else value for name, value in self.parameters.items()}
        return translate(rule.meaning) % told, translate(rule.what_to_do) % told


PIECES: Final[Mapping[Piece, tuple[str, str]]] = MappingProxyType(
    {
        Piece.PIXEL: (
            gettext_noop("The pixel"),
            gettext_noop("Adobe's address for linking an ID with the browser that opens it."),
        ),
        Piece.CALL: (gettext_noop("A call"), gettext_noop("A call of a website to Audience Manager.")),
        Piece.SOURCE: (gettext_noop("Data source"), gettext_noop("The IDs come from data source %(dpid)s.")),
        Piece.CODE: (
            gettext_noop("Integration code"),
            gettext_noop("The data source by its integration code, %(code)s."),
        ),
        Piece.ID: (gettext_noop("ID"), gettext_noop("The ID of the person, encoded for an address.")),
        Piece.STATE: (
            gettext_noop("State"),
            gettext_noop("0: nothing is known, 1: the person is signed in, 2: signed out."),
        ),
        Piece.REDIRECT: (
            gettext_noop("Goes on to"),
            gettext_noop("Where the browser is sent next, with Adobe's ID in place of the macro."),
        ),
        Piece.CONSENT: (gettext_noop("Consent"), gettext_noop("What the person has agreed to, in IAB's code.")),
        Piece.OTHER: (gettext_noop("Something else"), gettext_noop("It has nothing to do with linking IDs.")),
    }
)  # fmt: skip

FAULTS: Final[Mapping[Fault, FaultRule]] = MappingProxyType(
    {
        Fault.NO_ADDRESS: FaultRule(
            gettext_noop("This is no web address."),
            gettext_noop("Paste the whole address, from https:// on, or the image tag that holds it."),
        ),
        Fault.OTHER_HOST: FaultRule(
            gettext_noop("It goes to another place than Audience Manager."),
            gettext_noop("Use dpm.demdex.net for the pixel; calls of your own go to your name before .demdex.net."),
        ),
        Fault.NOT_HTTPS: FaultRule(
            gettext_noop("It goes over a connection that is not protected."),
            gettext_noop("Begin the address with https://."),
        ),
        Fault.OPT_OUT: FaultRule(
            gettext_noop("This address links nothing: it opts a person out."),
            gettext_noop("Use it only where somebody asks for that."),
        ),
        Fault.NOTHING_LINKED: FaultRule(
            gettext_noop("There is no ID in it that could be linked."),
            gettext_noop("The pixel has ibs:dpid= and dpuuid=; a call has d_cid= or d_cid_ic=."),
        ),
        Fault.QUESTION_MARK: FaultRule(
            gettext_noop("A question mark stands where the pixel has none."),
            gettext_noop("Write ibs:dpid= right behind the slash, and & between its parameters."),
        ),
        Fault.NO_SOURCE: FaultRule(
            gettext_noop("The number of the data source is missing."),
            gettext_noop("Write it behind dpid=, or as the first part of d_cid=."),
        ),
        Fault.NOT_A_NUMBER: FaultRule(
            gettext_noop("The data source is no number."),
            gettext_noop("Write its number (DPID), digits without leading zeros. A code goes into d_cid_ic=."),
        ),
        Fault.OTHER_SOURCE: FaultRule(
            gettext_noop("It is for data source %(found)s, and you are looking at %(expected)s."),
            gettext_noop("Change the number, or check the address on the page of that data source."),
        ),
        Fault.OTHER_CODE: FaultRule(
            gettext_noop("It names the data source by a code, and nobody here can say whose that is."),
            gettext_noop("Compare it with the integration code that Audience Manager shows for the data source."),
            is_wrong=False,
        ),
        Fault.NO_ID: FaultRule(
            gettext_noop("The ID is missing."),
            gettext_noop("Put the person's ID behind dpuuid=, or behind the separator %%01 in d_cid=."),
        ),
        Fault.PLACEHOLDER: FaultRule(
            gettext_noop("A placeholder stands where the ID goes."),
            gettext_noop("Let your website put the ID there, encoded for an address, before it opens it."),
            is_wrong=False,
        ),
        Fault.NOT_ENCODED: FaultRule(
            gettext_noop("The ID holds a character that can't stand in an address as it is."),
            gettext_noop("Encode the ID: in JavaScript encodeURIComponent does it. It would read %(better)s."),
        ),
        Fault.ENCODED_TWICE: FaultRule(
            gettext_noop("The ID looks as if it had been encoded twice."),
            gettext_noop("Encode it once. Each %% of the first time has become %%25."),
            is_wrong=False,
        ),
        Fault.NOT_UTF8: FaultRule(
            gettext_noop("Its %% codes are not those of UTF-8."),
            gettext_noop("Encode the ID as UTF-8: in JavaScript encodeURIComponent does it."),
        ),
        Fault.NO_SEPARATOR: FaultRule(
            gettext_noop("The separator between data source and ID is missing."),
            gettext_noop("Write %%01 between them, as in d_cid=478%%01A-10023."),
        ),
        Fault.SEPARATOR_TWICE: FaultRule(
            gettext_noop("The separator was encoded as well: %%2501 in place of %%01."),
            gettext_noop("Encode the parts first, then join them with %%01."),
        ),
        Fault.BAD_STATE: FaultRule(
            gettext_noop("The last part is no state."),
            gettext_noop("Write 0 (unknown), 1 (signed in) or 2 (signed out), or leave it out."),
        ),
        Fault.PERSONAL: FaultRule(
            gettext_noop("It holds personal data, such as an e-mail address. That must not reach Audience Manager."),
            gettext_noop("Send your own customer key. Take this address out of your website."),
        ),
        Fault.OTHER_CASE: FaultRule(
            gettext_noop("Capital and small letters of the ID are not those that its kind needs."),
            gettext_noop(
                "Apple IDs have capitals, other device IDs and hashes small letters; here nobody changes them."
            ),
        ),
        Fault.OF_ITS_KIND: FaultRule("%(meaning)s", "%(what_to_do)s"),
        Fault.TOO_MANY: FaultRule(
            gettext_noop("It declares %(count)s IDs; a call takes %(most)s."), gettext_noop("Make two calls of it.")
        ),
        Fault.TOO_MANY_OF_ONE: FaultRule(
            gettext_noop("It declares %(count)s IDs of one data source; a call takes %(most)s."),
            gettext_noop("Make two calls of it."),
        ),
        Fault.OLD_FORM: FaultRule(
            gettext_noop("It uses d_dpid and d_dpuuid, which work but are on their way out."),
            gettext_noop("Write one d_cid= in place of the two."),
            is_wrong=False,
        ),
        Fault.CONSENT_ALONE: FaultRule(
            gettext_noop("gdpr and gdpr_consent only work together, and gdpr is 0 or 1."),
            gettext_noop("Give both of them, or none."),
        ),
        Fault.NO_MACRO: FaultRule(
            gettext_noop("The address that it goes on to has no ${DD_UUID} in it, so it learns no ID."),
            gettext_noop("Put the macro where Adobe's ID goes, or leave redir= out."),
            is_wrong=False,
        ),
    }
)
"""By fault. `OF_ITS_KIND` says what a check of a file says about such an ID."""

COUNTS: Final[Mapping[Fault, int]] = MappingProxyType(
    {Fault.TOO_MANY: MAX_IDS, Fault.TOO_MANY_OF_ONE: MAX_IDS_OF_A_SOURCE}
)

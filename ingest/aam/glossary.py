"""The words of the trade in plain words, each once: the glossary page and the notes beside words are made from this."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ingest.aam.limits import MAX_LINES_PER_ID
from ingest.aam.words import gettext_noop


@dataclass(frozen=True)
class Term:
    """One word: its name in addresses, the word, what it means in a few sentences, and the terms that go with it.

    `says` has named places for `PARAMETERS`.
    """

    slug: str
    name: str
    says: str
    see: tuple[str, ...] = ()


PARAMETERS: Final[Mapping[str, int]] = MappingProxyType({"most_lines": MAX_LINES_PER_ID})

_ALL: Final = (
    Term(
        "trait",
        gettext_noop("Trait"),
        gettext_noop("A label that Audience Manager puts on a person, such as “gold member”. Traits make segments."),
        ("signal", "segment"),
    ),
    Term(
        "signal",
        gettext_noop("Signal"),
        gettext_noop("A key and a value that arrive about a person, such as tier = gold. Traits wait for signals."),
        ("key-and-value", "trait"),
    ),
    Term(
        "key-and-value",
        gettext_noop("Key and value"),
        gettext_noop("A name and its content: in tier = gold, tier is the key and gold is the value."),
        ("signal",),
    ),
    Term(
        "segment",
        gettext_noop("Segment"),
        gettext_noop("People who have certain traits. Advertising and websites use segments, not single traits."),
        ("trait",),
    ),
    Term(
        "data-source",
        gettext_noop("Data source"),
        gettext_noop("Where IDs or traits come from, such as your CRM. Each one has a number, its DPID."),
        ("dpid",),
    ),
    Term(
        "dpid",
        gettext_noop("DPID"),
        gettext_noop("The number of a data source. It stands in file names: so Adobe knows whose IDs they hold."),
        ("data-source",),
    ),
    Term(
        "crm-id",
        gettext_noop("CRM ID"),
        gettext_noop(
            "Your own number or key of a customer, also called customer ID or DPUUID. It must not reveal who the "
            "person is."
        ),
        ("device-id", "id-sync"),
    ),
    Term(
        "device-id",
        gettext_noop("Device ID"),
        gettext_noop("The advertising ID of a phone, tablet or television, such as Apple's IDFA or Google's GAID."),
        ("crm-id",),
    ),
    Term(
        "aam-uuid",
        gettext_noop("Audience Manager ID (UUID)"),
        gettext_noop("Audience Manager's own ID of a browser or device: 38 digits."),
        ("ecid",),
    ),
    Term(
        "ecid",
        gettext_noop("Experience Cloud ID (ECID)"),
        gettext_noop("Adobe's ID of a browser that all its products share: 38 digits, so it looks like a UUID."),
        ("aam-uuid",),
    ),
    Term(
        "hashed-email",
        gettext_noop("Hashed e-mail address"),
        gettext_noop(
            "An address that was turned into 64 digits and letters that can't be turned back (SHA-256). Addresses "
            "themselves must never be sent."
        ),
        ("crm-id",),
    ),
    Term(
        "people-based-destination",
        gettext_noop("People-based destination"),
        gettext_noop(
            "A place such as a social network where people sign in with their e-mail address. Audience Manager finds "
            "them there by the hashed address."
        ),
        ("hashed-email", "segment"),
    ),
    Term(
        "integration-code",
        gettext_noop("Integration code"),
        gettext_noop(
            "A code of your own that a trait or a data source has in Audience Manager, to be used in place of its "
            "number."
        ),
        ("data-source", "trait"),
    ),
    Term(
        "url-encoded",
        gettext_noop("URL-encoded"),
        gettext_noop(
            "Written so that it may stand in an address: %%40 in place of @. On a website IDs have to be; in a file "
            "they must not be."
        ),
        ("id-sync",),
    ),
    Term(
        "id-sync",
        gettext_noop("ID sync"),
        gettext_noop("Telling Audience Manager that two IDs are the same person, by a file or on your website."),
        ("crm-id", "device-id"),
    ),
    Term(
        "d-sid",
        gettext_noop("d_sid"),
        gettext_noop("How a file names a trait by its number: d_sid=1001 adds it; d_unsid=1001 takes it away."),
        ("trait",),
    ),
    Term(
        "onboarding",
        gettext_noop("Onboarding"),
        gettext_noop("Bringing what you know offline, such as from your CRM, into Audience Manager."),
        ("inbound",),
    ),
    Term(
        "inbound",
        gettext_noop("Inbound"),
        gettext_noop("On its way into Audience Manager. The files that are sent from here are inbound files."),
        ("onboarding", "part"),
    ),
    Term(
        "add-and-keep",
        gettext_noop("Add and keep (.sync)"),
        gettext_noop("What the file says is added; everything else that people have stays."),
        ("replace",),
    ),
    Term(
        "replace",
        gettext_noop("Replace (.overwrite)"),
        gettext_noop(
            "People in the file lose every trait of the data source that the file doesn't give them. People who are "
            "not in it stay as they are. It can't be undone by a file."
        ),
        ("add-and-keep",),
    ),
    Term(
        "left-out",
        gettext_noop("Left out"),
        gettext_noop("A row that isn't sent because something is wrong with it. Each one is listed with its reason."),
    ),
    Term(
        "record",
        gettext_noop("Line"),
        gettext_noop(
            "What is sent about one ID: the ID and what is known of it. Adobe takes at most %(most_lines)s lines of "
            "one ID in a file."
        ),
        ("part",),
    ),
    Term(
        "part",
        gettext_noop("Part"),
        gettext_noop("One of the files of a transfer. Big ones are split so that they are processed faster."),
        ("checksum",),
    ),
    Term(
        "beta",
        gettext_noop("Beta"),
        gettext_noop("Adobe's place for rehearsals: files are read, and no audience changes."),
        ("production",),
    ),
    Term(
        "production",
        gettext_noop("Production"),
        gettext_noop("The real thing: real people get traits, and audiences change."),
        ("beta",),
    ),
    Term(
        "maker",
        gettext_noop("Maker"),
        gettext_noop("Whoever prepares a transfer: file, matching, destination. Somebody else approves it."),
        ("approver",),
    ),
    Term(
        "approver",
        gettext_noop("Approver"),
        gettext_noop("Whoever looks at what a maker prepared and decides whether it is sent."),
        ("maker",),
    ),
    Term(
        "checksum",
        gettext_noop("Checksum"),
        gettext_noop("A fingerprint of a file. It proves that the file that was approved is the one that was sent."),
        ("part",),
    ),
    Term(
        "receipt",
        gettext_noop("Receipt"),
        gettext_noop(
            "Adobe's e-mail with the counts of what it took in. It comes some time after sending, and can be added to "
            "its transfer."
        ),
        ("usable-by",),
    ),
    Term(
        "usable-by",
        gettext_noop("Usable by"),
        gettext_noop("When traits should be ready for use. Adobe usually needs up to 48 hours; it gives no promise."),
        ("receipt",),
    ),
    Term(
        "practice",
        gettext_noop("Practice run"),
        gettext_noop("A transfer to try things with. Its files are made and can be downloaded; nothing is ever sent."),
    ),
)  # fmt: skip
GLOSSARY: Final[Mapping[str, Term]] = MappingProxyType({term.slug: term for term in _ALL})
"""By the name in addresses, in an order in which they can be read."""

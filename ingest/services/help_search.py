"""Finding something in the help: pages, steps of how-tos and words of the glossary that hold what was asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ingest.services.glossary import words
from ingest.services.how_tos import HOW_TOS, Text

MOST_CHARACTERS: Final = 100


@dataclass(frozen=True)
class Page:
    """A page of the help beside how-tos and glossary: the name of its address, its title, what it is for."""

    name: str
    title: Text
    summary: Text
    icon: str


PAGES: Final = (
    Page(
        "explain_file_name", gettext_lazy("Explain a file name"),
        gettext_lazy("Paste a name: each part says what it means, or where the mistake is."), "file-search",
    ),
    Page(
        "recognise_ids", gettext_lazy("What kind of ID is this?"),
        gettext_lazy("Paste some IDs: see which kinds they can be, and what is odd about them."), "fingerprint-pattern",
    ),
    Page(
        "check_address", gettext_lazy("Check an address of your website"),
        gettext_lazy("Paste an address that links IDs: see whether Audience Manager understands it."), "link",
    ),
    Page(
        "samples", gettext_lazy("Sample files"),
        gettext_lazy("Files of invented people to look at, one of each kind that can be sent."), "file-spreadsheet",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """Something that was found: title, text, and the address of its page by name, with its topic and a place on it."""

    title: str
    text: str
    page: str
    topic: str = ""
    place: str = ""


def found_by(asked: str) -> list[Entry]:
    """What holds every word that was asked for, in title or text, whatever its case; nothing when nothing was."""
    wanted = asked[:MOST_CHARACTERS].casefold().split()
    if not wanted:
        return []
    return [entry for entry in _entries() if all(word in _said(entry) for word in wanted)]


def _said(entry: Entry) -> str:
    return f"{entry.title} {entry.text}".casefold()


def _entries() -> Iterator[Entry]:
    for page in PAGES:
        yield Entry(str(page.title), str(page.summary), page.name)
    for how_to in HOW_TOS.values():
        yield Entry(str(how_to.title), str(how_to.summary), "how_to", how_to.topic)
        for number, step in enumerate(how_to.steps, 1):
            title = _("%(title)s: %(step)s") % {"title": how_to.title, "step": step.title}
            yield Entry(title, str(step.text), "how_to", how_to.topic, f"step-{number}")
    for word in words():
        yield Entry(word.name, word.says, "glossary", "", word.slug)

"""Words for where a batch is."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from ingest.lifecycle import BatchState as S
from ingest.models import Batch
from ingest.services.journey import STEP_OF
from ingest.services.state_words import PART_WORDS, PROOF_WORDS, WORDS

register = template.Library()


@register.simple_tag
def tag(text: str | Promise, kind: str) -> SafeString:
    """components/tag.html where a page has many: it is drawn once for each word and kind."""
    return _tag(str(text), kind)


@lru_cache(maxsize=256)  # by what it shows; nothing else goes into it
def _tag(text: str, kind: str) -> SafeString:
    return render_to_string("components/tag.html", {"text": text, "kind": kind})


@register.filter
def state_word(state: str) -> str | Promise:
    """The state of a batch in words."""
    return WORDS[state][0]


@register.filter
def state_kind(state: str) -> str:
    """The kind of tag that shows a state."""
    return WORDS[state][1]


@register.filter
def part_word(state: str) -> str | Promise:
    """The state of a part in words."""
    return PART_WORDS[state][0]


@register.filter
def part_kind(state: str) -> str:
    """The kind of tag that shows a part's state."""
    return PART_WORDS[state][1]


@register.filter
def proof_word(verify_level: str) -> str | Promise:
    """How sure we are that the receiver has a part; empty for one that is not sent."""
    return PROOF_WORDS.get(verify_level, "")


@register.filter
def environment_kind(environment: str) -> str:
    """Production stands out, a rehearsal does not."""
    return "warning" if environment == "production" else "quiet"


@register.filter
def next_page(batch: Batch) -> str:
    """The name of the page on which a batch goes on."""
    match batch.state:
        case S.CHECKING:
            return "checking"
        case S.CHECKED:
            return "results"
        case S.DRAFT if batch.upload_id is None or not batch.header_sha256:  # none, or one that cannot be used
            return "step_file"
        case S.DRAFT if not batch.mapping.get("kind"):
            return "step_people"
        case S.DRAFT:
            return "step_columns"
        case _:
            return "transfer"


@register.filter
def next_step(batch: Batch) -> int:
    """The number of that page's step, 1 to 6."""
    return STEP_OF[next_page(batch)].number

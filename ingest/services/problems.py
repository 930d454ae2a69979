"""Why work could not be done, by code: the words for people, and how a stored problem is told in their language."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, gettext_noop

from ingest.crm.mapping import MappingProblem
from ingest.crm.words import in_words_of
from ingest.engine.errors import FileProblem
from ingest.engine.errors import told as told_of_file
from ingest.services.phrases import in_a_row
from ingest.transfer.failures import FAILURES

PROBLEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "upload.gone": gettext_noop(
            "The customer file is no longer in the portal's storage, so no row was checked. Upload it again."
        ),
        "upload.changed": gettext_noop(
            "The customer file in the portal's storage is not the one that was uploaded, so its results were thrown "
            "away. Upload it again, and tell an administrator that the file changed."
        ),
        "disk.full": gettext_noop(
            "The disk was full, so the check could not be finished. Your file and your answers are kept. When an "
            "administrator has made room, start the check again."
        ),
        "storage.failed": gettext_noop(
            "The portal's storage did not work (%(reason)s), so the check could not be finished. Your file and your "
            "answers are kept. Start the check again later; if it stays so, tell an administrator."
        ),
        "worker.died": gettext_noop(
            "The worker that did this ended %(attempts)d times without finishing, so the portal has given up. Nothing "
            "was lost. Try again once; if it stays so, tell an administrator this number: %(reference)s."
        ),
        "bug": gettext_noop(
            "The portal made a mistake and stopped. Nothing was lost. Tell an administrator this number: %(reference)s."
        ),
        "approval.changed": gettext_noop(
            "What would have been sent is not what was approved, so the approval no longer counts and nothing was "
            "sent. Check again and ask for approval again."
        ),
    }
)  # fmt: skip
"""Templates with named parameters. A code never changes its meaning: history holds them."""


def english(code: str, params: Mapping[str, str | int] | None = None) -> str:
    """The sentence of a code as it is stored: English, whoever's worker it was."""
    return PROBLEMS[code] % params if params else PROBLEMS[code]


def told(code: str, stored: str, params: Mapping[str, str | int] | None = None) -> str:
    """A stored problem in the reader's language; what has no words by its code was stored with templates of its own."""
    given = dict(params or {})
    if code in PROBLEMS:
        return _filled(PROBLEMS[code], given)
    if code in FAILURES:
        rule = FAILURES[code]
        return in_a_row([_filled(rule.sentence, given), _filled(rule.what_to_do, given)])
    return in_a_row(_filled(line, given) for line in stored.splitlines())


def about_file(problem: FileProblem) -> str:
    """What is wrong with a customer file, in the reader's language."""
    return in_a_row(told_of_file(problem.templates, problem.params, gettext))


def about_mapping(problem: MappingProblem) -> str:
    """What is wrong with a mapping, in the reader's language; the command line says the same in English."""
    return in_words_of(gettext, problem.sentence)


def kept_of_file(problem: FileProblem) -> str:
    """What is stored of it beside its parameters: its templates, one a line, for `told`."""
    return "\n".join(problem.templates)


def _filled(template: str, params: Mapping[str, str | int]) -> str:
    text = gettext(template)
    return text % params if params and "%(" in text else text

"""What stops a whole run: problems of the customer file, and being asked to stop."""

from collections.abc import Callable, Mapping, Sequence


class FileProblem(Exception):
    """The customer file cannot be used at all.

    `code` is one of the `file.*` finding codes. The `templates` are whole sentences marked with `gettext_noop`, whose
    `%(name)s` are filled by `params`: what was found, what was expected and what to do. `sentence` is all of it in
    English.
    """

    def __init__(self, code: str, *templates: str, **params: str | int) -> None:
        self.code = code
        self.templates = templates
        self.params = params
        self.sentence = " ".join(told(templates, params))
        super().__init__(f"{code}: {self.sentence}")


def told(templates: Sequence[str], params: Mapping[str, str | int], translate: Callable[[str], str] = str) -> list[str]:
    """The sentences of a problem, filled; `translate` brings a template into another language first."""
    return [translate(one) % params if "%(" in one else translate(one) for one in templates]


class Cancelled(Exception):
    """Somebody asked for the run to stop; nothing was left under a final name."""

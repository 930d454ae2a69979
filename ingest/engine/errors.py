"""What stops a whole run: problems of the customer file, and being asked to stop."""


class FileProblem(Exception):
    """The customer file cannot be used at all.

    `code` is one of the `file.*` finding codes, `sentence` says what was found, what was expected and what to do.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class Cancelled(Exception):
    """Somebody asked for the run to stop; nothing was left under a final name."""

"""Why something cannot be sent: decided where it happens, in words for the person who must act.

Three kinds, and what is done about each is the delivery's business: a `Transient` one is tried again later, the other
two wait for a person. Whatever else comes out of a destination is a bug and is not tried again.
"""

from collections.abc import Mapping

from ingest.transfer.words import Message


class TransferFailure(Exception):
    """One of the three kinds below.

    `code` is stable and kept in the database; `message` and `advice` say what happened and who must do what. The texts
    of all codes are in `failures.py`, and `failure(code, …)` makes one of them; `str()` is the sentence in English.
    """

    code = "failure"

    def __init__(
        self, text: str, *, code: str = "", params: Mapping[str, str | int] | None = None, what_to_do: str = ""
    ) -> None:
        self.message = Message(text, dict(params or {}))
        self.advice = Message(what_to_do, self.message.params if "%(" in what_to_do else {})
        self.code = code or type(self).code
        super().__init__(text)

    def __str__(self) -> str:
        return str(self.message)

    @property
    def what_to_do(self) -> str:
        """The advice in English; empty where the sentence holds it already."""
        return str(self.advice)

    def __reduce__(self) -> tuple[type["TransferFailure"], tuple[str], dict[str, object]]:
        # Exceptions are rebuilt from their args, the template here; worker processes hand errors over that way.
        return type(self), (self.message.text,), self.__dict__


class Transient(TransferFailure):
    """It may work later without anybody doing anything."""

    code = "transient"


class Permanent(TransferFailure):
    """These bytes under this name will never be taken as they are; a person decides."""

    code = "permanent"


class Misconfigured(TransferFailure):
    """Somebody must change a setting; trying again is of no use. The text says who must do what."""

    code = "misconfigured"

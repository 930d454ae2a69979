"""How a failure is written down: its code, its kind and its words."""

from dataclasses import dataclass

from ingest.transfer.errors import TransferFailure


@dataclass(frozen=True)
class FailureRule:
    """`sentence` says what happened, `what_to_do` who must do what; both are templates with named parameters."""

    code: str
    kind: type[TransferFailure]
    sentence: str
    what_to_do: str

"""The states that were made, kept beside their data: where each is, whose session looks at it, what is done first."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

NAME: Final = "states.json"


@dataclass(frozen=True)
class Made:
    """`session`: of the person; empty for somebody who has not signed in. The others as in `state.Shown`."""

    name: str
    path: str
    session: str
    status: int
    press: str
    fill: Mapping[str, str]


def keep(folder: Path, made: list[Made]) -> None:
    """Write the list into the data folder."""
    (folder / NAME).write_text(json.dumps([asdict(one) for one in made], indent=1), encoding="utf-8")


def kept(folder: Path) -> list[Made]:
    """Read the list of a data folder."""
    return [Made(**one) for one in json.loads((folder / NAME).read_text(encoding="utf-8"))]

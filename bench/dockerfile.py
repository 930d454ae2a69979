"""Reads a Dockerfile as far as ours goes, and the list of what stays out of the image."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath


class Step(NamedTuple):
    """One instruction: its name in capitals, and the rest."""

    name: str
    rest: str

    def command(self) -> list[str]:
        """The arguments of an instruction in JSON form, such as `CMD ["web"]`."""
        return [str(part) for part in json.loads(self.rest)]

    def variables(self) -> dict[str, str]:
        """What `ENV` sets."""
        return dict(pair.split("=", 1) for pair in self.rest.split())


def steps(text: str) -> list[Step]:
    """The instructions in order, without comments, continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", "", lines)
    return [Step(*line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def last(all_steps: list[Step], name: str) -> Step:
    """The instruction of that name that counts."""
    return [step for step in all_steps if step.name == name][-1]


def sent(project: Path) -> list[PurePath]:
    """The files that `COPY . ./` puts into the image: what .dockerignore lets through, relative to the project."""
    lines = (project / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line.strip() and not line.startswith("#")]
    return [path.relative_to(project) for path in _walk(project, project, rules)]


def _walk(folder: Path, project: Path, rules: list[str]) -> Iterator[Path]:
    """What is in an ignored folder stays out: no rule of ours takes a part of one back in."""
    for path in sorted(folder.iterdir()):
        if _ignored(path.relative_to(project), rules):
            continue
        if path.is_dir():
            yield from _walk(path, project, rules)
        else:
            yield path


def _ignored(name: PurePath, rules: list[str]) -> bool:
    """The last rule that fits decides; a rule for a folder is one for all that is in it."""
    verdict = False
    for rule in rules:
        pattern = rule.removeprefix("!").rstrip("/")
        if any(_fits(part, pattern) for part in (name, *name.parents)):
            verdict = not rule.startswith("!")
    return verdict


def _fits(name: PurePath, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(name.name, pattern.removeprefix("**/"))
    return len(name.parts) == len(pattern.split("/")) and fnmatch(str(name), pattern)

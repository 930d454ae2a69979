"""What the house tests look at: the project's own files, without what tools leave behind."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ("amportal", "ingest")
FOLDERS = (*PRODUCT, "templates", "static", "locale", "tests", "bench", "docs", "scripts", ".ci")
LEFT_BEHIND = {"__pycache__"}
GENERATED = {"migrations"}  # by Django; a step that is written by hand is short all the same
CAPTURED = PROJECT / "tests" / "fixtures"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def walk(folder: Path) -> Iterator[Path]:
    """Every file below `folder`, in order."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in LEFT_BEHIND:
            yield from walk(path)
        elif path.is_file() and path.suffix not in {".pyc", ".nbi", ".nbc"}:
            yield path


def project_files() -> Iterator[Path]:
    """Every file of the project: those at the root and those in its folders."""
    yield from sorted(path for path in PROJECT.iterdir() if path.is_file())
    for folder in FOLDERS:
        yield from walk(PROJECT / folder)


@cache
def sources(*folders: str) -> tuple[Path, ...]:
    """The Python files in `folders`; in all of them and `manage.py` when none is named."""
    named = folders or ("amportal", "ingest", "tests", "bench")
    files = [path for folder in named for path in walk(PROJECT / folder) if path.suffix == ".py"]
    files = [path for path in files if path.parent.name not in GENERATED]
    return tuple(files if folders else [PROJECT / "manage.py", *files])


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[FunctionNode]:
    """Every function and method of a Python file."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, FunctionNode))


def place(path: Path, line: int | None = None) -> str:
    """`ingest/crm/dates.py:12`, as an editor jumps to it."""
    name = path.relative_to(PROJECT).as_posix()
    return name if line is None else f"{name}:{line}"

"""The local folder among the ways of sending."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from ingest.crm.words import gettext_noop
from ingest.transfer.local import LocalDestination, LocalFolder
from ingest.transfer.method import Limits, Method
from ingest.transfer.secret import Secret
from ingest.transfer.settings import Field, FieldKind, Value
from ingest.transfer.words import Message

_NOT_ABSOLUTE: Final = Message(gettext_noop("Give the whole path, from the first slash on."))
_STEPS_BACK: Final = Message(gettext_noop("Give the path without “..”."))


def _check_folder(value: Value) -> Message | None:
    path = PurePosixPath(str(value))
    if not path.is_absolute():
        return _NOT_ABSOLUTE
    return _STEPS_BACK if ".." in path.parts else None


def _build(settings: Mapping[str, Value], _secrets: Mapping[str, Secret], limits: Limits) -> LocalDestination:
    return LocalDestination(LocalFolder(Path(str(settings["folder"])), limits.allowed_roots))


METHOD: Final = Method(
    name="local",
    label=Message(gettext_noop("Local folder")),
    description=Message(
        gettext_noop(
            "A folder of the portal's machine, or one mounted on it: for a transfer program of your own that picks "
            "files up there, and for trying things out."
        )
    ),
    fields=(
        Field(
            name="folder",
            kind=FieldKind.FOLDER,
            label=Message(gettext_noop("Folder")),
            help=Message(
                gettext_noop("The whole path of a folder that exists, inside one that the portal may write to.")
            ),
            check=_check_folder,
        ),
    ),
    build=_build,
)

"""Mistakes of the program itself: what is logged of one. Never a value: it may be a customer's."""

import logging
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from django.db import InterfaceError, OperationalError

Thing = TypeVar("Thing")
logger = logging.getLogger(__name__)


def log_bug(error: BaseException, reference: str) -> None:
    """One line: the number that people are told, the type of the exception, and where it was raised."""
    logger.error("%s: %s at %s", reference, type(error).__name__, place_of(error))


def each(things: Iterable[Thing], do: Callable[[Thing], object], what: str) -> int:
    """Do something with each; how many it came to something with. One that meets a bug holds up none of the others."""
    done = 0
    for thing in things:
        try:
            done += bool(do(thing))
        except (OperationalError, InterfaceError):  # nothing would work now
            raise
        except Exception as error:  # noqa: BLE001 - logged by type and place
            log_bug(error, f"{what} {getattr(thing, 'pk', thing)}")
    return done


def place_of(error: BaseException) -> str:
    """File, line and function, the innermost first, as far as three calls up."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))

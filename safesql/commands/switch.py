"""On, off, or the other of the two."""

from __future__ import annotations

from safesql.errors import UsageError
from safesql.formats.layout import Expanded


def switched(now: bool, argument: str) -> bool:
    """The new value that a word asks for; without a word, the opposite of ``now``. Raises UsageError."""
    match argument.strip().lower():
        case "":
            return not now
        case "on" | "true" | "yes" | "1":
            return True
        case "off" | "false" | "no" | "0":
            return False
        case other:
            raise UsageError(f"{other!r} is neither on nor off")


def expansion(now: Expanded, argument: str) -> Expanded:
    """``auto``, or a switch between on and off."""
    if argument.strip().lower() == "auto":
        return Expanded.AUTO
    return Expanded.ON if switched(now is Expanded.ON, argument) else Expanded.OFF


def onoff(value: bool) -> str:
    """As people say it."""
    return "on" if value else "off"

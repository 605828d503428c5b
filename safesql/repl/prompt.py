"""The text before the cursor: where one is, in words and colours, and whether a transaction is open."""

from __future__ import annotations

from safesql.formats.visible import visible
from safesql.repl.place import Place

Fragments = list[tuple[str, str]]
"""Style and text, as prompt_toolkit takes them."""

_MARKS = {"none": "", "open": "*", "failed": "!", "unknown": "?"}
_LONGEST = 48              # characters of the target; the rest of the line belongs to the statement


def prompt(place: Place) -> Fragments:
    """``production app@db/billing*> ``; the environment is a word and a colour, never a colour alone."""
    shown: Fragments = [(f"class:environment.{place.environment}", f" {place.environment} "), ("", " ")]
    shown.append(("class:target", _shortened(visible(_target(place)))))
    for style, word in _flags(place):
        shown.append((f"class:{style}", f" {word}"))
    mark = _MARKS.get(place.transaction, "?")
    if mark:
        shown.append((f"class:transaction.{place.transaction}", mark))
    shown.append(("class:target", "> "))
    return shown


def continuation(width: int) -> Fragments:
    """The left edge of the further lines of a statement, as wide as the prompt."""
    return [("class:continuation", f"{'-> ':>{width}}")]


def _target(place: Place) -> str:
    """``user@host/database``, or the file."""
    who = f"{place.user}@" if place.user else ""
    database = place.database if place.user else ""
    return f"{who}{place.target}{'/' if database else ''}{database}"


def _flags(place: Place) -> list[tuple[str, str]]:
    """What must not be overlooked."""
    flags = []
    if place.replica:
        flags.append(("warning", "replica"))
    if place.read_only:
        flags.append(("target", "read-only"))
    if place.insecure:
        flags.append(("warning", "insecure"))
    if place.unlocked:
        flags.append(("warning", "unlocked"))
    if place.staging:
        flags.append(("staging", "staging"))
    return flags


def _shortened(text: str) -> str:
    """Both ends of a long name: the user and the database matter most."""
    if len(text) <= _LONGEST:
        return text
    half = (_LONGEST - 1) // 2
    return f"{text[:half]}…{text[-half:]}"

"""The text before the cursor: where one is, in words and colours, and whether a transaction is open."""

from __future__ import annotations

from string import Formatter

from safesql.config.look import PROMPT
from safesql.formats.visible import visible
from safesql.repl.place import Place
from safesql.repl.style import painted
from safesql.repl.waiting import spoken

Fragments = list[tuple[str, str]]
"""Style and text, as prompt_toolkit takes them."""

_MARKS = {"none": "", "open": "*", "failed": "!", "unknown": "?"}
STATES = {
    "none": "",
    "open": "transaction open",
    "failed": "transaction failed: ROLLBACK",
    "unknown": "transaction state unknown",
}
_LONGEST = 48              # characters of the target; the rest of the line belongs to the statement


def prompt(place: Place, template: str = PROMPT) -> Fragments:
    """``production app@db/billing*> ``; the environment is a word and a colour, never a colour alone.

    A field that is empty takes the space behind it along.
    """
    shown: Fragments = []
    bare = False                                    # the last field was empty
    for literal, name, _, _ in Formatter().parse(template):
        text = literal[1:] if bare and literal.startswith(" ") else literal
        shown += [("" if text.isspace() else "class:target", text)] if text else []
        if name is not None:
            field = [(style, part) for style, part in _field(place, name) if part]
            bare = not field and (not shown or shown[-1][1].endswith(" "))
            shown += field
    return shown


def state(place: Place) -> str:
    """The transaction in words, and its age from a minute on; or that the next statement begins one."""
    if place.transaction == "none" and not place.autocommit:
        return "autocommit off"
    age = place.age or 0.0
    old = f" for {spoken(age)}" if place.transaction == "open" and age >= 60 else ""
    return STATES.get(place.transaction, STATES["unknown"]) + old


def continuation(width: int) -> Fragments:
    """The left edge of the further lines of a statement, as wide as the prompt."""
    return [("class:continuation", f"{'-> ':>{width}}")]


def _field(place: Place, name: str) -> Fragments:
    """What stands for one name of the template."""
    mark = _MARKS.get(place.transaction, "?")
    match name:
        case "environment":
            style = f"class:environment.{place.environment} {painted(place.color)}"
            return [(style.rstrip(), f" {place.environment} ")]
        case "who":
            return [("class:target", _shortened(visible(_target(place))))]
        case "flags":
            return [(f"class:{style}", f" {word}") for style, word in _flags(place)]
        case "transaction":
            return [(f"class:transaction.{place.transaction}", mark)] if mark else []
        case "state":
            words = state(place)
            return [(f"class:transaction.{place.transaction}" if mark else "class:target", words)] if words else []
        case _:
            return [("class:target", _shortened(visible(_fact(place, name))))]


def _fact(place: Place, name: str) -> str:
    """A single fact as text; nothing where it is not known."""
    match name:
        case "role":
            return {True: "replica", False: "primary", None: ""}[place.replica]
        case "tls":
            return {True: "tls", False: "no tls", None: ""}[place.encrypted]
        case "age":
            return "" if place.age is None else spoken(place.age)
        case _:
            return {"user": place.user, "target": place.target, "database": place.database}[name]


def _target(place: Place) -> str:
    """``user@host/database``, or the file."""
    who = f"{place.user}@" if place.user else ""
    database = place.database if place.user else ""
    return f"{who}{place.target}{'/' if database else ''}{database}"


def _flags(place: Place) -> list[tuple[str, str]]:
    """What must not be overlooked."""
    flags = []
    if place.changed:
        flags.append(("alarm", "role changed"))
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

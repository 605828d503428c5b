r"""The arguments of psql's commands: words, quotes with escapes, and variables (psqlscanslash.l)."""

from __future__ import annotations

import re

from safesql.sql.possessive import compiled
from safesql.sql.variables import Variables, name_of, reference

_ESCAPES = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f"}
_ESCAPE = compiled(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(?s:(.)))|''")
_SINGLE = compiled(r"'((?:[^'\\]|''|\\(?s:.))*+)'")
_DOUBLE = compiled(r'"[^"]*+"')


class Program(ValueError):
    """Backquotes: psql would run what stands in them."""


class Unknown(ValueError):
    """The value of a variable is known only when the script runs."""


def options(argument: str, variables: Variables) -> list[str]:
    """The arguments as psql reads them; raises Program, Unknown, or ValueError for a quote that is never ended."""
    found: list[str] = []
    at, end = 0, len(argument)
    while at < end:
        if argument[at].isspace():
            at += 1
            continue
        word, at = _option(argument, at, variables)
        found.append(word)
    return found


def _option(argument: str, at: int, variables: Variables) -> tuple[str, int]:
    """One argument, and where it ends."""
    parts: list[str] = []
    while at < len(argument) and not argument[at].isspace():
        part, at = _part(argument, at, variables)
        parts.append(part)
    return "".join(parts), at


def _part(argument: str, at: int, variables: Variables) -> tuple[str, int]:
    """A quoted part, a variable or one character of an argument."""
    match argument[at]:
        case "`":
            raise Program("backquotes run a program; safesql starts none")
        case "'":
            if single := _SINGLE.match(argument, at):
                return _ESCAPE.sub(_escaped, single[1]), single.end()
            raise ValueError("a quote is never ended")
        case '"':
            if double := _DOUBLE.match(argument, at):
                return double[0], double.end()
            raise ValueError("a quote is never ended")
        case ":":
            found = reference(argument, at)
            if found is None:
                return ":", at + 1
            if not variables.known(name_of(found)):
                raise Unknown(f"the value of {name_of(found)} is known only when the script runs")
            value = variables.text(found)
            return (found[0] if value is None else value), found.end()
        case other:
            return other, at + 1


def _escaped(found: re.Match[str]) -> str:
    """The character that an escape stands for."""
    if found[0] == "''":
        return "'"
    if found[1]:
        return chr(int(found[1], 8) & 0xFF)
    return chr(int(found[2], 16)) if found[2] else _ESCAPES.get(found[3], found[3])


def boolean(value: str) -> bool | None:
    """What psql takes a word for: true, yes, on, 1 and their opposites, and what they begin with; None for others."""
    word = value.lower()
    if (word and any(full.startswith(word) for full in ("true", "yes"))) or word in ("on", "1"):
        return True
    if (word and any(full.startswith(word) for full in ("false", "no"))) or word in ("of", "off", "0"):
        return False
    return None

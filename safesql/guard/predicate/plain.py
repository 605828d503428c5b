"""Conditions that plainly restrict: columns compared with literals, alone or joined to others by AND."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.predicate.names import TargetNames
from safesql.guard.predicate.units import CONSTANTS, NEVER_NAMES, SESSION
from safesql.sql.token import Kind, Token

COMPARED = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
KEYWORDS = frozenset("NOT EXISTS CASE BINARY INTERVAL ROW ARRAY".split())
NO_COLUMNS = NEVER_NAMES | SESSION | KEYWORDS | frozenset(CONSTANTS)
LITERALS = frozenset({Kind.NUMBER, Kind.STRING})
LONG = 200                 # tokens; shorter conditions are read whole, where they may turn out to be never true
LOOSER = frozenset({"OR", "XOR", "CASE", "BETWEEN"})
"""Words by which AND does not join what stands on both sides of it."""


def plainly_restricts(tokens: Sequence[Token], target: TargetNames) -> bool:
    """Whether it compares different columns with literals, or is long and such a comparison must hold besides others.

    False says nothing. Blanks must be left out. Comparisons of one column may exclude each other: they are read whole.
    """
    if len(tokens) < LONG:
        columns = [_compared(part, target) for part in _joined(tokens)]
        return all(columns) and len(set(columns)) == len(columns) > 0
    return any(_compared(part, target) for part in _joined(tokens))


def _compared(tokens: Sequence[Token], target: TargetNames) -> str:
    """The column of ``column operator literal`` or ``column IN (literals)``, its table named or not; else nothing."""
    if len(tokens) > 3 and tokens[1][0] is Kind.DOT:
        if tokens[0][0] is not Kind.WORD or tokens[0].text.lower() not in target.names:
            return ""
        tokens = tokens[2:]
    elif target.others and tokens and tokens[0].text.lower() in target.others:
        return ""
    if len(tokens) < 3 or tokens[0][0] is not Kind.WORD or tokens[0].word in NO_COLUMNS:
        return ""
    if len(tokens) == 3:
        restricts = tokens[1].text in COMPARED and tokens[2][0] in LITERALS and tokens[2].text != "''"
    else:
        restricts = tokens[1].word == "IN" and _in_brackets(tokens[2:])
    return tokens[0].word if restricts else ""


def _in_brackets(tokens: Sequence[Token]) -> bool:
    """Whether it is a list of at least one literal."""
    first, *values, last = tokens
    pairs = zip(values, range(len(values)), strict=True)
    return (
        first.text == "("
        and last.text == ")"
        and len(values) % 2 == 1
        and all(value[0] is Kind.COMMA if place % 2 else value[0] in LITERALS for value, place in pairs)
    )


def _joined(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """What AND joins outside of brackets; nothing where anything else may bind more loosely."""
    parts: list[Sequence[Token]] = []
    start = depth = 0
    opens, closes = Kind.OPEN, Kind.CLOSE
    for place, (kind, text, _, word) in enumerate(tokens):
        if kind is opens:
            depth += 1
        elif kind is closes:
            depth -= 1
        elif depth:
            continue
        elif word == "AND":
            parts.append(tokens[start:place])
            start = place + 1
        elif word in LOOSER or text in ("||", ":="):
            return []
    return [*parts, tokens[start:]]

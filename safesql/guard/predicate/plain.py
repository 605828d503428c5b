"""Conditions that plainly restrict: a column compared with a literal, alone or joined to others by AND."""

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
    """Whether the condition is ``column = literal``, or long and such a comparison is one of those that must all hold.

    False says nothing. Blanks must be left out.
    """
    if len(tokens) < LONG:
        return _compares(tokens, target)
    return any(_compares(part, target) for part in _joined(tokens))


def _compares(tokens: Sequence[Token], target: TargetNames) -> bool:
    """``column operator literal``, with or without the name of the table before the column."""
    if len(tokens) == 5:
        table, dot, *tokens = tokens
        if dot.kind is not Kind.DOT or table.kind is not Kind.WORD or table.text.lower() not in target.names:
            return False
    if len(tokens) != 3:
        return False
    column, operator, literal = tokens
    return (
        column.kind is Kind.WORD
        and operator.text in COMPARED
        and literal.kind in LITERALS
        and column.word not in NO_COLUMNS
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

"""Variables of a PL/pgSQL body: the expressions that it gives to one of them, where all of them can be seen."""

from __future__ import annotations

from safesql.guard.analysis.names import NAMES, plain
from safesql.guard.analysis.phrase import Phrase
from safesql.slotted import replace
from safesql.sql.token import Kind, Token

ASSIGN = frozenset({":=", "="})
STARTS = frozenset({"BEGIN", "THEN", "ELSE", "LOOP", "DECLARE", ">>"})
READERS = frozenset({"RAISE", "EXECUTE"})
"""Statements that only read the variables they name, but for the targets of an INTO."""


def values_of(variable: Token, place: Phrase) -> list[Phrase] | None:
    """The expressions assigned to a variable anywhere in the body around a place; None where one may be hidden.

    It is hidden where the body does not begin with its declaration, and where the variable stands in any other way
    than assigned, declared, raised or executed: after INTO, in a loop's head, as an argument that a procedure may
    change, as a part of its own new value.
    """
    if variable.kind not in NAMES:
        return None
    name = plain(variable, place.family)
    body = Phrase(place.code, 0, len(place.code.tokens), place.depth + 1)
    if not _declares(body, name):
        return None
    found: list[Phrase] = []
    for piece in body.split(Kind.SEMICOLON):
        named = [at for at in range(piece.lo, piece.hi) if _is(piece, at, name)]
        for at in named:
            value = _value(piece, at)
            if value is None and not _reads(piece, at):
                return None
            if value is not None and value.lo < value.hi:
                found.append(value)
    return found


def _declares(body: Phrase, name: str) -> bool:
    """Whether the variable is declared before the first BEGIN, so that it is no argument of the routine."""
    declared = body.sub(body.lo, body.find(frozenset({"BEGIN"})))
    return any(
        _is(piece, at, name) and piece.text(at + 1) not in ASSIGN
        for piece in declared.split(Kind.SEMICOLON)
        for at in (piece.lo, piece.lo + 1)
        if at == piece.lo or piece.word(piece.lo) == "DECLARE"
    )


def _is(piece: Phrase, at: int, name: str) -> bool:
    """Whether the variable stands there, and not a column or a field of that name."""
    token = piece.code.tokens[at]
    return token.kind in NAMES and plain(token, piece.family) == name


def _value(piece: Phrase, at: int) -> Phrase | None:
    """The expression that an assignment or a declaration gives it, empty for none; None where it is neither."""
    if at > piece.lo and piece.word(at - 1) not in STARTS and piece.text(at - 1) not in STARTS:
        return None
    if piece.text(at + 1) in ASSIGN:
        return piece.sub(at + 2, piece.hi)
    if piece.kind(at + 1) not in NAMES or piece.word(at + 1) == "ALIAS":
        return None
    for index in piece.tops(at + 2):
        if piece.text(index) in ASSIGN or piece.word(index) == "DEFAULT":
            return piece.sub(index + 1, piece.hi)
    return replace(piece, lo=piece.hi)


def _reads(piece: Phrase, at: int) -> bool:
    """Whether the variable is only read there."""
    start = at
    while start > piece.lo and piece.word(start) not in READERS:
        start -= 1
    if piece.word(start) not in READERS:
        return False
    return all(piece.word(index) != "INTO" for index in range(start, at))

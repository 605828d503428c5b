"""The control words of procedural languages: what stands before the statements that they lead to."""

from __future__ import annotations

from safesql.guard.analysis.declarations import after_label
from safesql.guard.analysis.phrase import Phrase
from safesql.sql.token import Kind

CONDITIONS = frozenset({"IF", "ELSIF", "ELSEIF", "WHEN", "CASE"})
SKIPPED = frozenset({"ELSE", "LOOP", "REPEAT", "THEN", "EXCEPTION"})
LOOPS = frozenset({"WHILE", "FOR", "FOREACH"})
LOOP_BODIES = frozenset({"LOOP", "DO"})
HANDLER = frozenset({"HANDLER"})


def head(piece: Phrase, at: int) -> int | None:
    """The index after the control words that stand at one, None where a statement begins."""
    label = after_label(piece, at)
    word = piece.word(label)
    if label > at:
        return label
    if word == "BEGIN":
        return _after_begin(piece, at)
    if word in CONDITIONS:
        return min(_then(piece, at) + 1, piece.hi)
    if word in SKIPPED:
        return at + 1
    if word in LOOPS:
        return min(piece.find(LOOP_BODIES, at + 1) + 1, piece.hi)
    if word == "DECLARE":
        return _after_declaration(piece, at)
    if word == "END":
        return piece.hi if piece.hi - at <= 3 else None
    return None


def _after_begin(piece: Phrase, at: int) -> int:
    """The index after BEGIN [NOT] [ATOMIC]."""
    at += 1
    while piece.word(at) in ("NOT", "ATOMIC"):
        at += 1
    return at


def _then(piece: Phrase, at: int) -> int:
    """The THEN of a condition; a CASE .. END inside it has its own."""
    depth = 0
    for index in piece.tops(at + 1):
        word = piece.word(index)
        if word == "CASE":
            depth += 1
        elif word == "END" and depth:
            depth -= 1
        elif word == "THEN" and not depth:
            return index
    return piece.hi


def _after_declaration(piece: Phrase, at: int) -> int:
    """MySQL's DECLARE: all of it, or up to the statement of a handler, which follows its conditions."""
    at = piece.find(HANDLER, at) + 1
    if at > piece.hi:
        return piece.hi
    while piece.word(at) == "FOR" or piece.kind(at) is Kind.COMMA:
        at += 1
        if piece.word(at) == "SQLSTATE":
            at += 1 + (piece.word(at + 1) == "VALUE")
        at += 1 + piece.has(at, "NOT", "FOUND")
    return min(at, piece.hi)

"""The declarations of a PL/pgSQL body, told from what runs: they stand between DECLARE and BEGIN, in any block."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.phrase import Code, Phrase
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

BEFORE = frozenset({"BEGIN", "THEN", "ELSE", "LOOP"})
"""Words after which a block may begin."""


def sections(phrase: Phrase) -> Iterator[tuple[Phrase, bool]]:
    """The statements of a body in order, each with whether it only declares; all run in the other dialects."""
    pieces = _without_options(phrase).split(Kind.SEMICOLON)
    declares = phrase.family is Family.POSTGRES and phrase.find(frozenset({"BEGIN"})) < phrase.hi
    declaring = False
    for piece in pieces:
        if not declares or (declaring and piece.word(after_label(piece, piece.lo)) not in ("BEGIN", "DECLARE")):
            yield piece, declaring
            continue
        start, declaring = piece.lo, False
        for at in _starts(piece):
            yield piece.sub(start, at), False
            start = at + 1
            declaring = piece.word(after_label(piece, start)) != "BEGIN"
        yield piece.sub(start, piece.hi), declaring


def variables(code: Code) -> frozenset[str]:
    """The variables of a PL/pgSQL body, in lower case: what stands first in each declaration."""
    found: set[str] = set()
    inside = first = False
    for token, word in zip(code.tokens, code.words, strict=True) if "DECLARE" in code.words else ():
        if word in ("DECLARE", "BEGIN"):
            inside = first = word == "DECLARE"
        elif token.kind is Kind.SEMICOLON:
            first = True
        elif inside and first:
            found.add(token.text.strip('"').lower())
            first = False
    return frozenset(found)


def after_label(piece: Phrase, at: int) -> int:
    """The index after <<label>> (PostgreSQL) or label: (MySQL)."""
    if piece.text(at) == "<<":
        return min(at + 3, piece.hi)
    if piece.family is Family.MYSQL and piece.text(at + 1) == ":":
        return at + 2
    return at


def _without_options(phrase: Phrase) -> Phrase:
    """The body after the lines #variable_conflict use_column and #print_strict_params on."""
    start = phrase.lo
    while phrase.family is Family.POSTGRES and phrase.text(start) == "#":
        start += 3
    return phrase.sub(start, phrase.hi)


def _starts(piece: Phrase) -> list[int]:
    """Where declarations begin: a DECLARE at the beginning of a block."""
    return [
        at
        for at in piece.tops()
        if piece.word(at) == "DECLARE"
        and (at == after_label(piece, piece.lo) or piece.word(at - 1) in BEFORE or piece.text(at - 1) == ">>")
    ]

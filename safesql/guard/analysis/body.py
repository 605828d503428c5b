"""Whether a stored program's body ends where its statement ends."""

from __future__ import annotations

from safesql.guard.analysis.phrase import Phrase
from safesql.sql.token import Kind

INSIDE = frozenset({"IF", "LOOP", "REPEAT", "WHILE", "FOR"})


def closes_at_end(phrase: Phrase) -> bool:
    """True when all semicolons stand between the first BEGIN and an END that nothing but a name follows.

    BEGIN and CASE open, END closes; END IF and its kin belong to openers that are not counted.
    """
    depth, closed = 0, False
    for at in phrase.tops():
        word = phrase.word(at)
        if closed and (depth or phrase.kind(at) not in (Kind.WORD, Kind.NAME) or phrase.hi - at > 2):
            return False
        if word in ("BEGIN", "CASE") and phrase.word(at - 1) != "END":
            depth += 1
        elif word == "END" and phrase.word(at + 1) not in INSIDE:
            depth -= 1
            closed = depth <= 0
        elif phrase.kind(at) is Kind.SEMICOLON and depth <= 0:
            return False
    return depth == 0

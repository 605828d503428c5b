"""Statements that PostgreSQL refuses inside a transaction block, beyond those whose own reading says so.

https://www.postgresql.org/docs/current/sql-commands.html: each says so under Notes.
"""

from __future__ import annotations

from safesql.guard.analysis.phrase import Phrase
from safesql.sql.dialect import Family

HEADS = frozenset({"DROP", "ALTER", "DISCARD"})
NOT = frozenset({"FALSE", "OFF"})


def stands_apart(phrase: Phrase) -> bool:
    """Whether this one must stand alone."""
    if phrase.family is not Family.POSTGRES or phrase.word(phrase.lo) not in HEADS:
        return False
    words = [word for word in phrase.code.words[phrase.lo : phrase.hi] if word]
    match words[:3]:
        case ["DROP", "INDEX", "CONCURRENTLY"] | ["DROP", "SUBSCRIPTION", *_] | ["DISCARD", "ALL"]:
            return True
        case ["ALTER", "DATABASE", *_]:
            return _follow(words, "SET", "TABLESPACE")
        case ["ALTER", "SUBSCRIPTION", *_]:
            return "PUBLICATION" in words and NOT.isdisjoint(words)
        case ["ALTER", "TABLE", *_]:
            return "DETACH" in words and words[-1] == "CONCURRENTLY"
    return False


def _follow(words: list[str], one: str, other: str) -> bool:
    """Whether one word stands right before the other."""
    return any(words[at : at + 2] == [one, other] for at in range(len(words)))

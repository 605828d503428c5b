"""What a query takes besides rows: locks on them, and the next number of a sequence."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect, Reach

LOCKING = (
    ("FOR", "UPDATE"), ("FOR", "SHARE"), ("FOR", "NO", "KEY", "UPDATE"), ("FOR", "KEY", "SHARE"),
    ("LOCK", "IN", "SHARE", "MODE"),
)
NEXT = ("NEXT", "VALUE", "FOR")


def taken(phrase: Phrase) -> Iterator[Effect]:
    """Locking clauses, however deep, and MariaDB's NEXT VALUE FOR; nothing for most queries, and quickly."""
    words = phrase.code.words[phrase.lo : phrase.hi]
    if "FOR" not in words and "LOCK" not in words:
        return
    for at in range(phrase.lo, phrase.hi):
        word = phrase.word(at)
        if word not in ("FOR", "LOCK", "NEXT"):
            continue
        for clause in LOCKING:
            if phrase.has(at, *clause):
                yield phrase.sub(at, at + len(clause)).effect("LOCK ROWS", Reach.SESSION, None, "lock")
        if phrase.has(at, *NEXT):
            name, end = name_at(phrase, at + len(NEXT))
            yield phrase.sub(at, end).effect("NEXTVAL", Reach.SCHEMA, name, "sequence")

"""The clauses that end an UPDATE or DELETE."""

from __future__ import annotations

from safesql.guard.analysis.phrase import Phrase

ENDS = frozenset({"ORDER", "LIMIT", "RETURNING"})
WHERE = frozenset({"WHERE"}) | ENDS


def where_and_tail(phrase: Phrase, at: int) -> tuple[Phrase | None, Phrase | None]:
    """The condition without its word, and ORDER BY with LIMIT, of an UPDATE or DELETE whose WHERE is at an index."""
    where = None
    if phrase.word(at) == "WHERE":
        end = phrase.find(ENDS, at + 1)
        where, at = phrase.sub(at + 1, end), end
    if phrase.word(at) in ("ORDER", "LIMIT"):
        return where, phrase.sub(at, phrase.find(frozenset({"RETURNING"}), at))
    return where, None

"""SQLite: one lock for the whole file; https://www.sqlite.org/lockingv3.html."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect
from safesql.guard.locks.lock import Blocks, Lock

WRITING = "RESERVED, then EXCLUSIVE on the database file"


def written(effect: Effect) -> Iterator[Lock]:
    """One writer at a time; readers wait for the commit, in WAL mode not at all."""
    yield Lock(None, WRITING, Blocks.WRITES, effect.at)


def defined(phrase: Phrase) -> Iterator[Lock]:
    """The locks of a statement that changes the schema or copies the file; DROP COLUMN writes every row anew.

    https://www.sqlite.org/lang_altertable.html, https://www.sqlite.org/lang_vacuum.html
    """
    first, second = phrase.word(phrase.lo), phrase.word(phrase.lo + 1)
    words = [phrase.word(index) for index in range(phrase.lo, phrase.hi)]
    if first == "VACUUM":
        into = "INTO" in words
        mode = "SHARED on the database file" if into else "EXCLUSIVE on the database file"
        blocks = Blocks.NOTHING if into else Blocks.READS_AND_WRITES
        yield Lock(None, mode, blocks, phrase.span(), rewrites=not into, scans=True)
    elif first in ("CREATE", "DROP", "REINDEX", "ANALYZE") or (first == "ALTER" and second == "TABLE"):
        rewrites = first == "ALTER" and "DROP" in words
        scans = first in ("REINDEX", "ANALYZE") or (first == "CREATE" and "INDEX" in words[:3])
        yield Lock(None, WRITING, Blocks.WRITES, phrase.span(), rewrites=rewrites, scans=scans)
